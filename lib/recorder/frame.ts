import type { Segment } from '../model/segment.js';
import type { Subsegment } from '../model/subsegment.js';
import type { UnsampledSegment } from '../model/unsampled-segment.js';
import type { Engine } from './engine.js';

/** What a flow of work carries: the segment or subsegment that it is in, and the engine that opened it. */
export class Frame {
  readonly engine: Engine;
  readonly entity: Segment | Subsegment | UnsampledSegment;
  /** Only where it was begun by hand. */
  readonly byHand: ByHand | undefined;

  constructor(engine: Engine, entity: Segment | Subsegment | UnsampledSegment, byHand?: ByHand) {
    this.engine = engine;
    this.entity = entity;
    this.byHand = byHand;
  }
}

/** What has to be known to undo, at the close, what a begin by hand did to the context. */
export interface ByHand {
  /** What was current before. */
  previous: Frame | undefined;
  /** Node's id of the asynchronous run in which it was begun. */
  readonly asyncId: number;
  /** What was begun by hand while this was current, in the same asynchronous run. */
  readonly begun: Frame[];
  /** What was begun by hand within it and closed by this flow, the last first. */
  readonly cameBackFrom: Closes | undefined;
}

/** A linked list: a flow adds to it without touching what other flows know. */
export interface Closes {
  readonly entity: Frame['entity'];
  readonly before: Closes | undefined;
}
