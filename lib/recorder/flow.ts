import type { Segment } from '../model/segment.js';
import { Subsegment } from '../model/subsegment.js';
import { Frame, type Closes } from './frame.js';
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
export function releaseSiblings({ entity, byHand }: Frame, passed: Closes | undefined): void {
  if (byHand === undefined || !(entity instanceof Subsegment) || entity.segment.isSent) return;
  const own = new Set<unknown>();
  for (let close = passed; close !== undefined; close = close.before) own.add(close.entity);
  for (let close = byHand.cameBackFrom; close !== undefined; close = close.before) own.add(close.entity);
  for (const frame of byHand.begun) {
    const child = frame.entity;
    if (own.has(child) || !(child instanceof Subsegment) || child.parent !== entity || child.isSent) continue;
    child.moveTo(entity.parent);
    if (frame.byHand !== undefined) frame.byHand.previous = byHand.previous;
    child.isProvisional = byHand.previous?.byHand?.run === byHand.run;
    if (child.isProvisional) byHand.previous?.byHand?.begun.push(frame);
  }
}

/**
 * The frame to go back to: the innermost that is open, as a copy that tells from which closes the flow came back to it. A close
 * that another flow made counts too, where this one has the closed frame: it waited for that flow.
 *
 * @param passed what the flow has come back from already
 */
export function comeBack(frame: Frame | undefined, passed?: Closes): Frame | undefined {
  let open = frame;
  let closes = passed;
  while (open?.byHand !== undefined && open.entity.isClosed) {
    closes = { entity: open.entity, before: closes };
    open = open.byHand.previous;
  }
  if (open?.byHand === undefined || closes === undefined) return open;
  let cameBackFrom = open.byHand.cameBackFrom;
  for (let close: Closes | undefined = closes; close !== undefined; close = close.before) {
    cameBackFrom = withClose(close.entity, cameBackFrom);
  }
  return new Frame(open.engine, open.entity, { ...open.byHand, cameBackFrom });
}

/** The entity's frame in this flow, through frames that are closed; and what was passed on the way to it. */
export function findFrame(
  entity: Frame['entity'],
): { readonly frame: Frame; readonly passed: Closes | undefined } | undefined {
  let frame = processState.context.current();
  let passed: Closes | undefined;
  while (frame?.byHand !== undefined && frame.entity !== entity && frame.entity.isClosed) {
    passed = { entity: frame.entity, before: passed };
    frame = frame.byHand.previous;
  }
  return frame?.byHand !== undefined && frame.entity === entity ? { frame, passed } : undefined;
}

/** Closes that are kept before those are left out whose entity has left: nothing is moved that has. */
const CLOSES_KEPT = 1024;

function withClose(entity: Closes['entity'], before: Closes | undefined): Closes {
  const length = (before?.length ?? 0) + 1;
  const limit = before?.limit ?? CLOSES_KEPT;
  if (length < limit) return { entity, before, length, limit };
  const kept: Closes['entity'][] = [];
  for (let close = before; close !== undefined; close = close.before) {
    if (!(close.entity instanceof Subsegment && close.entity.isSent)) kept.push(close.entity);
  }
  const next = Math.max(CLOSES_KEPT, 2 * kept.length + 2);
  let chain: Closes | undefined;
  for (const each of [entity, ...kept].toReversed())
    chain = { entity: each, before: chain, length: (chain?.length ?? 0) + 1, limit: next };
  return chain as Closes;
}
