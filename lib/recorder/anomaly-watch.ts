import type { Clock } from '../foundation/clock.js';
import { errorCodeOf, type ErrorClass, type ErrorClassifier } from '../model/error-class.js';
import type { HttpRecord } from '../model/http-record.js';
import { Members } from '../model/read.js';
import type { Segment } from '../model/segment.js';
import { UnsampledSegment } from '../model/unsampled-segment.js';
import { Witness } from '../model/witness.js';
import type { AnomalyConditions, TraceOutcome, Verdict } from '../sampling/anomaly-conditions.js';
import type { TraceTally } from '../sampling/decider.js';
import { Reservoir } from '../sampling/reservoir.js';
import type { Frame } from './frame.js';
import { requestOf } from './segment-options.js';

/** What an engine does about traces that turn out anomalies. */
export interface AnomalyParts {
  readonly conditions: AnomalyConditions;
  /** How many unsampled ones are sent; `undefined` where none is. */
  readonly captures: Reservoir | undefined;
}

/**
 * Requests of each second whose calls are watched, and how long all are after one has failed: on Node 20 a watched call takes
 * another promise, as much again as the request itself.
 */
const WATCHED_PER_SECOND = 100;
const ALERT_MILLIS = 60_000;

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
  readonly #clock: Clock;
  readonly #watches: Reservoir;
  /** Epoch milliseconds until which the calls of every request are watched. */
  #alertUntil = 0;

  constructor(parts: AnomalyParts, clock: Clock, classify: Classify) {
    this.#parts = parts;
    this.#clock = clock;
    this.#watches = new Reservoir({ limit: WATCHED_PER_SECOND, clock });
    this.#classify = classify;
  }

  /** What remembers an unsampled request until its end; `undefined` where nobody would ask. */
  witnessOf(operation: string, tally: TraceTally | undefined, caller: Frame | undefined): Witness | undefined {
    const isCaptured = this.#parts.captures !== undefined;
    if (!isCaptured && tally === undefined) return undefined;
    const within = caller?.entity instanceof UnsampledSegment ? caller.entity.witness : undefined;
    const watchesCalls = isCaptured && (within?.watchesCalls === true || this.#isAlert() || this.#watches.take());
    const witness = new Witness(operation, this.#clock.elapsed(), { within, watchesCalls });
    if (tally !== undefined) this.#watched.set(witness, { operation, tally, errorCode: undefined });
    return witness;
  }

  #isAlert(): boolean {
    return this.#alertUntil > 0 && this.#clock.now() < this.#alertUntil;
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
    const outcome = new Outcome(operation, segment.httpRecord, segment.endedAt - segment.startedAt);
    outcome.isFault = segment.isFault;
    outcome.errorCode = errorCode;
    const { boosts } = this.#parts.conditions.judge(outcome);
    tally.countTrace({ isAnomaly: boosts, isSampled: true });
  }

  /** Counts an unsampled trace that has ended, and answers what makes it one to be sent; `undefined` where it is not. */
  judgeUnsampled(witness: Witness, endedAt: number): Verdict['reason'] | 'beyond the limit' {
    const { conditions, captures } = this.#parts;
    const verdict = conditions.judge(this.#outcomeOf(witness, endedAt));
    this.#watched.get(witness)?.tally.countTrace({ isAnomaly: verdict.boosts, isSampled: false });
    if (verdict.captures) this.#alertUntil = this.#clock.now() + ALERT_MILLIS;
    if (captures === undefined || (!verdict.captures && !witness.isCaptured)) return undefined;
    if (!witness.isCaptured && !captures.take()) return 'beyond the limit';
    if (witness.within !== undefined) witness.within.isCaptured = true;
    return verdict.reason ?? 'error';
  }

  #outcomeOf(witness: Witness, endedAt: number): TraceOutcome {
    const { operation, notes, thrown } = witness;
    const outcome = new Outcome(operation, notes?.httpRecord, endedAt - witness.startedAt);
    if (thrown === undefined && (notes === undefined || notes.errors.length === 0)) return outcome;
    const members = new Members(thrown === undefined ? notes?.errors.at(-1) : thrown.thrown);
    outcome.isFault = this.#classify(members, thrown?.classifyError) === 'fault';
    outcome.errorCode = errorCodeOf(members);
    return outcome;
  }
}

/** Reads method and path out of a URL or an operation only where a condition asks for them. */
class Outcome implements TraceOutcome {
  readonly operation: string;
  readonly durationMillis: number;
  isFault = false;
  errorCode: string | undefined = undefined;
  readonly #http: HttpRecord | undefined;

  constructor(operation: string, http: HttpRecord | undefined, durationMillis: number) {
    this.operation = operation;
    this.#http = http;
    this.durationMillis = durationMillis;
  }

  get status(): number | undefined {
    return this.#http?.response?.status;
  }

  get httpMethod(): string | undefined {
    return requestOf(this.operation, this.#http).httpMethod;
  }

  get urlPath(): string | undefined {
    return requestOf(this.operation, this.#http).urlPath;
  }
}
