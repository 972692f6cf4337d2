import { Container } from 'typedi';
import { isContextMissing } from '../context/context-missing.js';
import { bracket } from './bracket.js';
import type { CallSite } from './call-site.js';
import { isRecorded } from './engine.js';
import { Frame } from './frame.js';
import { processState } from './process-state.js';
import { Recorder } from './recorder.js';

type Method = (this: unknown, ...args: never[]) => unknown;

/**
 * The method with each call in a subsegment. It behaves as the method does: same `this`, arguments, result, `name`, `length`,
 * metadata, and the same error thrown. The method itself is never handed to the recorder, only the fact of its call: a
 * recorder that is stubbed, broken or absent leaves it working.
 */
export function wrap(method: Method, site: CallSite): Method {
  function traced(this: unknown): unknown {
    const caller = processState.context.current();
    // The common cases first: tracing is off, or this request is not sampled.
    if (caller === undefined ? processState.engine === undefined : !isRecorded(caller.entity)) {
      // oxlint-disable-next-line prefer-rest-params -- forwarding `arguments` as they are allocates nothing
      return Reflect.apply(method, this, arguments);
    }
    // oxlint-disable-next-line prefer-rest-params
    const frame = enter(caller, site, this, arguments);
    return frame === undefined
      ? // oxlint-disable-next-line prefer-rest-params
        Reflect.apply(method, this, arguments)
      : // oxlint-disable-next-line prefer-rest-params
        bracket(frame, site, method, this, arguments);
  }
  site.entry = traced;
  imitate(traced, method);
  return traced;
}

function enter(caller: Frame | undefined, site: CallSite, self: unknown, args: ArrayLike<unknown>): Frame | undefined {
  try {
    const opener = caller === undefined || caller.engine.isClosed ? recorderFor(self) : caller.engine;
    const frame = opener.enter(site, self, args);
    return frame instanceof Frame ? frame : undefined;
  } catch (thrown) {
    if (isContextMissing(thrown)) throw thrown;
    (caller?.engine ?? processState.engine)?.reportFailure(thrown);
    return undefined;
  }
}

/** The recorder that the object holds, else that of the default container. */
function recorderFor(self: unknown): Pick<Recorder, 'enter'> {
  if (typeof self === 'object' && self !== null) {
    for (const key of Object.keys(self)) {
      // The descriptor, since reading a member could run a getter of the user's.
      const held: unknown = Object.getOwnPropertyDescriptor(self, key)?.value;
      if (held instanceof Recorder) return held;
    }
  }
  return Container.get(Recorder);
}

/** Name, length and metadata of the method, for whoever reads them off the wrapper. */
function imitate(wrapper: Method, method: Method): void {
  Object.defineProperty(wrapper, 'name', { value: method.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: method.length, configurable: true });
  for (const key of Reflect.ownKeys(method)) {
    if (key === 'name' || key === 'length' || key === 'prototype' || key === 'arguments' || key === 'caller') continue;
    Object.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(method, key) as PropertyDescriptor);
  }
  for (const key of Reflect.getOwnMetadataKeys?.(method) ?? []) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), wrapper);
  }
}
