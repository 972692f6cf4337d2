import { Entity } from './entity.js';
import type { Segment } from './segment.js';

/** `aws` for a call to AWS, `remote` for any other call downstream; absent for work of this process. */
export type SubsegmentNamespace = 'aws' | 'remote';

/** One stretch of work within a segment. */
export class Subsegment extends Entity {
  readonly segment: Segment;
  parent: Segment | Subsegment;
  readonly namespace: SubsegmentNamespace | undefined;

  constructor(
    parent: Segment | Subsegment,
    opening: {
      readonly id: string;
      readonly name: string;
      readonly startedAt: number;
      readonly namespace?: SubsegmentNamespace | undefined;
    },
  ) {
    super(opening.id, parent.segment.keeper.dataPolicy.name(opening.name), opening.startedAt);
    this.segment = parent.segment;
    this.parent = parent;
    this.namespace = opening.namespace;
    (parent.children ??= []).push(this);
  }
}
