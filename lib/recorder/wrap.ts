import { types } from 'node:util';
import { Container } from 'typedi';
import { isContextMissing } from '../context/context-missing.js';
import { isUnexpectedPromise } from '../foundation/unexpected-promise.js';
import { awaited, ended } from './bracket.js';
import { fail, reportFailure } from './call-end.js';
import type { CallSite } from './call-site.js';
import { isRecorded } from './flow.js';
import { Frame } from './frame.js';
import { processState } from './process-state.js';
import { processRecorder, Recorder } from './recorder.js';

type Method = (this: unknown, ...args: never[]) => unknown;

/**
 * The method with each call in a subsegment. It behaves as the method does: same `this`, arguments, result, `name`, `length`,
 * metadata, and the same error thrown. The method itself is never handed to the recorder, only the fact of its call: a
 * recorder that is stubbed, broken or absent leaves it working.
 */
export function wrap(method: Method, site: CallSite): Method {
  // A method, as what it stands for: no constructor, no prototype. `arguments` forwarded as they are allocate nothing; and all is
  // in one function, since each frame more is missing from the user's stack traces and depth of recursion.
  /* oxlint-disable prefer-rest-params */
  // What an async function answers is a promise that nobody else has seen; of others it has to be looked at, for 0.3 µs a call.
  const isAsync = types.isAsyncFunction(method) && !types.isGeneratorFunction(method);
  const finish = isAsync ? awaited : ended;
  const { traced } = {
    traced(this: unknown): unknown {
      const { context } = processState;
      const caller = context.current();
      // The common cases first: tracing is off, or this request is not sampled.
      if (
        caller === undefined
          ? processState.engines.length === 0
          : !isRecorded(caller.entity) && !caller.entity.isWatched && site.isTask !== true
      ) {
        return Reflect.apply(method, this, arguments);
      }
      const frame = enter(caller, site, this, arguments);
      if (frame === undefined) return Reflect.apply(method, this, arguments);
      context.enter(frame);
      let result: unknown;
      try {
        result = Reflect.apply(method, this, arguments);
      } catch (thrown) {
        context.enter(caller);
        fail(frame, site, thrown);
        throw thrown;
      }
      context.enter(caller);
      return finish(frame, site, result as Promise<unknown>, this);
    },
  };
  /* oxlint-enable prefer-rest-params */
  site.entry = traced;
  imitate(traced, method);
  return traced;
}

function enter(caller: Frame | undefined, site: CallSite, self: unknown, args: ArrayLike<unknown>): Frame | undefined {
  const working = caller?.engine.isClosed === false ? caller.engine : undefined;
  try {
    // What was begun by hand may be closed by now, and its engine looks for what is open.
    const parent = caller?.byHand === undefined ? caller : undefined;
    const frame: unknown =
      working !== undefined && site.isTask !== true
        ? working.enter(site, self, args, parent)
        : recorderFor(self).enter?.(site, self, args);
    if (frame === undefined || frame instanceof Frame) return frame;
    isUnexpectedPromise(frame, () => undefined);
    return Frame.isFrame(frame) ? frame : undefined;
  } catch (thrown) {
    if (isContextMissing(thrown)) throw thrown;
    reportFailure(working ?? processState.engine, thrown);
    return undefined;
  }
}

/** The recorder that the object holds, else that of the default container; a stub written by hand need not have `enter`. */
function recorderFor(self: unknown): Partial<Pick<Recorder, 'enter'>> {
  if (typeof self === 'object' && self !== null) {
    for (const key of Object.keys(self)) {
      // The descriptor, since reading a member could run a getter of the user's.
      const held: unknown = Object.getOwnPropertyDescriptor(self, key)?.value;
      if (held instanceof Recorder) return held;
    }
  }
  return Container.has(Recorder) ? Container.get(Recorder) : processRecorder();
}

/** Name, length, kind, own members and metadata of the method, for whoever reads them off the wrapper. */
function imitate(wrapper: Method, method: Method): void {
  // An async function, or one that makes generators; these have a prototype for what they make.
  const kind: unknown = Object.getPrototypeOf(method);
  if (Object.getPrototypeOf(wrapper) !== kind) Object.setPrototypeOf(wrapper, kind as object);
  for (const key of Reflect.ownKeys(method)) {
    if (key === 'arguments' || key === 'caller') continue;
    if (key === 'prototype' && !types.isGeneratorFunction(method)) continue;
    Object.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(method, key) as PropertyDescriptor);
  }
  for (const key of Reflect.getOwnMetadataKeys?.(method) ?? []) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), wrapper);
  }
}
