import { EventEmitter, errorMonitor } from 'node:events';
import type { Stream } from 'node:stream';
import type { ReadableStream, WritableStream } from 'node:stream/web';
import { types } from 'node:util';
import { builtIn } from '../foundation/built-in.js';
import { Subsegment } from '../model/subsegment.js';
import { abandon, fail, leave, reportFailure } from './call-end.js';
import type { CallSite } from './call-site.js';
import type { Frame } from './frame.js';
import { isPlainPromise } from './plain-promise.js';
import { processState } from './process-state.js';

/**
 * The end of a call whose result goes on working after it was handed out: reported once, whichever way it comes. It keeps
 * nothing of the result alive.
 */
class Lifetime {
  readonly frame: Frame;
  readonly site: CallSite;
  /** Milliseconds of the engine's clock; where the result is given up, the call ended then. */
  #lastUsed: number;
  #isOver = false;

  constructor(frame: Frame, site: CallSite) {
    this.frame = frame;
    this.site = site;
    this.#lastUsed = frame.engine.elapsed();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  used(): void {
    try {
      this.#lastUsed = this.frame.engine.elapsed();
    } catch (failure) {
      reportFailure(this.frame.engine, failure);
    }
  }

  leave(result: unknown): void {
    if (this.#end()) leave(this.frame, this.site, result);
  }

  fail(thrown: unknown): void {
    if (this.#end()) fail(this.frame, this.site, thrown);
  }

  /** The result was collected before its end: the call ended when it was last used. */
  abandon(): void {
    if (this.#end()) abandon(this.frame, this.site, this.#lastUsed);
  }

  /** It is not followed after all. */
  cancel(): void {
    this.#end();
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    collected?.unregister(this);
    return true;
  }
}

let collected: FinalizationRegistry<Lifetime> | undefined;

/** Those that wait for the same result, the innermost call first. They hold no more of it than it does of them. */
const followers = new WeakMap<object, Lifetime[]>();

/**
 * Follows a result that works on after the call: a generator or async generator until it is exhausted, returned or thrown out
 * of, a Node or web stream until it has ended. The object stays the same one; one that is dropped before its end counts as
 * ended when it was last used. Answers `false` for any other result, and for one that another call has handed out before.
 */
export function follow(frame: Frame, site: CallSite, result: object): boolean {
  if (types.isProxy(result)) return false;
  const prototype: unknown = Object.getPrototypeOf(result);
  // Data, as most results are: spared the questions below.
  if (prototype === Object.prototype || prototype === Array.prototype) return false;
  const known = followers.get(result);
  if (known !== undefined) {
    const [innermost] = known;
    if (innermost === undefined || innermost.isOver || !isWithin(innermost.frame, frame)) return false;
    known.push(begin(frame, site, result));
    return true;
  }
  const attach = attachmentFor(result);
  if (attach === undefined) return false;
  const lifetime = begin(frame, site, result);
  const lifetimes = [lifetime];
  followers.set(result, lifetimes);
  try {
    attach(lifetimes);
  } catch (thrown) {
    lifetime.cancel();
    throw thrown;
  }
  return true;
}

function begin(frame: Frame, site: CallSite, result: object): Lifetime {
  const lifetime = new Lifetime(frame, site);
  collected ??= new FinalizationRegistry((abandoned) => abandoned.abandon());
  collected.register(result, lifetime, lifetime);
  return lifetime;
}

/** Whether the one was opened somewhere below the other: a call that hands on what a call of its own was given. */
function isWithin({ entity: inner }: Frame, { entity: outer }: Frame): boolean {
  let entity: Frame['entity'] | undefined = inner;
  while (entity instanceof Subsegment && entity !== outer) entity = entity.parent;
  return entity === outer;
}

/** What has to be done to hear of the end of the result; `undefined` where it ends with its call. */
function attachmentFor(result: object): ((lifetimes: readonly Lifetime[]) => void) | undefined {
  if (types.isGeneratorObject(result)) {
    return Object.isExtensible(result) ? (lifetimes) => followGenerator(lifetimes, result) : undefined;
  }
  if (isStream(result)) return isOver(result) ? undefined : (lifetimes) => followStream(lifetimes, result);
  if (isWebStream(result)) return (lifetimes) => followWebStream(lifetimes, result);
  return undefined;
}

// Streams are 19 files within Node and web streams 10 more, 3 and 7 ms: they are loaded where a result could be one.

function isStream(result: object): result is Stream {
  return result instanceof EventEmitter && result instanceof builtIn('node:stream').Stream;
}

const WEB_STREAMS: readonly unknown[] = ['ReadableStream', 'WritableStream'];

/** Prototypes by whether their objects could be web streams: to look through a chain takes 180 ns, to remember 20. */
const webPrototypes = new WeakMap<object, boolean>();

function isWebStream(result: object): result is ReadableStream | WritableStream {
  const prototype = Object.getPrototypeOf(result) as object | null;
  if (prototype === null || prototype === Object.prototype) return false;
  let isPossible = webPrototypes.get(prototype);
  if (isPossible === undefined) webPrototypes.set(prototype, (isPossible = hasTagOfWebStream(prototype)));
  if (!isPossible) return false;
  const web = builtIn('node:stream/web');
  return result instanceof web.ReadableStream || result instanceof web.WritableStream;
}

function hasTagOfWebStream(prototype: object): boolean {
  for (
    let holder: object | null = prototype;
    holder !== null;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    const tag = Object.getOwnPropertyDescriptor(holder, Symbol.toStringTag)?.value as unknown;
    if (WEB_STREAMS.includes(tag)) return true;
  }
  return false;
}

type Step = (this: unknown, ...args: unknown[]) => unknown;

const STEPS = ['next', 'return', 'throw'] as const;

/** Generators that are in the midst of a step. */
const running = new WeakSet<object>();

/** Each step of the generator runs inside the innermost call's subsegment, whoever takes it. */
function followGenerator(lifetimes: readonly Lifetime[], generator: object): void {
  for (const name of STEPS) {
    const original = (generator as Record<string, unknown>)[name] as Step;
    const { [name]: step } = {
      [name](this: unknown, ...args: unknown[]): unknown {
        return takeStep(lifetimes, original, this, args);
      },
    };
    Object.defineProperty(step, 'length', { value: original.length, configurable: true });
    Object.defineProperty(generator, name, { value: step, configurable: true, writable: true, enumerable: false });
  }
}

function takeStep(lifetimes: readonly Lifetime[], step: Step, self: unknown, args: unknown[]): unknown {
  // What only annotates what is current opened nothing that a step could run in.
  const inner = lifetimes.find(({ site, isOver: isEnded }) => site.isSilent !== true && !isEnded);
  const { context } = processState;
  const caller = context.current();
  // A step asked of something else is refused, and so is one of a generator that is in the midst of one; it goes on.
  if (followers.get(self as object) !== lifetimes) return Reflect.apply(step, self, args);
  const isAgain = running.has(self as object);
  if (inner !== undefined) context.enter(inner.frame);
  let taken: unknown;
  running.add(self as object);
  try {
    taken = Reflect.apply(step, self, args);
  } catch (thrown) {
    context.enter(caller);
    if (!isAgain) failAll(lifetimes, thrown);
    throw thrown;
  } finally {
    if (!isAgain) running.delete(self as object);
  }
  context.enter(caller);
  if (!isPlainPromise(taken)) {
    noteStep(lifetimes, taken);
    return taken;
  }
  return taken.then(
    (settled) => {
      noteStep(lifetimes, settled);
      return settled;
    },
    (thrown: unknown) => {
      failAll(lifetimes, thrown);
      throw thrown;
    },
  );
}

function noteStep(lifetimes: readonly Lifetime[], taken: unknown): void {
  const { done, value } = taken as IteratorResult<unknown>;
  if (done === true) leaveAll(lifetimes, value);
  else for (const lifetime of lifetimes) lifetime.used();
}

function leaveAll(lifetimes: readonly Lifetime[], result: unknown): void {
  for (const lifetime of lifetimes) lifetime.leave(result);
}

function failAll(lifetimes: readonly Lifetime[], thrown: unknown): void {
  for (const lifetime of lifetimes) lifetime.fail(thrown);
}

/** Whether nothing more is to be expected of the stream. Of legacy streams only some say so, as the messages of HTTP that go out. */
function isOver(stream: Stream): boolean {
  const { Readable, Writable } = builtIn('node:stream');
  if (!(stream instanceof Readable) && !(stream instanceof Writable)) {
    const { destroyed, writableFinished } = stream as {
      readonly destroyed?: unknown;
      readonly writableFinished?: unknown;
    };
    return destroyed === true || writableFinished === true;
  }
  return stream.destroyed || (isRead(stream) && isWritten(stream));
}

function isRead(stream: Stream): boolean {
  return !(stream instanceof builtIn('node:stream').Readable) || stream.readableEnded || !stream.readable;
}

function isWritten(stream: Stream): boolean {
  return !(stream instanceof builtIn('node:stream').Writable) || stream.writableFinished || !stream.writable;
}

/** Listeners that take nothing over: an error that nobody else listens for ends the process as it did. */
function followStream(lifetimes: readonly Lifetime[], stream: Stream): void {
  let awaitsEnd = !isRead(stream);
  let awaitsFinish = !isWritten(stream);
  const on = (event: string | symbol, listener: (this: unknown, argument: unknown) => void): void => {
    EventEmitter.prototype.on.call(stream, event, listener);
  };
  on(errorMonitor, (thrown) => failAll(lifetimes, thrown));
  on('close', function close() {
    leaveAll(lifetimes, this);
  });
  on('end', function end() {
    awaitsEnd = false;
    if (!awaitsFinish) leaveAll(lifetimes, this);
  });
  on('finish', function finish() {
    awaitsFinish = false;
    if (!awaitsEnd) leaveAll(lifetimes, this);
  });
}

function followWebStream(lifetimes: readonly Lifetime[], stream: ReadableStream | WritableStream): void {
  // Weakly, or what waits for the end would keep from being collected what it waits for.
  const reference = new WeakRef(stream);
  builtIn('node:stream').finished(stream as unknown as NodeJS.ReadableStream, (error) => {
    if (error) failAll(lifetimes, error);
    else leaveAll(lifetimes, reference.deref());
  });
}
