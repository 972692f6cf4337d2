import type { Segment } from '../model/segment.js';
import type { Subsegment } from '../model/subsegment.js';

/** Finished subsegments that a segment holds at most, unless the option says otherwise; as in the X-Ray SDK for Node. */
export const STREAMING_THRESHOLD = 100;

/** Subsegments begun by hand that one parent holds until it closes; of more, the parent is the one that is known. */
const HELD = 1000;

/**
 * The roots of the finished subtrees that the segment holds, each taken off the tree just before it is answered, to be sent at
 * once. Constant time for each subsegment that has finished, over the life of the segment. What was begun by hand stays while its
 * parent is open: whose child it is shows when that closes.
 */
export function* takeFinished(segment: Segment): Generator<Subsegment> {
  const { finished } = segment;
  segment.finished = [];
  for (const entity of finished) {
    // It may have left, or got another child, since it was noted.
    if (entity.isSent || !entity.isFinished) continue;
    const { holder } = entity;
    const leavesWithHolder = holder !== segment && holder.isFinished && !holder.isSent;
    const awaitsItsParent = entity.isProvisional && !entity.parent.isClosed && (holder.children?.length ?? 0) <= HELD;
    if (leavesWithHolder || awaitsItsParent) continue;
    entity.detach();
    yield entity;
  }
}
