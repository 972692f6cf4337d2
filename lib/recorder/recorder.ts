import type { EventEmitter } from 'node:events';
import { inspect } from 'node:util';
import { Service } from 'typedi';
import { isContextMissing } from '../context/context-missing.js';
import { bindEventEmitter, bindFunction } from '../context/binding.js';
import type { AnnotationValue } from '../model/annotations.js';
import type { AnnotationRecord, SegmentHandle } from '../model/segment-handle.js';
import { SilentHandle } from '../model/silent-handle.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';
import { bracket } from './bracket.js';
import type { CallSite } from './call-site.js';
import type { Engine, SegmentOptions } from './engine.js';
import { currentFrame, isRecorded, liveFrame } from './flow.js';
import type { Frame } from './frame.js';
import { processState } from './process-state.js';

/** How a block of work is recorded. */
export interface CaptureOptions {
  /** Name of the subsegment; 1 to 200 characters, see `SegmentHandle.name`. */
  readonly name: string;
  /** `aws` or `remote` for a call downstream. */
  readonly namespace?: SubsegmentNamespace;
  readonly annotations?: AnnotationRecord;
  /** Goes into the namespace `default`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** How `trace` and `resume` open a segment. */
export type TraceOptions = Pick<SegmentOptions, 'segmentName'>;

const SILENT = new SilentHandle();

/**
 * The service that records. Inject it by constructor, by property, or take it from the container, before or after
 * `TracingModule.forRoot`: until then, and after `close`, it records nothing and everything still works. No method throws on its
 * own account, except `CONTEXT_MISSING` where the option `contextMissing` is `RUNTIME_ERROR`.
 */
@Service({ factory: () => processRecorder() })
export class Recorder {
  /**
   * Runs `fn` in a segment of its own: a trace begins, or where a segment is open already, a child of it. The segment ends
   * when `fn` returns or its promise settles; what it throws is recorded and thrown on.
   *
   * @param operation what is done, such as `POST /orders`; kept as the annotation `operation`
   * @returns what `fn` returns
   */
  trace<T>(operation: string, fn: (segment: SegmentHandle) => T, options: TraceOptions = {}): T {
    return runInSegment(operation, fn, options);
  }

  /**
   * Goes on with a trace that began elsewhere: like `trace`, under the caller that the text names.
   *
   * @param headerOrCarrier the value of `X-Amzn-Trace-Id`, or what `carrier()` answered; without one a new trace begins
   */
  resume<T>(
    headerOrCarrier: string | readonly string[] | undefined,
    operation: string,
    fn: (segment: SegmentHandle) => T,
    options: TraceOptions = {},
  ): T {
    return runInSegment(operation, fn, { ...options, header: headerOrCarrier ?? '' });
  }

  /**
   * Runs `fn` in a subsegment of the current segment. It ends when `fn` returns or its promise settles; what it throws is
   * recorded and thrown on.
   *
   * @returns what `fn` returns
   */
  capture<T>(nameOrOptions: string | CaptureOptions, fn: (subsegment: SegmentHandle) => T): T {
    const opened = safely((engine) => {
      const site = siteOf(engine, nameOrOptions, capture);
      const frame = engine.enter(site, undefined, []);
      return frame && { frame, site };
    });
    if (opened === undefined) return fn(currentHandle());
    return bracket<SegmentHandle, T>(opened.frame, opened.site, fn, opened.frame.entity);
  }

  /** Annotates the current segment or subsegment; see `SegmentHandle.annotate`. */
  annotate(key: string, value: AnnotationValue | null | undefined): void;
  annotate(annotations: AnnotationRecord): void;
  annotate(keyOrRecord: string | AnnotationRecord, value?: AnnotationValue | null): void {
    const entity = recordedEntity(() => `The annotation "${keysOf(keyOrRecord)}"`, annotate);
    if (typeof keyOrRecord === 'string') entity?.annotate(keyOrRecord, value);
    else entity?.annotate(keyOrRecord);
  }

  /** Adds metadata to the current segment or subsegment; see `SegmentHandle.metadata`. */
  metadata(key: string, value: unknown, namespace?: string): void;
  metadata(values: Readonly<Record<string, unknown>>, namespace?: string): void;
  metadata(keyOrRecord: string | Readonly<Record<string, unknown>>, value?: unknown, namespace?: string): void {
    const entity = recordedEntity(() => `The metadata "${keysOf(keyOrRecord)}"`, addMetadata);
    if (typeof keyOrRecord === 'string') entity?.metadata(keyOrRecord, value, namespace);
    else entity?.metadata(keyOrRecord, value as string | undefined);
  }

  /** Names the end user on the current segment. */
  user(id: string): void {
    recordedEntity(() => 'The user', user)?.user(id);
  }

  /** Records an exception that is handled here on the current segment or subsegment, with the flags that it means. */
  error(thrown: unknown): void {
    recordedEntity(() => 'The error', error)?.error(thrown);
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
    return safely((engine) => engine.beginSegment(operation, options ?? {})) ?? SILENT;
  }

  /**
   * Opens a subsegment by hand and makes it current for the rest of this flow, until it is closed. Answers a handle that does
   * nothing where no segment is open. Prefer `capture`, which cannot be left open.
   */
  beginSubsegment(nameOrOptions: string | CaptureOptions): SegmentHandle {
    return safely((engine) => engine.beginSubsegment(siteOf(engine, nameOrOptions, beginSubsegment))) ?? SILENT;
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
    await processState.engine?.flush();
  }

  /**
   * Opens the subsegment of a decorated call. Decorators ask this before they make the call themselves.
   *
   * @internal
   */
  enter(site: CallSite, self: unknown, args: ArrayLike<unknown>): Frame | undefined {
    return processState.engine?.enter(site, self, args);
  }
}

// The functions that users call, by themselves, so that the methods can be taken off the recorder.
const { capture, annotate, metadata: addMetadata, user, error, beginSubsegment } = Recorder.prototype;

let shared: Recorder | undefined;

/** The recorder that the container gives out: one for the process, whatever engine works behind it. */
export function processRecorder(): Recorder {
  return (shared ??= new Recorder());
}

function runInSegment<T>(operation: string, fn: (segment: SegmentHandle) => T, options: SegmentOptions): T {
  const frame = safely((engine) => engine.openSegment(operation, options ?? {}, liveFrame()));
  if (frame === undefined) return fn(SILENT);
  return bracket<SegmentHandle, T>(frame, NOTHING_MORE, fn, frame.entity);
}

/** The engine that the flow began with, while it works; else the latest. */
function engineOfFlow(): Engine | undefined {
  return liveFrame()?.engine ?? processState.engine;
}

/** What the engine answers; `undefined`, counted and said, where it fails: the user's function then runs unrecorded. */
function safely<Answer>(ask: (engine: Engine) => Answer): Answer | undefined {
  const engine = engineOfFlow();
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

function siteOf(engine: Engine, nameOrOptions: string | CaptureOptions, entry: CallSite['entry']): CallSite {
  if (typeof nameOrOptions === 'string') return { nameFor: () => nameOrOptions, before: [], after: [], entry };
  const options = readOptions(engine, nameOrOptions);
  const { name, annotations, metadata } = options;
  const namespace = ['aws', 'remote'].includes(options.namespace ?? '') ? options.namespace : undefined;
  const before: CallSite['before'] = [
    (entity) => {
      if (annotations !== undefined) entity.annotate(annotations);
      if (metadata !== undefined) entity.metadata(metadata);
    },
  ];
  return { nameFor: () => name, namespace, before, after: [], entry };
}

const CAPTURE_OPTIONS = ['name', 'namespace', 'annotations', 'metadata'];

/** The options, with what is wrong in them said once; the block is recorded all the same. */
function readOptions(engine: Engine, options: unknown): CaptureOptions {
  const given = typeof options === 'object' && options !== null ? (options as CaptureOptions) : { name: 'unnamed' };
  const isRight =
    given === options &&
    typeof given.name === 'string' &&
    [undefined, 'aws', 'remote'].includes(given.namespace) &&
    Object.keys(given).every((option) => CAPTURE_OPTIONS.includes(option));
  if (!isRight) {
    const message = `takes a name, or { ${CAPTURE_OPTIONS.join(', ')} } with the namespace 'aws' or 'remote'`;
    engine.refuse('options of a block', `A captured block ${message}; it was given ${inspect(options, { depth: 0 })}.`);
  }
  return typeof given.name === 'string' ? given : { ...given, name: 'unnamed' };
}

/** What is to be recorded into; without a context, the strategy for that. */
function recordedEntity(what: () => string, below: (...args: never[]) => unknown): SegmentHandle | undefined {
  const frame = liveFrame();
  if (frame === undefined) {
    processState.engine?.missContext(what(), below);
    return undefined;
  }
  return isRecorded(frame.entity) ? frame.entity : undefined;
}
