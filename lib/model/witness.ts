import type { AnnotationRecord } from './segment-handle.js';
import { chainOf } from './cause.js';
import type { ErrorClassifier } from './error-class.js';
import { mergeHttp, type HttpRecord } from './http-record.js';
import type { SubsegmentNamespace } from './subsegment.js';

/** A call that has thrown while its request was not sampled, with those below it that it failed for. Times are of the engine's clock. */
export interface FailedCall {
  readonly name: string;
  readonly namespace: SubsegmentNamespace | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly thrown: unknown;
  readonly classifyError: ErrorClassifier | undefined;
  /** In the order in which they failed. */
  readonly calls: readonly FailedCall[];
}

/** Failed calls that are kept: a job that fails and tries again without end keeps the latest. */
const CALLS_KEPT = 100;
/** Annotations that are kept, as many as X-Ray takes for a trace. */
const ANNOTATIONS_KEPT = 50;
const ERRORS_KEPT = 10;

/** What was said of an unsampled request on its segment. */
class Notes {
  httpRecord: HttpRecord | undefined = undefined;
  userId: string | undefined = undefined;
  readonly annotations: (readonly [key: string, value: unknown])[] = [];
  /** What was recorded by hand. */
  readonly errors: unknown[] = [];

  annotate(key: string, value: unknown): void {
    if (this.annotations.length < ANNOTATIONS_KEPT) this.annotations.push([key, value]);
  }

  annotateAll(record: AnnotationRecord): void {
    for (const [key, value] of Object.entries(record)) this.annotate(key, value);
  }

  http(record: HttpRecord): void {
    this.httpRecord = mergeHttp(this.httpRecord, record);
  }

  error(thrown: unknown): void {
    if (this.errors.length < ERRORS_KEPT) this.errors.push(thrown);
  }
}

/**
 * What is remembered of a request that is not sampled, in case that it turns out an anomaly: next to nothing while nothing fails. It
 * keeps what it is given as it is; nothing is named or classified before it is needed.
 */
export class Witness {
  readonly operation: string;
  readonly startedAt: number;
  /** That of the unsampled segment of the same process within which this one is. */
  readonly within: Witness | undefined;
  /** Whether calls that fail are to be noted. */
  readonly watchesCalls: boolean;
  /** It is sent, whatever becomes of it: something within it was. */
  isCaptured = false;
  /** What left the segment; a member of an object, since `undefined` can be thrown. */
  thrown: { readonly thrown: unknown; readonly classifyError: ErrorClassifier | undefined } | undefined = undefined;
  notes: Notes | undefined = undefined;
  failed: FailedCalls | undefined = undefined;

  constructor(
    operation: string,
    startedAt: number,
    how: { readonly within: Witness | undefined; readonly watchesCalls: boolean },
  ) {
    this.operation = operation;
    this.startedAt = startedAt;
    this.within = how.within;
    this.watchesCalls = how.watchesCalls;
  }

  /** What was said of it, to be added to. */
  note(): Notes {
    return (this.notes ??= new Notes());
  }

  noteCall(call: Omit<FailedCall, 'calls'>): void {
    (this.failed ??= new FailedCalls()).add(call);
  }
}

/** The calls of a request that have failed, as trees. */
class FailedCalls {
  #roots: FailedCall[] = [];
  #count = 0;

  /** Those that no other one failed for. */
  get roots(): readonly FailedCall[] {
    return this.#roots;
  }

  /**
   * Those that began during the call and failed with the same error, or with one that led to it, are its own: which of two
   * concurrent calls made another one is not known otherwise.
   */
  add(call: Omit<FailedCall, 'calls'>): void {
    const own: FailedCall[] = [];
    const others: FailedCall[] = [];
    for (const each of this.#roots) (isWithin(each, call) ? own : others).push(each);
    if (this.#count >= CALLS_KEPT) {
      // Of a path that is longer, the end at which it failed is kept.
      if (own.length > 0) return;
      this.#count -= sizeOf(others.shift());
    }
    this.#roots = [...others, { ...call, calls: own }];
    this.#count += 1;
  }
}

function isWithin(call: FailedCall, outer: Omit<FailedCall, 'calls'>): boolean {
  if (call.startedAt < outer.startedAt) return false;
  return Object.is(call.thrown, outer.thrown) || chainOf(outer.thrown).has(call.thrown);
}

/** There are {@link CALLS_KEPT} at most, and so no deeper do they go. */
function sizeOf(call: FailedCall | undefined): number {
  return call === undefined ? 0 : call.calls.reduce((sum, each) => sum + sizeOf(each), 1);
}
