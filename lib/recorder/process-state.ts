import { AsyncContext } from '../context/async-context.js';
import type { TraceContext } from '../context/trace-context.js';
import type { Engine } from './engine.js';
import type { Frame } from './frame.js';

/**
 * What there is one of in a process, however many copies of this package are loaded in it (ESM beside CommonJS, a bundle
 * beside a dependency).
 */
interface ProcessState {
  readonly context: TraceContext<Frame>;
  /** The latest that is not closed, of those that serve the process. */
  engine: Engine | undefined;
  /** The latest that is not closed, of those that serve containers' own recorders too. */
  everywhere: Engine | undefined;
  /** All that are not closed, the latest last. */
  readonly engines: Installed[];
}

/** Whose recorders an engine serves: its own one, that of the process, or all there are, as a recording for a spec does. */
export type Reach = 'own' | 'process' | 'everywhere';

interface Installed {
  readonly engine: Engine;
  readonly reach: Reach;
}

const KEY = Symbol.for('radiograph.process-state.1');
const holder = globalThis as { [KEY]?: ProcessState };

/** @see ProcessState */
export const processState: ProcessState = (holder[KEY] ??= {
  context: new AsyncContext<Frame>(),
  engine: undefined,
  everywhere: undefined,
  engines: [],
});

/** Makes the engine the one for what begins from now on, as far as it reaches. */
export function installEngine(engine: Engine, reach: Reach = 'process'): void {
  processState.engines.push({ engine, reach });
  chooseEngine();
}

/** Takes the engine away; of those that are left, the latest goes on. */
export function removeEngine(engine: Engine): void {
  const index = processState.engines.findIndex((installed) => installed.engine === engine);
  if (index >= 0) processState.engines.splice(index, 1);
  chooseEngine();
}

/** Runs what is to be no part of the trace of now, nor what it starts. */
export function outsideOfTraces(run: () => void): void {
  const { context } = processState;
  const caller = context.current();
  context.enter(undefined);
  try {
    run();
  } finally {
    context.enter(caller);
  }
}

function chooseEngine(): void {
  const { engines } = processState;
  processState.engine = engines.findLast(({ reach }) => reach !== 'own')?.engine;
  processState.everywhere = engines.findLast(({ reach }) => reach === 'everywhere')?.engine;
}
