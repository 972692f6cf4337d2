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
  /** That of the latest `forRoot` that is not closed and has no container of its own. */
  engine: Engine | undefined;
  /** Those of all `forRoot` that are not closed, the latest last. */
  readonly engines: Installed[];
}

interface Installed {
  readonly engine: Engine;
  /** Serves its own recorder alone. */
  readonly isScoped: boolean;
}

const KEY = Symbol.for('radiograph.process-state.1');
const holder = globalThis as { [KEY]?: ProcessState };

/** @see ProcessState */
export const processState: ProcessState = (holder[KEY] ??= {
  context: new AsyncContext<Frame>(),
  engine: undefined,
  engines: [],
});

/** Makes the engine the one for what begins from now on; a scoped one, for what begins with its own recorder. */
export function installEngine(engine: Engine, isScoped = false): void {
  processState.engines.push({ engine, isScoped });
  chooseEngine();
}

/** Takes the engine away; of those that are left, the latest goes on. */
export function removeEngine(engine: Engine): void {
  const index = processState.engines.findIndex((installed) => installed.engine === engine);
  if (index >= 0) processState.engines.splice(index, 1);
  chooseEngine();
}

function chooseEngine(): void {
  processState.engine = processState.engines.findLast(({ isScoped }) => !isScoped)?.engine;
}
