import type { ErrorClass } from '../model/error-class.js';
import type { Keeper } from '../model/keeper.js';
import type { Members } from '../model/read.js';
import { Segment } from '../model/segment.js';
import { Subsegment } from '../model/subsegment.js';
import { UnsampledSegment, type UnsampledSubsegment } from '../model/unsampled-segment.js';
import type { Witness } from '../model/witness.js';

/** Failed calls that are kept: a job that fails and tries again without end keeps the latest. */
const CALLS_KEPT = 100;

/** What writes down how a request that is not sampled fails. */
interface Writer {
  readonly keeper: Keeper;
  /** Epoch milliseconds to add to the times. */
  anchor(): number;
}

/** The segment in which the failures of an unsampled one are recorded; with the ids that are told downstream. */
export function segmentFor(segment: UnsampledSegment, witness: Witness, { keeper, anchor }: Writer): Segment {
  return (witness.record ??= new Segment({
    id: segment.id,
    name: segment.name,
    trace: segment.traceId,
    incoming: segment.incoming,
    keeper,
    anchor: anchor(),
    startedAt: witness.startedAt,
    ruleName: witness.ruleName,
  }));
}

/** Records that the segment, or a call within it, has failed. */
export function recordFailure(
  entity: UnsampledSegment | UnsampledSubsegment,
  failure: { readonly members: Members; readonly errorClass: ErrorClass },
  writer: Writer,
): void {
  const { segment } = entity;
  const { witness } = segment;
  if (witness === undefined) return;
  const { members, errorClass } = failure;
  if (entity instanceof UnsampledSegment) {
    witness.isFault ||= errorClass === 'fault';
    const record = segmentFor(segment, witness, writer);
    record.recordError(members, errorClass);
    witness.errorCode = record.errorCode;
    return;
  }
  const record = entity.record ?? recordCall(entity, witness, writer);
  record?.recordError(members, errorClass);
}

/** The subsegment of a call that has failed, with those of the calls that failed within it. */
function recordCall(call: UnsampledSubsegment, witness: Witness, writer: Writer): Subsegment | undefined {
  const { segment, parent } = call;
  const within = call.failed ?? [];
  if (witness.failedCalls >= CALLS_KEPT) {
    // Of a path that is longer, the end at which it failed is kept.
    if (within.some((each) => each.segment === witness.record)) {
      if (!(parent instanceof UnsampledSegment)) (parent.failed ??= []).push(...within);
      return undefined;
    }
    witness.record = undefined;
    witness.failedCalls = 0;
  }
  witness.failedCalls += 1;
  const root = segmentFor(segment, witness, writer);
  const above = parent instanceof UnsampledSegment ? undefined : parent.record;
  const at = above?.segment === root ? above : root;
  const record = new Subsegment(at, writer.keeper.nextId(), call.name, call.startedAt, call.namespace);
  for (const each of within) if (each.segment === root) each.moveTo(record);
  if (!(parent instanceof UnsampledSegment)) (parent.failed ??= []).push(record);
  call.record = record;
  return record;
}

/** Takes note that a call has ended, at a time of the clock. */
export function endCall(call: UnsampledSubsegment, endedAt: number): void {
  const { record } = call;
  call.failed = undefined;
  if (record === undefined || record.endedAt !== undefined) return;
  record.endedAt = Math.max(record.startedAt, endedAt);
  record.finish();
}

/** The segment of an anomaly, complete. */
export function anomalyOf(
  segment: UnsampledSegment,
  witness: Witness,
  end: { readonly reason: string; readonly endedAt: number },
  writer: Writer,
): Segment {
  const record = segmentFor(segment, witness, writer);
  const { notes } = witness;
  record.annotate('operation', witness.operation);
  for (const [key, value] of notes?.annotations ?? []) record.annotate(key, value);
  record.annotate('anomaly', end.reason);
  if (notes?.httpRecord !== undefined) record.http(notes.httpRecord);
  if (notes?.userId !== undefined) record.user(notes.userId);
  record.endedAt = Math.max(record.startedAt, end.endedAt);
  closeAll(record.children ?? [], record.endedAt);
  return record;
}

/** What has failed and goes on all the same ends with its segment: there is no later document for it. */
function closeAll(children: readonly Subsegment[], endedAt: number): void {
  for (const child of children) {
    closeAll(child.children ?? [], endedAt);
    if (child.endedAt !== undefined) continue;
    child.endedAt = Math.max(child.startedAt, endedAt);
    child.finish();
  }
}
