import type { CallSite } from './call-site.js';
import type { Frame } from './frame.js';
import { processState } from './process-state.js';

/**
 * Calls `fn` with the frame current and tells the frame's engine how it ended. The result is the function's own; of a promise
 * it is one derived from it, because to observe a promise on a side branch and give back the original would silence the user's
 * unhandled rejections. Only plain native promises are waited for: to call `then` on another thenable may run it.
 */
export function bracket(
  frame: Frame,
  site: CallSite,
  fn: (...args: never[]) => unknown,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const { context } = processState;
  const caller = context.current();
  context.enter(frame);
  let result: unknown;
  try {
    result = Reflect.apply(fn, self, args);
  } catch (thrown) {
    context.enter(caller);
    frame.engine.fail(frame, thrown);
    throw thrown;
  }
  context.enter(caller);
  if (isPlainPromise(result)) {
    return result.then(
      (value) => {
        frame.engine.leave(frame, site, value);
        return value;
      },
      (thrown: unknown) => {
        frame.engine.fail(frame, thrown);
        throw thrown;
      },
    );
  }
  frame.engine.leave(frame, site, result);
  return result;
}

/** A native promise that is nothing more: no subclass, no `then` and no members of its own that a derived one would lose. */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise && value.then === Promise.prototype.then && Object.keys(value).length === 0;
}
