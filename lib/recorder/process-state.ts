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
  /** The engine of the latest `forRoot` that is not closed. */
  engine: Engine | undefined;
  /** All that are not closed, the latest last. */
  readonly engines: Engine[];
}

const KEY = Symbol.for('radiograph.process-state.1');
const holder = globalThis as { [KEY]?: ProcessState };

/** @see ProcessState */
export const processState: ProcessState = (holder[KEY] ??= {
  context: new AsyncContext<Frame>(),
  engine: undefined,
  engines: [],
});

/** Makes the engine the one for what begins from now on. */
export function installEngine(engine: Engine): void {
  processState.engines.push(engine);
  processState.engine = engine;
}

/** Takes the engine away; of those that are left, the latest goes on. */
export function removeEngine(engine: Engine): void {
  const { engines } = processState;
  const index = engines.indexOf(engine);
  if (index >= 0) engines.splice(index, 1);
  processState.engine = engines.at(-1);
}
