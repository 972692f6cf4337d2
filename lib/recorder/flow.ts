import type { Segment } from '../model/segment.js';
import { Subsegment } from '../model/subsegment.js';
import { Frame } from './frame.js';
import { processState } from './process-state.js';

/** Whether what is put into the entity will be sent. */
export function isRecorded(entity: Frame['entity']): entity is Segment | Subsegment {
  return entity.isSampled;
}

/** The frame of this flow; of frames begun by hand, the innermost that is still open. */
export function currentFrame(): Frame | undefined {
  let frame = processState.context.current();
  while (frame?.byHand !== undefined && frame.entity.isClosed) frame = frame.byHand.previous;
  return frame;
}

/** The frame of this flow, unless its engine has been shut down. */
export function liveFrame(): Frame | undefined {
  const frame = currentFrame();
  return frame?.engine.isClosed === true ? undefined : frame;
}

/**
 * A flow that begins something by hand before it first waits leaves it current for whoever called it, who may begin more:
 * `Promise.all([a(), b()])`. Those from whose close this flow has not come back when it closes its own are no children but
 * siblings.
 */
export function releaseSiblings({ entity, byHand }: Frame): void {
  if (byHand === undefined || !(entity instanceof Subsegment) || entity.segment.isSent) return;
  const own = new Set<unknown>();
  for (let close = byHand.cameBackFrom; close !== undefined; close = close.before) own.add(close.entity);
  for (const frame of byHand.begun) {
    const child = frame.entity;
    if (own.has(child) || !(child instanceof Subsegment) || child.parent !== entity) continue;
    entity.children = entity.children?.filter((each) => each !== child);
    child.parent = entity.parent;
    (entity.parent.children ??= []).push(child);
    if (frame.byHand !== undefined) frame.byHand.previous = byHand.previous;
    if (byHand.previous?.byHand?.run === byHand.run) byHand.previous.byHand.begun.push(frame);
  }
}

/** The frame to go back to: the innermost that is open, as a copy that tells from which close the flow came back to it. */
export function comeBack(frame: Frame | undefined, from: Frame['entity']): Frame | undefined {
  let open = frame;
  while (open?.byHand !== undefined && open.entity.isClosed) open = open.byHand.previous;
  if (open?.byHand === undefined) return open;
  const cameBackFrom = { entity: from, before: open.byHand.cameBackFrom };
  return new Frame(open.engine, open.entity, { ...open.byHand, cameBackFrom });
}
