import type { EventEmitter } from 'node:events';
import type { TraceContext } from './trace-context.js';

/**
 * The function, running in the context of now whenever and wherever it is called. `this`, arguments, result, `name` and
 * `length` are its own.
 */
export function bindFunction<Args extends unknown[], Result>(
  context: TraceContext<unknown>,
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  const value = context.current();
  function bound(this: unknown, ...args: Args): Result {
    const former = context.current();
    context.enter(value);
    try {
      return Reflect.apply(fn, this, args);
    } finally {
      context.enter(former);
    }
  }
  Object.defineProperty(bound, 'name', { value: fn.name, configurable: true });
  Object.defineProperty(bound, 'length', { value: fn.length, configurable: true });
  return bound;
}

const BOUND = Symbol.for('radiograph.bound-emitter');

/**
 * Makes every listener of the emitter, whenever added, run in the context of now. Adding and removing listeners is left as it
 * is. Bound again, the emitter follows the later context.
 */
export function bindEventEmitter<Emitter extends EventEmitter>(
  context: TraceContext<unknown>,
  emitter: Emitter,
): Emitter {
  const marked = emitter as EventEmitter & { [BOUND]?: EventEmitter['emit'] };
  const emit = marked[BOUND] ?? (Reflect.get(emitter, 'emit') as EventEmitter['emit']);
  Object.defineProperty(marked, BOUND, { value: emit, configurable: true, writable: true });
  Object.defineProperty(emitter, 'emit', {
    value: bindFunction(context, emit),
    configurable: true,
    writable: true,
    enumerable: false,
  });
  return emitter;
}
