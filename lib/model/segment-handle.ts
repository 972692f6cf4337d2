import type { AnnotationValue } from './annotations.js';
import type { AwsRecord } from './aws-record.js';
import type { HttpRecord } from './http-record.js';
import type { Link } from './link.js';
import type { SqlRecord } from './sql-record.js';

/** How a segment or subsegment ends. */
export interface CloseOptions {
  /** What made the work fail. Recorded only when the member is there; `undefined` can be thrown too. */
  readonly error?: unknown;
  /** When the work ended, for work that is recorded after the fact: a date, or epoch seconds. Default: now. */
  readonly endTime?: Date | number;
}

/** Annotations by key. Absent values (`undefined`, `null`) are passed over. */
export type AnnotationRecord = Readonly<Record<string, AnnotationValue | null | undefined>>;

/**
 * A segment or subsegment in the user's hand. Where nothing is recorded (no segment is open, or the trace is not sampled) it is
 * there all the same and does nothing, so that no caller has to ask. No method ever throws.
 */
export interface SegmentHandle extends Disposable {
  /** 16 hex digits; empty where nothing is recorded. */
  readonly id: string;
  /** Trace id; empty where there is no trace. */
  readonly traceId: string;
  readonly name: string;
  /** Whether what is put in here will be sent. */
  readonly isSampled: boolean;
  readonly isClosed: boolean;

  /**
   * Adds an annotation: indexed, searchable, at most 50 in a trace. Keys are made of letters, digits and underscores, other
   * characters become underscores; texts are cut at 1000 characters.
   */
  annotate(key: string, value: AnnotationValue | null | undefined): this;
  annotate(annotations: AnnotationRecord): this;

  /** Adds metadata: any value, read at once, not searchable. The namespace is `default` unless one is named. */
  metadata(key: string, value: unknown, namespace?: string): this;
  metadata(values: Readonly<Record<string, unknown>>, namespace?: string): this;

  /** Records an exception and the flags that it means, without closing. The same error recorded further down is referenced. */
  error(thrown: unknown): this;

  /** Names the end user on the whole segment; searchable, at most 250 characters. */
  user(id: string): this;

  /** Adds to what is known of an HTTP request and its response; a status sets the flags. */
  http(record: HttpRecord): this;

  /** Adds to what is known of a database query. Subsegments only; a segment keeps none. */
  sql(record: SqlRecord): this;

  /** Adds to what is known of a call to AWS. */
  aws(record: AwsRecord): this;

  /** Links the whole segment to one of another trace, as a consumer does to its producers; at most 20. */
  link(link: Link): this;

  /** The value of `X-Amzn-Trace-Id` for a request sent from here; empty where there is no trace. */
  header(): string;

  /**
   * The value of `X-Amzn-Trace-Id` for the response to a caller that left the decision to this service (`Sampled=?`); empty where
   * nobody asked.
   */
  responseHeader(): string;

  /** Runs `fn` with this as the current segment, and everything it starts. */
  run<T>(fn: () => T): T;

  /** Ends it. A second close changes nothing. */
  close(options?: CloseOptions): void;
}
