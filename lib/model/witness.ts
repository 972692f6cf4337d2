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

/**
 * What is remembered of a request that is not sampled, in case that it turns out an anomaly: next to nothing while nothing fails. It
 * keeps what it is given as it is; nothing is read, named or classified before it is needed.
 */
export class Witness {
  readonly operation: string;
  /** Epoch milliseconds to add to the times. */
  readonly anchor: number;
  readonly startedAt: number;
  /** That of the unsampled segment of the same process within which this one is. */
  readonly within: Witness | undefined;
  /** Whether calls that fail are to be noted. */
  readonly watchesCalls: boolean;
  /** It is sent, whatever becomes of it: something within it was. */
  isCaptured = false;
  httpRecord: HttpRecord | undefined = undefined;
  userId: string | undefined = undefined;
  annotations: [key: string, value: unknown][] | undefined = undefined;
  /** What was recorded by hand on the segment itself. */
  errors: unknown[] | undefined = undefined;
  /** What left the segment; a member, since `undefined` can be thrown. */
  thrown: { readonly thrown: unknown; readonly classifyError: ErrorClassifier | undefined } | undefined = undefined;
  #calls: FailedCall[] | undefined = undefined;
  #callCount = 0;

  constructor(opening: {
    readonly operation: string;
    readonly anchor: number;
    readonly startedAt: number;
    readonly within: Witness | undefined;
    readonly watchesCalls: boolean;
  }) {
    this.operation = opening.operation;
    this.anchor = opening.anchor;
    this.startedAt = opening.startedAt;
    this.within = opening.within;
    this.watchesCalls = opening.watchesCalls;
  }

  /** Failed calls that no other one failed for. */
  get calls(): readonly FailedCall[] {
    return this.#calls ?? [];
  }

  /**
   * Takes note of a failed call. Those that began during it and failed with the same error, or with one that led to it, are its own:
   * which of two concurrent calls made another one is not known otherwise.
   */
  noteCall(call: Omit<FailedCall, 'calls'>): void {
    const calls = (this.#calls ??= []);
    const own: FailedCall[] = [];
    const others: FailedCall[] = [];
    for (const each of calls) (isWithin(each, call) ? own : others).push(each);
    if (this.#callCount >= CALLS_KEPT) {
      // Of a path that is longer, the end at which it failed is kept.
      if (own.length > 0) return;
      this.#callCount -= sizeOf(others.shift());
    }
    this.#calls = [...others, { ...call, calls: own }];
    this.#callCount += 1;
  }

  noteAnnotation(key: string, value: unknown): void {
    const annotations = (this.annotations ??= []);
    if (annotations.length < ANNOTATIONS_KEPT) annotations.push([key, value]);
  }

  noteAnnotations(record: AnnotationRecord): void {
    for (const [key, value] of Object.entries(record)) this.noteAnnotation(key, value);
  }

  noteHttp(record: HttpRecord): void {
    this.httpRecord = mergeHttp(this.httpRecord, record);
  }

  noteError(thrown: unknown): void {
    const errors = (this.errors ??= []);
    if (errors.length < ERRORS_KEPT) errors.push(thrown);
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
