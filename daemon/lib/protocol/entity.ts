import type { JsonObject } from './json.js';

/**
 * One segment or subsegment as it was received, freed from the nesting of its document.
 */
export interface Entity {
  /**
   * What it is found by within its trace: its id in lower case. An embedded subsegment without a usable id, or with
   * an id its own document uses twice, is found by its place in its document instead, so that it is not lost.
   */
  readonly key: string;
  /** The key of the entity it belongs under; undefined for a segment nobody called. */
  readonly parentKey: string | undefined;
  readonly kind: 'segment' | 'subsegment';
  readonly name: string;
  /** Seconds since the epoch; undefined only on an embedded subsegment that came without one. */
  readonly startTime: number | undefined;
  /** Seconds since the epoch; undefined while it is in progress. */
  readonly endTime: number | undefined;
  /** True for a fragment: `in_progress` is true, or there is no end time. `in_progress: false` is a finished one. */
  readonly isInProgress: boolean;
  /**
   * Its place among the entities of its document, from 0. Tells siblings apart that start at the same time: the Node
   * SDK's times are whole milliseconds, so they often do.
   */
  readonly position: number;
  /** Everything received, under the names of the wire, but `subsegments`, which are entities of their own. */
  readonly members: JsonObject;
}

/** One accepted document: the entity it is about comes first, then the subsegments embedded in it. */
export interface ReceivedDocument {
  /** In the form `1-xxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx`, lower case, whichever form it was sent in. */
  readonly traceId: string;
  readonly entities: readonly Entity[];
  /** Its share of the datagram, as a measure of the memory it takes. */
  readonly bytes: number;
}
