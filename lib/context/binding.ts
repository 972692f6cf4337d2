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

/** On a bound `emit`, the one that it was made of; registered, so that all copies of the package know it. */
const ORIGINAL = Symbol.for('radiograph.emit.original');

type Emit = EventEmitter['emit'] & { readonly [ORIGINAL]?: Emit };

/**
 * Makes every listener of the emitter, whenever added, run in the context of now. Adding and removing listeners is left as it
 * is. Bound again, the emitter follows the later context.
 */
export function bindEventEmitter<Emitter extends EventEmitter>(
  context: TraceContext<unknown>,
  emitter: Emitter,
): Emitter {
  const current = Reflect.get(emitter, 'emit') as Emit;
  const emit = current[ORIGINAL] ?? current;
  const bound = Object.defineProperty(bindFunction(context, emit), ORIGINAL, { value: emit });
  Reflect.defineProperty(emitter, 'emit', { value: bound, configurable: true, writable: true, enumerable: false });
  return emitter;
}
