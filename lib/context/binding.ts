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

/** Registered, so that all copies of the package know a bound emitter. */
const BINDING = Symbol.for('radiograph.emitter.binding');

type Bound = EventEmitter & { [BINDING]?: { value: unknown } };

/**
 * Makes every listener of the emitter, whenever added, run in the context of now. Adding and removing listeners is left as it
 * is, and so is what others put around `emit`. Bound again, the emitter follows the later context.
 */
export function bindEventEmitter<Emitter extends EventEmitter>(
  context: TraceContext<unknown>,
  emitter: Emitter,
): Emitter {
  const known = Object.hasOwn(emitter, BINDING) ? (emitter as Bound)[BINDING] : undefined;
  if (known !== undefined) {
    known.value = context.current();
    return emitter;
  }
  const binding = { value: context.current() };
  const emit = Reflect.get(emitter, 'emit') as EventEmitter['emit'];
  const bound = function bound(this: EventEmitter, ...args: Parameters<EventEmitter['emit']>): boolean {
    const former = context.current();
    context.enter(binding.value);
    try {
      return Reflect.apply(emit, this, args);
    } finally {
      context.enter(former);
    }
  };
  // A frozen emitter is left as it is.
  if (Reflect.defineProperty(emitter, BINDING, { value: binding, configurable: true })) {
    Reflect.defineProperty(emitter, 'emit', { value: bound, configurable: true, writable: true, enumerable: false });
  }
  return emitter;
}
