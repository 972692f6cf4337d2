import type { EventEmitter } from 'node:events';
import { Service } from 'typedi';
import { isContextMissing } from '../context/context-missing.js';
import { bindEventEmitter, bindFunction } from '../context/binding.js';
import type { AnnotationValue } from '../model/annotations.js';
import type { AnnotationRecord, SegmentHandle } from '../model/segment-handle.js';
import { SilentHandle } from '../model/silent-handle.js';
import { UnsampledSegment, UnsampledSubsegment } from '../model/unsampled-segment.js';
import { bracket, bracketCallback } from './bracket.js';
import type { CallSite } from './call-site.js';
import { siteOf, type CaptureOptions } from './captured-block.js';
import type { Engine } from './engine.js';
import { currentFrame, isRecorded, liveFrame } from './flow.js';
import type { Frame } from './frame.js';
import { processState } from './process-state.js';
import type { SegmentOptions } from './segment-options.js';

/** How `trace` and `resume` open a segment. */
export type TraceOptions = Omit<SegmentOptions, 'header'>;

const SILENT = new SilentHandle();

/**
 * The engines of recorders that have one of their own, `undefined` where their module is switched off; no member of the class,
 * so that a stub can be written by hand.
 */
const engines = new WeakMap<object, Engine | undefined>();

/**
 * The service that records. Inject it by constructor, by property, or take it from the container, before or after
 * `TracingModule.forRoot`: until then, and after `close`, it records nothing and everything still works. No method throws on its
 * own account, except `CONTEXT_MISSING` where the option `contextMissing` is `RUNTIME_ERROR`.
 */
@Service({ factory: () => processRecorder() })
export class Recorder {
  /**
   * Runs `fn` in a segment of its own: a trace begins, or where a segment is open already, a child of it. The segment ends
   * when `fn` returns or its promise settles, and where that is a generator or a stream, when it has ended; what it throws is
   * recorded and thrown on. So from `fn` answer something else, such as nothing, than a socket that stays open for long.
   *
   * @param operation what is done, such as `POST /orders`; kept as the annotation `operation`
   * @returns what `fn` returns
   */
  trace<T>(operation: string, fn: (segment: SegmentHandle) => T, options: TraceOptions = {}): T {
    return runInSegment(this, operation, fn, options);
  }

  /**
   * Goes on with a trace that began elsewhere: like `trace`, under the caller that the text names, and just as
   * long: a generator or a stream that `fn` answers keeps the segment open until it has ended.
   *
   * @param headerOrCarrier the value of `X-Amzn-Trace-Id`, or what `carrier()` answered; without one a new trace begins
   */
  resume<T>(
    headerOrCarrier: string | readonly string[] | undefined,
    operation: string,
    fn: (segment: SegmentHandle) => T,
    options: TraceOptions = {},
  ): T {
    return runInSegment(this, operation, fn, { ...options, header: headerOrCarrier ?? '' });
  }

  /**
   * Runs `fn` in a subsegment of the current segment. It ends when `fn` returns or its promise settles, and where that is a
   * generator or a stream, when it has ended; what it throws is recorded and thrown on. So from `fn` answer something else, such
   * as nothing, than a socket that stays open for long.
   *
   * @returns what `fn` returns
   */
  capture<T>(nameOrOptions: string | CaptureOptions, fn: (subsegment: SegmentHandle) => T): T {
    const { frame, site } = openBlock(this, nameOrOptions, capture);
    if (frame === undefined) return fn(blockHandle(site));
    return bracket<SegmentHandle, T>(frame, site, fn, frame.entity);
  }

  /**
   * Runs `start` in a subsegment of the current segment that lasts until the callback comes. It fails where the callback's
   * first argument is neither `null` nor `undefined`, as is Node's convention; further calls of it record nothing.
   *
   * @param start is given the callback to hand on: `(done) => readFile(path, done)`
   * @param callback called as it would be without us, with the caller's segment current
   * @returns what `start` returns
   */
  captureCallback<Args extends unknown[], T>(
    nameOrOptions: string | CaptureOptions,
    start: (callback: (...args: Args) => void) => T,
    callback: (...args: Args) => unknown,
  ): T {
    const { frame, site } = openBlock(this, nameOrOptions, captureCallback);
    if (frame === undefined) return start(callback);
    return bracketCallback(frame, site, start, callback);
  }

  /** Annotates the current segment or subsegment; see `SegmentHandle.annotate`. */
  annotate(key: string, value: AnnotationValue | null | undefined): void;
  annotate(annotations: AnnotationRecord): void;
  annotate(keyOrRecord: string | AnnotationRecord, value?: AnnotationValue | null): void {
    const entity = recordedEntity(this, () => `The annotation "${keysOf(keyOrRecord)}"`, annotate);
    if (typeof keyOrRecord === 'string') entity?.annotate(keyOrRecord, value);
    else entity?.annotate(keyOrRecord);
  }

  /** Adds metadata to the current segment or subsegment; see `SegmentHandle.metadata`. */
  metadata(key: string, value: unknown, namespace?: string): void;
  metadata(values: Readonly<Record<string, unknown>>, namespace?: string): void;
  metadata(keyOrRecord: string | Readonly<Record<string, unknown>>, value?: unknown, namespace?: string): void {
    const entity = recordedEntity(this, () => `The metadata "${keysOf(keyOrRecord)}"`, addMetadata);
    if (typeof keyOrRecord === 'string') entity?.metadata(keyOrRecord, value, namespace);
    else entity?.metadata(keyOrRecord, value as string | undefined);
  }

  /** Names the end user on the current segment. */
  user(id: string): void {
    recordedEntity(this, () => 'The user', user)?.user(id);
  }

  /** Records an exception that is handled here on the current segment or subsegment, with the flags that it means. */
  error(thrown: unknown): void {
    const entity = recordedEntity(this, () => 'The error', error);
    // Where calls are not watched nobody knows whether it is the request that failed, or a call that it can do without.
    if (!(entity instanceof UnsampledSegment) || entity.isWatched) entity?.error(thrown);
  }

  /** The segment or subsegment that this code runs in; one that does nothing where there is none. */
  get current(): SegmentHandle {
    return currentHandle();
  }

  /** Id of the current trace, sampled or not. */
  get traceId(): string | undefined {
    return currentFrame()?.entity.traceId;
  }

  /** The value of `X-Amzn-Trace-Id` for a request sent from here; empty where there is no trace. */
  header(): string {
    return currentHandle().header();
  }

  /** The trace as a plain string, for another worker, process or queue to `resume`; empty where there is no trace. */
  carrier(): string {
    return currentHandle().header();
  }

  /**
   * Opens a segment by hand and makes it current for the rest of this flow, until it is closed. It begins a trace of its own
   * unless the option `header` says otherwise. Prefer `trace`, which cannot be left open.
   */
  beginSegment(operation: string, options: SegmentOptions = {}): SegmentHandle {
    return safely(engineFor(this), (engine) => engine.beginSegment(operation, options ?? {})) ?? SILENT;
  }

  /**
   * Opens a subsegment by hand and makes it current for the rest of this flow, until it is closed. Answers a handle that does
   * nothing where no segment is open. Prefer `capture`, which cannot be left open.
   */
  beginSubsegment(nameOrOptions: string | CaptureOptions): SegmentHandle {
    const begun = safely(engineOfFlow(this), (engine) =>
      engine.beginSubsegment(siteOf(engine, nameOrOptions, beginSubsegment)),
    );
    return begun ?? SILENT;
  }

  /** The function, recording wherever it is called into the segment that is current now. */
  bind<Args extends unknown[], Result>(fn: (...args: Args) => Result): (...args: Args) => Result {
    return bindFunction(processState.context, fn);
  }

  /** Makes every listener of the emitter record into the segment that is current now. */
  bindEmitter<Emitter extends EventEmitter>(emitter: Emitter): Emitter {
    return bindEventEmitter(processState.context, emitter);
  }

  /** Resolves when everything that is finished has been sent or given up. Never rejects. */
  async flush(): Promise<void> {
    await ownEngine(this)?.flush();
  }

  /**
   * Opens what a decorated call is recorded in. Decorators ask this before they make the call themselves.
   *
   * @internal
   */
  enter(site: CallSite, self: unknown, args: ArrayLike<unknown>): Frame | undefined {
    const engine = site.isTask === true ? engineFor(this) : ownEngine(this);
    return engine?.enter(site, self, args);
  }
}

// The functions that users call, by themselves, so that the methods can be taken off the recorder.
const { capture, captureCallback, annotate, metadata: addMetadata, user, error, beginSubsegment } = Recorder.prototype;

let shared: Recorder | undefined;

/** The recorder that the container gives out: one for the process, whatever engine works behind it. */
export function processRecorder(): Recorder {
  return (shared ??= new Recorder());
}

/** A recorder of the engine's own: what begins with it, begins there, and nowhere where there is no engine. */
export function recorderOf(engine: Engine | undefined): Recorder {
  const recorder = new Recorder();
  engines.set(recorder, engine);
  return recorder;
}

function runInSegment<T>(
  recorder: unknown,
  operation: string,
  fn: (segment: SegmentHandle) => T,
  options: SegmentOptions,
): T {
  const frame = safely(engineFor(recorder), (engine) => engine.openSegment(operation, options ?? {}, liveFrame()));
  if (frame === undefined) return fn(SILENT);
  return bracket<SegmentHandle, T>(frame, NOTHING_MORE, fn, frame.entity);
}

/** What a block is given where it opens nothing: not the segment of an unsampled trace, which a block must neither name nor close. */
function blockHandle(site: CallSite): SegmentHandle {
  const entity = liveFrame()?.entity;
  if (entity === undefined || isRecorded(entity)) return currentHandle();
  return new UnsampledSubsegment(entity, site.nameFor(undefined), site.namespace, 0);
}

function openBlock(
  recorder: unknown,
  nameOrOptions: string | CaptureOptions,
  entry: CallSite['entry'],
): { readonly frame: Frame | undefined; readonly site: CallSite } {
  const opened = safely(engineOfFlow(recorder), (engine) => {
    const site = siteOf(engine, nameOrOptions, entry);
    return { frame: engine.enter(site, undefined, []), site };
  });
  return opened ?? { frame: undefined, site: NOTHING_MORE };
}

/** The engine of this recorder, where there is no flow to ask: its own one, else the latest. Methods may be taken off it. */
function ownEngine(recorder: unknown): Engine | undefined {
  return isScoped(recorder) ? engines.get(recorder) : processState.engine;
}

/** The engine for what goes on within a segment: that of the flow, while it works; none for a recorder that has ended. */
function engineOfFlow(recorder: unknown): Engine | undefined {
  return hasEnded(recorder) ? undefined : (liveFrame()?.engine ?? ownEngine(recorder));
}

/** The engine for a new segment: the recorder's own one, even within the flow of another. */
function engineFor(recorder: unknown): Engine | undefined {
  return isScoped(recorder) ? engines.get(recorder) : engineOfFlow(recorder);
}

/** Whether it is a container's own, whose module is closed or switched off: it records nothing, not even for others. */
function hasEnded(recorder: unknown): boolean {
  return isScoped(recorder) && engines.get(recorder)?.isClosed !== false;
}

function isScoped(recorder: unknown): recorder is Recorder {
  return processState.everywhere === undefined && engines.has(recorder as object);
}

/** What the engine answers; `undefined`, counted and said, where it fails: the user's function then runs unrecorded. */
function safely<Answer>(engine: Engine | undefined, ask: (engine: Engine) => Answer): Answer | undefined {
  if (engine === undefined) return undefined;
  try {
    return ask(engine);
  } catch (thrown) {
    if (isContextMissing(thrown)) throw thrown;
    engine.reportFailure(thrown);
    return undefined;
  }
}

function currentHandle(): SegmentHandle {
  return currentFrame()?.entity ?? SILENT;
}

function keysOf(keyOrRecord: unknown): string {
  try {
    return typeof keyOrRecord === 'object' && keyOrRecord !== null
      ? Object.keys(keyOrRecord).join(', ')
      : String(keyOrRecord);
  } catch {
    return 'unreadable';
  }
}

const NOTHING_MORE: CallSite = { nameFor: () => '', before: [], after: [] };

/** What is to be recorded into; without a context, the strategy for that. */
function recordedEntity(
  recorder: unknown,
  what: () => string,
  below: (...args: never[]) => unknown,
): SegmentHandle | undefined {
  if (hasEnded(recorder)) return undefined;
  const frame = liveFrame();
  if (frame === undefined) {
    ownEngine(recorder)?.missContext(what(), below);
    return undefined;
  }
  return frame.entity;
}
