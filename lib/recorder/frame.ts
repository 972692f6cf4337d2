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
  /** What was begun by hand while this was current. */
  readonly begun: Frame[];
  /** The flow came back to it after a nested close; such a frame is a copy. */
  readonly isReturned: boolean;
}
