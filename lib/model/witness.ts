import { mergeHttp, type HttpRecord } from './http-record.js';
import type { AnnotationRecord } from './segment-handle.js';
import type { Segment } from './segment.js';

/** Annotations that are kept, as many as X-Ray takes for a trace. */
const ANNOTATIONS_KEPT = 50;

/** What was said of an unsampled request on its segment. */
class Notes {
  httpRecord: HttpRecord | undefined = undefined;
  userId: string | undefined = undefined;
  readonly annotations = new Map<string, unknown>();

  annotate(key: string, value: unknown): void {
    if (this.annotations.size < ANNOTATIONS_KEPT || this.annotations.has(key)) this.annotations.set(key, value);
  }

  annotateAll(record: AnnotationRecord): void {
    for (const [key, value] of Object.entries(record)) this.annotate(key, value);
  }

  http(record: HttpRecord): void {
    this.httpRecord = mergeHttp(this.httpRecord, record);
  }
}

/**
 * What is remembered of a request that is not sampled, in case that it turns out an anomaly: next to nothing while nothing fails. What
 * fails is described at once, in a segment that is sent or forgotten when the request ends; no error of the user's is kept.
 */
export class Witness {
  readonly operation: string;
  readonly startedAt: number;
  /** The sampling rule that decided; `undefined` where none did. */
  readonly ruleName: string | undefined;
  /** That of the unsampled segment of the same engine within which this one is. */
  readonly within: Witness | undefined;
  /** Whether calls are watched, one by one. */
  readonly watchesCalls: boolean;
  /** It is sent, whatever becomes of it: something within it was. */
  isCaptured = false;
  /** A fault was recorded on the segment itself, or left it. */
  isFault = false;
  /** Status or code of the latest error on the segment itself. */
  errorCode: string | undefined = undefined;
  notes: Notes | undefined = undefined;
  /** Where what has failed is recorded; `undefined` while nothing has. */
  record: Segment | undefined = undefined;
  /** Failed calls in it. */
  failedCalls = 0;

  constructor(opening: {
    readonly operation: string;
    readonly startedAt: number;
    readonly ruleName: string | undefined;
    readonly within: Witness | undefined;
    readonly watchesCalls: boolean;
  }) {
    this.operation = opening.operation;
    this.startedAt = opening.startedAt;
    this.ruleName = opening.ruleName;
    this.within = opening.within;
    this.watchesCalls = opening.watchesCalls;
  }

  /** What was said of it, to be added to. */
  note(): Notes {
    return (this.notes ??= new Notes());
  }
}
