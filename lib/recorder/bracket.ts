import { bindFunction } from '../context/binding.js';
import { fail, leave, reportFailure } from './call-end.js';
import type { CallSite } from './call-site.js';
import type { Frame } from './frame.js';
import { follow } from './lifetime.js';
import { isPlainPromise } from './plain-promise.js';
import { processState } from './process-state.js';

/**
 * Calls `fn` with the frame current and tells the frame's engine how it ended. The result is the function's own; of a plain
 * promise it is one derived from it, because to observe a promise on a side branch and give back the original would silence
 * the user's unhandled rejections.
 */
export function bracket<Argument, Result>(
  frame: Frame,
  site: CallSite,
  fn: (argument: Argument) => Result,
  argument: Argument,
): Result {
  const { context } = processState;
  const caller = context.current();
  context.enter(frame);
  let result: Result;
  try {
    result = fn(argument);
  } catch (thrown) {
    context.enter(caller);
    fail(frame, site, thrown);
    throw thrown;
  }
  context.enter(caller);
  return ended(frame, site, result) as Result;
}

/**
 * Calls `start` with the frame current, and tells the frame's engine of its end when the callback that `start` is given comes.
 * The callback runs with the caller's frame current, as often as it is called.
 */
export function bracketCallback<Args extends unknown[], Result>(
  frame: Frame,
  site: CallSite,
  start: (callback: (...args: Args) => void) => Result,
  callback: (...args: Args) => unknown,
): Result {
  if (typeof callback !== 'function') return bracket(frame, site, start, callback);
  const { context } = processState;
  const caller = context.current();
  let isOver = false;
  const once = (end: () => void): void => {
    if (!isOver) end();
    isOver = true;
  };
  function called(this: unknown, ...args: Args): unknown {
    const [failure, result] = args;
    once(() => {
      if (failure === null || failure === undefined) leave(frame, site, result);
      else fail(frame, site, failure);
    });
    return Reflect.apply(callback, this, args);
  }
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(called, key, { value: callback[key], configurable: true });
  }
  const bound = bindFunction(context, called);
  context.enter(frame);
  const failed = (thrown: unknown): void => once(() => fail(frame, site, thrown));
  let started: Result;
  try {
    started = start(bound);
  } catch (thrown) {
    context.enter(caller);
    failed(thrown);
    throw thrown;
  }
  context.enter(caller);
  if (!isPlainPromise(started)) return started;
  // An `async` start that fails calls nothing back.
  return started.then(undefined, (thrown: unknown) => {
    failed(thrown);
    throw thrown;
  }) as Result;
}

/**
 * Tells the engine of a result, at once, when its promise settles, or when what it is has come to its end; answers it.
 *
 * @param self what the call was made on: as a result, too, it was there before and ends with no call
 */
export function ended(frame: Frame, site: CallSite, result: unknown, self?: unknown): unknown {
  if (isPlainPromise(result)) return awaited(frame, site, result, self);
  settled(frame, site, result, self);
  return result;
}

/** Tells the engine of what the plain promise settles to; answers one derived from it. */
export function awaited(frame: Frame, site: CallSite, result: Promise<unknown>, self?: unknown): Promise<unknown> {
  return result.then(
    (value) => {
      settled(frame, site, value, self);
      return value;
    },
    (thrown: unknown) => {
      fail(frame, site, thrown);
      throw thrown;
    },
  );
}

function settled(frame: Frame, site: CallSite, value: unknown, self: unknown): void {
  if (typeof value === 'object' && value !== null && value !== self && isFollowed(frame, site, value)) return;
  leave(frame, site, value);
}

function isFollowed(frame: Frame, site: CallSite, value: object): boolean {
  try {
    return follow(frame, site, value);
  } catch (thrown) {
    reportFailure(frame.engine, thrown);
    return false;
  }
}
