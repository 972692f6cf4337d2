import { Entity } from './entity.js';
import type { Segment } from './segment.js';

/** `aws` for a call to AWS, `remote` for any other call downstream; absent for work of this process. */
export type SubsegmentNamespace = 'aws' | 'remote';

/** One stretch of work within a segment. */
export class Subsegment extends Entity {
  readonly segment: Segment;
  parent: Segment | Subsegment;
  readonly namespace: SubsegmentNamespace | undefined;
  /** Who sends it unless it leaves alone: its parent, or the next above where that has left already. */
  holder: Segment | Subsegment;
  /** Its place among what the holder holds. */
  #position = 0;
  /** Whether another may turn out to be its parent when the present one closes. */
  isProvisional = false;

  constructor(
    parent: Segment | Subsegment,
    id: string,
    name: string,
    startedAt: number,
    namespace?: SubsegmentNamespace,
  ) {
    super(id, parent.segment.keeper.dataPolicy.entityName(name), startedAt);
    this.segment = parent.segment;
    this.parent = parent;
    this.holder = parent.isSent ? holderAbove(parent) : parent;
    this.namespace = namespace;
    this.#join();
  }

  /** Makes it the child of another. */
  moveTo(parent: Segment | Subsegment): void {
    this.detach();
    this.parent = parent;
    this.holder = parent.isSent ? holderAbove(parent) : parent;
    this.#join();
    if (this.isFinished) this.segment.finished.push(this);
  }

  /** Takes it off its holder, in constant time: the last of the others takes its place. */
  detach(): void {
    const { children } = this.holder;
    if (children?.[this.#position] !== this) return;
    const last = children.pop() as Subsegment;
    if (last !== this) {
      children[this.#position] = last;
      last.#position = this.#position;
    }
    if (!this.isFinished) this.holder.unfinished -= 1;
  }

  #join(): void {
    const { holder } = this;
    this.#position = (holder.children ??= []).push(this) - 1;
    if (!this.isFinished) expectOneMore(holder);
  }

  /** Takes note of its close: with it, those above that were only waiting for it are finished. */
  finish(): void {
    announce(this);
  }
}

function announce(closed: Subsegment): void {
  const { finished } = closed.segment;
  let at: Segment | Subsegment = closed;
  while (at instanceof Subsegment && at.isFinished && !at.isSent) {
    finished.push(at);
    at = at.holder;
    at.unfinished -= 1;
  }
}

/** The next above that has not left. */
function holderAbove(sent: Segment | Subsegment): Segment | Subsegment {
  let holder = sent;
  while (holder.isSent && holder instanceof Subsegment) holder = holder.holder;
  // Once its segment has left, a subsegment leaves alone, whoever its parent was.
  return holder.isSent ? sent : holder;
}

/** What was finished is no more, and so up to where something is unfinished anyway. */
function expectOneMore(holder: Segment | Subsegment): void {
  let at = holder;
  at.unfinished += 1;
  while (at.unfinished === 1 && at.endedAt !== undefined && !at.isSent && at instanceof Subsegment) {
    at = at.holder;
    at.unfinished += 1;
  }
}
