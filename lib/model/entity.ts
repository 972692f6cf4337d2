import { cleanAnnotationKey, toAnnotationValue, type AnnotationValue } from './annotations.js';
import type { AwsRecord } from './aws-record.js';
import { fullMessageOf, typeOf, type Cause } from './cause.js';
import { classifyStatus, type ErrorClass } from './error-class.js';
import { mergeHttp, type HttpRecord } from './http-record.js';
import { cleanNamespace, DEFAULT_NAMESPACE, snapshot } from './metadata.js';
import { cleanName } from './name.js';
import type { CloseOptions, SegmentHandle } from './segment-handle.js';
import type { Segment } from './segment.js';
import type { SqlRecord } from './sql-record.js';
import type { Subsegment } from './subsegment.js';
import { cut, TEXT_LIMIT } from './text.js';

/**
 * What a segment and a subsegment have in common: the state of one stretch of work. It knows nothing of documents; of the
 * recorder it knows its segment's `Keeper`.
 */
export abstract class Entity implements SegmentHandle {
  abstract readonly segment: Segment;
  readonly isSampled = true;
  readonly id: string;
  readonly name: string;
  /** Milliseconds of the segment's clock. */
  readonly startedAt: number;
  endedAt: number | undefined = undefined;
  isError = false;
  isFault = false;
  isThrottle = false;
  cause: Cause | undefined = undefined;
  annotations: Record<string, AnnotationValue> | undefined = undefined;
  /** JSON text by namespace and key. */
  metadataTexts: Record<string, Record<string, string>> | undefined = undefined;
  httpRecord: HttpRecord | undefined = undefined;
  sqlRecord: SqlRecord | undefined = undefined;
  awsRecord: AwsRecord | undefined = undefined;
  children: Subsegment[] | undefined = undefined;

  protected constructor(id: string, name: string, startedAt: number) {
    this.id = id;
    this.name = cleanName(name);
    this.startedAt = startedAt;
  }

  get traceId(): string {
    return this.segment.trace;
  }

  get isClosed(): boolean {
    return this.endedAt !== undefined;
  }

  annotate(keyOrRecord: string | Readonly<Record<string, unknown>>, value?: unknown): this {
    if (typeof keyOrRecord === 'string') {
      this.#annotateOne(keyOrRecord, value);
    } else {
      for (const key of Object.keys(keyOrRecord)) this.#annotateOne(key, keyOrRecord[key]);
    }
    return this;
  }

  #annotateOne(key: string, value: unknown): void {
    if (value === undefined || value === null || !this.#isOpen('annotation', key)) return;
    const annotation = toAnnotationValue(value);
    if (annotation === undefined) {
      this.segment.keeper.refuse(
        `annotation ${key}`,
        `The annotation "${key}" was given ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}; it takes text, ` +
          'a number or a boolean. It is kept as metadata of the same name; annotate with one of its members instead.',
      );
      this.metadata(key, value);
      return;
    }
    const cleaned = cleanAnnotationKey(key);
    this.annotations ??= {};
    if (!Object.hasOwn(this.annotations, cleaned) && !this.segment.takeAnnotation(cleaned)) {
      this.metadata(key, value);
      return;
    }
    setOwn(this.annotations, cleaned, annotation);
  }

  metadata(keyOrRecord: string | Readonly<Record<string, unknown>>, value?: unknown, namespace?: string): this {
    if (typeof keyOrRecord === 'string') {
      this.#metadataOne(keyOrRecord, value, namespace ?? DEFAULT_NAMESPACE);
    } else {
      // For a record the namespace is the second argument.
      const into = typeof value === 'string' ? value : DEFAULT_NAMESPACE;
      for (const key of Object.keys(keyOrRecord)) this.#metadataOne(key, readSafely(keyOrRecord, key), into);
    }
    return this;
  }

  #metadataOne(key: string, value: unknown, namespace: string): void {
    if (!this.#isOpen('metadata', key)) return;
    this.metadataTexts ??= {};
    const into = cleanNamespace(namespace);
    if (!Object.hasOwn(this.metadataTexts, into)) setOwn(this.metadataTexts, into, {});
    setOwn(this.metadataTexts[into] as Record<string, string>, key, snapshot(value));
  }

  error(thrown: unknown): this {
    const { keeper, causes } = this.segment;
    const cause = causes.record(thrown);
    this.cause = typeof cause === 'string' ? (this.cause ?? cause) : mergeCauses(this.cause, cause);
    this.flag(keeper.classify(thrown));
    if (typeof cause !== 'string') {
      const message = fullMessageOf(thrown);
      if (message.length > TEXT_LIMIT) this.metadata('error_message', message, 'radiograph');
      if (keeper.detailsErrors) this.#detail(thrown);
    }
    return this;
  }

  #detail(thrown: unknown): void {
    this.annotate('error_type', typeOf(thrown));
    if (typeof thrown === 'object' && thrown !== null) this.metadata('error', { ...thrown }, 'radiograph');
  }

  /** Sets the flags that stand for `errorClass`; flags that are set stay set. */
  flag(errorClass: ErrorClass): void {
    this.isError ||= errorClass === 'error' || errorClass === 'throttle';
    this.isThrottle ||= errorClass === 'throttle';
    this.isFault ||= errorClass === 'fault';
  }

  http(record: HttpRecord): this {
    this.httpRecord = mergeHttp(this.httpRecord, record);
    if (record.response?.status !== undefined) this.flag(classifyStatus(record.response.status));
    return this;
  }

  sql(record: SqlRecord): this {
    this.sqlRecord = { ...this.sqlRecord, ...record };
    return this;
  }

  aws(record: AwsRecord): this {
    this.awsRecord = { ...this.awsRecord, ...record };
    return this;
  }

  user(id: string): this {
    const text = toAnnotationValue(id);
    if (text !== undefined) this.segment.userId = cut(String(text));
    return this;
  }

  header(): string {
    return this.segment.headerFor(this.id);
  }

  run<T>(fn: () => T): T {
    return this.segment.keeper.runIn(this as unknown as Segment | Subsegment, fn);
  }

  close(options?: CloseOptions): void {
    this.segment.keeper.close(this as unknown as Segment | Subsegment, options);
  }

  [Symbol.dispose](): void {
    if (!this.isClosed) this.close();
  }

  #isOpen(what: string, key: string): boolean {
    // A subsegment that is closed but has not left yet can still take what comes late; a sent one cannot.
    if (!this.isSent) return true;
    this.segment.keeper.refuse(
      `late ${what} on ${this.name}`,
      `The ${what} "${key}" came after "${this.name}" had been closed and sent. Record it before the close.`,
    );
    return false;
  }

  /** Whether its complete document has left. */
  isSent = false;
}

/** Assignment that makes an own member of `__proto__` too. */
function setOwn<Value>(record: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}

function readSafely(record: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return record[key];
  } catch {
    return '[threw when read]';
  }
}

function mergeCauses(before: Cause | undefined, added: Exclude<Cause, string>): Cause {
  return before === undefined || typeof before === 'string' ? added : [...before, ...added];
}
