/** A segment of another trace that this one goes on from, as the consumer of a queue does from its producers. */
export interface Link {
  readonly traceId: string;
  /** Segment or subsegment id, 16 hex digits. */
  readonly id: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

/** Links that one segment may hold. */
export const LINKS_PER_SEGMENT = 20;
