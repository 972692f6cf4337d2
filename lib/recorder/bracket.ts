import { types } from 'node:util';
import type { CallSite } from './call-site.js';
import type { Frame } from './frame.js';
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
    frame.engine.fail(frame, thrown);
    throw thrown;
  }
  context.enter(caller);
  return ended(frame, site, result) as Result;
}

/** Tells the engine of a result, at once or when its promise settles; answers the result for the caller. */
export function ended(frame: Frame, site: CallSite, result: unknown): unknown {
  if (!isPlainPromise(result)) {
    frame.engine.leave(frame, site, result);
    return result;
  }
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

/**
 * A promise that is nothing more: no subclass, no member of its own that a derived one would lose. Others come back untouched
 * and end their subsegment at once: `then` of a subclass may be what starts the work, as of a lazy query, and so may that of
 * any other thenable.
 */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!types.isPromise(value) || Object.getPrototypeOf(value) !== Promise.prototype) return false;
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'string' || !NODE_MARKS.has(key.description)) return false;
  }
  return true;
}

/** What Node 20 and 22 put on promises while asynchronous context is kept. */
const NODE_MARKS: ReadonlySet<string | undefined> = new Set([
  'async_id_symbol',
  'trigger_async_id_symbol',
  'kResourceStore',
  'destroyed',
]);
