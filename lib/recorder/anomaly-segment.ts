import { Members } from '../model/read.js';
import { Segment } from '../model/segment.js';
import type { ErrorClass, ErrorClassifier } from '../model/error-class.js';
import type { Keeper } from '../model/keeper.js';
import { Subsegment } from '../model/subsegment.js';
import type { UnsampledSegment } from '../model/unsampled-segment.js';
import type { FailedCall, Witness } from '../model/witness.js';

/** What an anomaly is sent with: the keeper, which asks a call's own classifier first. */
interface AnomalyKeeper extends Keeper {
  classify(members: Members, first?: ErrorClassifier): ErrorClass;
}

/**
 * The segment of a request that was not sampled, of what its witness remembers: with the ids that were told downstream, the calls
 * that failed, and the annotation `anomaly`.
 */
export function anomalySegment(
  unsampled: UnsampledSegment,
  witness: Witness,
  end: { readonly reason: string; readonly endedAt: number; readonly anchor: number; readonly keeper: AnomalyKeeper },
): Segment {
  const { keeper, reason, endedAt, anchor } = end;
  const { notes, thrown } = witness;
  const segment = new Segment({
    id: unsampled.id,
    name: unsampled.name,
    trace: unsampled.traceId,
    incoming: unsampled.incoming,
    keeper,
    anchor,
    startedAt: witness.startedAt,
  });
  segment.annotate({ operation: witness.operation, anomaly: reason });
  for (const [key, value] of notes?.annotations ?? []) segment.annotate(key, value);
  if (notes?.httpRecord !== undefined) segment.http(notes.httpRecord);
  if (notes?.userId !== undefined) segment.user(notes.userId);
  // Calls first: an exception is recorded where it was thrown, and referred to above.
  for (const call of witness.failed?.roots ?? []) addCall(segment, call, keeper);
  for (const each of notes?.errors ?? []) segment.error(each);
  if (thrown !== undefined) recordError(segment, thrown, keeper);
  segment.endedAt = Math.max(segment.startedAt, endedAt);
  return segment;
}

function addCall(parent: Segment | Subsegment, call: FailedCall, keeper: AnomalyKeeper): void {
  const subsegment = new Subsegment(parent, keeper.nextId(), call.name, call.startedAt, call.namespace);
  for (const each of call.calls) addCall(subsegment, each, keeper);
  recordError(subsegment, call, keeper);
  subsegment.endedAt = Math.max(call.startedAt, call.endedAt);
  subsegment.finish();
}

function recordError(
  entity: Segment | Subsegment,
  { thrown, classifyError }: Pick<FailedCall, 'thrown' | 'classifyError'>,
  keeper: AnomalyKeeper,
): void {
  const members = new Members(thrown);
  entity.recordError(members, keeper.classify(members, classifyError));
}
