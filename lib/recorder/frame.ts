import { queueMicrotask } from '../foundation/timers.js';
import type { Segment } from '../model/segment.js';
import type { Subsegment } from '../model/subsegment.js';
import type { UnsampledSegment, UnsampledSubsegment } from '../model/unsampled-segment.js';
import type { Engine } from './engine.js';

const BRAND = Symbol.for('radiograph.frame.1');

/** What a flow of work carries: the segment or subsegment that it is in, and the engine that opened it. */
export class Frame {
  readonly engine: Engine;
  readonly entity: Segment | Subsegment | UnsampledSegment | UnsampledSubsegment;
  /** Only where it was begun by hand. */
  readonly byHand: ByHand | undefined;

  constructor(engine: Engine, entity: Frame['entity'], byHand?: ByHand) {
    this.engine = engine;
    this.entity = entity;
    this.byHand = byHand;
  }

  get [BRAND](): true {
    return true;
  }

  /** Whether the value is a frame, of this copy of the package or of another. */
  static isFrame(value: unknown): value is Frame {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
  }
}

/** What has to be known to undo, at the close, what a begin by hand did to the context. */
export interface ByHand {
  /** What was current before, and is not closed. */
  previous: Frame | undefined;
  /** The synchronous run in which it was begun. */
  readonly run: SynchronousRun;
  /** What was begun by hand while this was current, in the same synchronous run. */
  readonly begun: Frame[];
  /** What was begun by hand within it and closed by this flow, the last first. */
  readonly cameBackFrom: Closes | undefined;
}

/** A linked list: a flow adds to it without touching what other flows know. */
export interface Closes {
  readonly entity: Frame['entity'];
  readonly before: Closes | undefined;
  /** Closes in the list from here on, and how many there may be before it is looked through. */
  readonly length?: number;
  readonly limit?: number;
}

/** From where the event loop or a promise calls into a program to where that returns; compared by identity. */
export type SynchronousRun = object;

let runOfNow: SynchronousRun | undefined;

/**
 * The synchronous run of now. Whatever is started in it, and goes on later, does so after the microtask that ends it here,
 * so that no two of a flow's runs are taken for one.
 */
export function synchronousRun(): SynchronousRun {
  if (runOfNow === undefined) {
    runOfNow = {};
    queueMicrotask(() => {
      runOfNow = undefined;
    });
  }
  return runOfNow;
}
