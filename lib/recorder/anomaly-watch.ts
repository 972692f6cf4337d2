import type { Clock } from '../foundation/clock.js';
import type { HttpRecord } from '../model/http-record.js';
import type { Segment } from '../model/segment.js';
import { Witness } from '../model/witness.js';
import type { AnomalyConditions, TraceOutcome, Verdict } from '../sampling/anomaly-conditions.js';
import type { Decision, TraceTally } from '../sampling/decider.js';
import { Reservoir } from '../sampling/reservoir.js';
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

interface Watched {
  readonly operation: string;
  readonly tally: TraceTally;
}

/** Looks at how traces end: counts them where their rule wants to know, and says which unsampled ones are to be sent. */
export class AnomalyWatch {
  readonly #parts: AnomalyParts;
  /** By segment, or by the witness of one that is not sampled. */
  readonly #watched = new WeakMap<object, Watched>();
  readonly #clock: Clock;
  readonly #watches: Reservoir;
  /** Epoch milliseconds until which the calls of every request are watched. */
  #alertUntil = 0;

  constructor(parts: AnomalyParts, clock: Clock) {
    this.#parts = parts;
    this.#clock = clock;
    this.#watches = new Reservoir({ limit: WATCHED_PER_SECOND, clock });
  }

  /** What remembers an unsampled request until its end; `undefined` where nobody would ask. */
  witnessOf(operation: string, { tally, ruleName }: Decision, within: Witness | undefined): Witness | undefined {
    const isCaptured = this.#parts.captures !== undefined;
    if (!isCaptured && tally === undefined) return undefined;
    const watchesCalls = isCaptured && (within?.watchesCalls === true || this.#isAlert() || this.#watches.take());
    const witness = new Witness({ operation, startedAt: this.#clock.elapsed(), ruleName, within, watchesCalls });
    if (tally !== undefined) this.#watched.set(witness, { operation, tally });
    return witness;
  }

  #isAlert(): boolean {
    return this.#alertUntil > 0 && this.#clock.now() < this.#alertUntil;
  }

  /** Takes note of whose rule wants to know how the segment ended. */
  watch(segment: Segment, operation: string, tally: TraceTally | undefined): void {
    if (tally !== undefined) this.#watched.set(segment, { operation, tally });
  }

  /** Counts a sampled trace that has ended. */
  judge(segment: Segment): void {
    const watched = this.#watched.get(segment);
    if (watched === undefined || segment.endedAt === undefined) return;
    const { operation, tally } = watched;
    const outcome = new Outcome(operation, segment.httpRecord, segment.endedAt - segment.startedAt, segment);
    tally.countTrace({ isAnomaly: this.#parts.conditions.judge(outcome).boosts, isSampled: true });
  }

  /** Counts an unsampled trace that has ended, and answers what makes it one to be sent; `undefined` where it is not. */
  judgeUnsampled(witness: Witness, endedAt: number): Verdict['reason'] | 'beyond the limit' {
    const { conditions, captures } = this.#parts;
    const { operation, notes, within } = witness;
    const verdict = conditions.judge(new Outcome(operation, notes?.httpRecord, endedAt - witness.startedAt, witness));
    this.#watched.get(witness)?.tally.countTrace({ isAnomaly: verdict.boosts, isSampled: false });
    if (verdict.captures) this.#alertUntil = this.#clock.now() + ALERT_MILLIS;
    if (captures === undefined || (!verdict.captures && !witness.isCaptured)) return undefined;
    // What belongs to one that is sent anyway takes nothing of the limit: a trace is not torn apart.
    if (!witness.isCaptured && within?.isCaptured !== true && !captures.take()) return 'beyond the limit';
    if (within !== undefined) within.isCaptured = true;
    return verdict.reason ?? 'error';
  }
}

/** Reads method and path out of a URL or an operation only where a condition asks for them. */
class Outcome implements TraceOutcome {
  readonly operation: string;
  readonly durationMillis: number;
  readonly isFault: boolean;
  readonly errorCode: string | undefined;
  readonly #http: HttpRecord | undefined;

  constructor(
    operation: string,
    http: HttpRecord | undefined,
    durationMillis: number,
    { isFault, errorCode }: { readonly isFault: boolean; readonly errorCode: string | undefined },
  ) {
    this.operation = operation;
    this.#http = http;
    this.durationMillis = durationMillis;
    this.isFault = isFault;
    this.errorCode = errorCode;
  }

  get status(): number | undefined {
    return this.#http?.response?.status;
  }

  get httpMethod(): string | undefined {
    return requestOf(this.operation, this.#http?.request).httpMethod;
  }

  get urlPath(): string | undefined {
    return requestOf(this.operation, this.#http?.request).urlPath;
  }
}
