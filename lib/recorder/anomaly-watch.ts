import { errorCodeOf, type ErrorClass, type ErrorClassifier } from '../model/error-class.js';
import type { HttpRecord } from '../model/http-record.js';
import { Members } from '../model/read.js';
import type { Segment } from '../model/segment.js';
import { UnsampledSegment } from '../model/unsampled-segment.js';
import { Witness } from '../model/witness.js';
import type { AnomalyConditions, TraceOutcome, Verdict } from '../sampling/anomaly-conditions.js';
import type { TraceTally } from '../sampling/decider.js';
import type { Reservoir } from '../sampling/reservoir.js';
import type { Frame } from './frame.js';
import { requestOf } from './segment-options.js';

/** What an engine does about traces that turn out anomalies. */
export interface AnomalyParts {
  readonly conditions: AnomalyConditions;
  /** How many unsampled ones are sent; `undefined` where none is. */
  readonly captures: Reservoir | undefined;
}

type Classify = (members: Members, first?: ErrorClassifier) => ErrorClass;

interface Watched {
  readonly operation: string;
  readonly tally: TraceTally;
  errorCode: string | undefined;
}

/** Looks at how traces end: counts them where their rule wants to know, and says which unsampled ones are to be sent. */
export class AnomalyWatch {
  readonly #parts: AnomalyParts;
  readonly #classify: Classify;
  /** By segment, or by the witness of one that is not sampled. */
  readonly #watched = new WeakMap<object, Watched>();

  constructor(parts: AnomalyParts, classify: Classify) {
    this.#parts = parts;
    this.#classify = classify;
  }

  /** What remembers an unsampled request until its end; `undefined` where nobody would ask. */
  witnessOf(
    operation: string,
    times: () => { readonly anchor: number; readonly startedAt: number },
    { tally, caller }: { readonly tally: TraceTally | undefined; readonly caller: Frame | undefined },
  ): Witness | undefined {
    const watchesCalls = this.#parts.captures !== undefined;
    if (!watchesCalls && tally === undefined) return undefined;
    const within = caller?.entity instanceof UnsampledSegment ? caller.entity.witness : undefined;
    const witness = new Witness({ operation, ...times(), within, watchesCalls });
    if (tally !== undefined) this.#watched.set(witness, { operation, tally, errorCode: undefined });
    return witness;
  }

  /** Takes note of whose rule wants to know how the segment ended. */
  watch(segment: Segment, operation: string, tally: TraceTally | undefined): void {
    if (tally !== undefined) this.#watched.set(segment, { operation, tally, errorCode: undefined });
  }

  /** Takes note of the error that leaves a sampled segment. */
  noteError(segment: object, members: Members): void {
    const watched = this.#watched.get(segment);
    if (watched !== undefined) watched.errorCode = errorCodeOf(members);
  }

  /** Counts a sampled trace that has ended. */
  judge(segment: Segment): void {
    const watched = this.#watched.get(segment);
    if (watched === undefined || segment.endedAt === undefined) return;
    const { operation, errorCode, tally } = watched;
    const outcome = outcomeOf(operation, segment.httpRecord, segment.endedAt - segment.startedAt);
    const { boosts } = this.#parts.conditions.judge({ ...outcome, isFault: segment.isFault, errorCode });
    tally.countTrace({ isAnomaly: boosts, isSampled: true });
  }

  /** Counts an unsampled trace that has ended, and answers what makes it one to be sent; `undefined` where it is not. */
  judgeUnsampled(witness: Witness, endedAt: number): Verdict['reason'] | 'beyond the limit' {
    const { conditions, captures } = this.#parts;
    const verdict = conditions.judge(this.#outcomeOf(witness, endedAt));
    this.#watched.get(witness)?.tally.countTrace({ isAnomaly: verdict.boosts, isSampled: false });
    if (captures === undefined || (!verdict.captures && !witness.isCaptured)) return undefined;
    if (!witness.isCaptured && !captures.take()) return 'beyond the limit';
    if (witness.within !== undefined) witness.within.isCaptured = true;
    return verdict.reason ?? 'error';
  }

  #outcomeOf(witness: Witness, endedAt: number): TraceOutcome {
    const { operation, httpRecord, thrown, errors = [] } = witness;
    const last = thrown ?? (errors.length > 0 ? { thrown: errors.at(-1), classifyError: undefined } : undefined);
    const outcome = outcomeOf(operation, httpRecord, endedAt - witness.startedAt);
    if (last === undefined) return { ...outcome, isFault: false, errorCode: undefined };
    const members = new Members(last.thrown);
    const isFault = this.#classify(members, last.classifyError) === 'fault';
    return { ...outcome, isFault, errorCode: errorCodeOf(members) };
  }
}

function outcomeOf(
  operation: string,
  http: HttpRecord | undefined,
  durationMillis: number,
): Omit<TraceOutcome, 'isFault' | 'errorCode'> {
  const { httpMethod, urlPath } = requestOf(operation, http);
  return { operation, httpMethod, urlPath, status: http?.response?.status, durationMillis };
}
