import { performance } from 'node:perf_hooks';
import { builtIn } from './built-in.js';

/**
 * Node's own timers, taken when this file is loaded: what has to go on while a spec holds the clock, such as the limit of a flush,
 * uses these and not the globals, which fake timers replace.
 */
export const { setTimeout, clearTimeout, setImmediate } = builtIn('node:timers');

/** Milliseconds of the machine's clock, whatever a fake one says. */
export const now: () => number = performance.now.bind(performance);

const RESOLVED = Promise.resolve();

/** Runs the task after the synchronous run of now, as the global does that fake timers replace: no promise waits for a fake clock. */
export function queueMicrotask(task: () => void): void {
  void RESOLVED.then(task);
}

/** Resolves in the event loop's next turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
