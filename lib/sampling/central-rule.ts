import type { Decision, TraceTally } from './decider.js';
import type { RuleDefinition, RuleStatistics, Target } from './service-messages.js';

/** What a target has where it does not say: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html */
const INTERVAL_SECONDS = 10;
/** No report waits longer, whatever a target says. */
const LONGEST_INTERVAL_SECONDS = 3600;

/**
 * A rule of X-Ray's with what this process knows of it: its share of the reservoir, and what it has counted. It lives as long as
 * X-Ray has a rule of its name, whatever else is changed about that.
 *
 * A borrowed place is among the sampled ones: the API calls `SampledCount` the requests recorded, and the example of the developer guide
 * and the samplers of OpenTelemetry count so. The older X-Ray SDKs leave it out.
 */
export class CentralRule {
  readonly name: string;
  readonly #random: () => number;
  readonly #tally: TraceTally;
  #sampled!: Decision;
  #unsampled!: Decision;
  #rate = 0;
  #reservoirSize = 0;
  #hasBoost = false;
  #quota: number | undefined;
  #quotaUntil = Number.NEGATIVE_INFINITY;
  #boostRate = 0;
  #boostUntil = Number.NEGATIVE_INFINITY;
  /** The second of the wall clock that `#taken` and `#hasBorrowed` are about. */
  #second = Number.NaN;
  #taken = 0;
  #hasBorrowed = false;
  #intervalSeconds = INTERVAL_SECONDS;
  #dueAt = Number.NEGATIVE_INFINITY;
  #isRefused = false;
  #requests = 0;
  #sampledCount = 0;
  #borrowed = 0;
  #traces = 0;
  #anomalies = 0;
  #sampledAnomalies = 0;

  constructor(definition: RuleDefinition, random: () => number) {
    this.name = definition.name;
    this.#random = random;
    this.#tally = { countTrace: (outcome) => this.#countTrace(outcome) };
    this.redefine(definition);
  }

  /**
   * Takes what has changed about the rule. Reservoir, quota, boost and counts stay.
   *
   * @returns how many traces were counted for a boost that the rule has no more: nobody wants to know of them now
   */
  redefine({ rate, reservoirSize, hasBoost }: RuleDefinition): number {
    this.#rate = rate;
    this.#reservoirSize = reservoirSize;
    this.#hasBoost = hasBoost;
    const tally = hasBoost ? this.#tally : undefined;
    if (this.#sampled === undefined || this.#sampled.tally !== tally) {
      this.#sampled = Object.freeze({ isSampled: true, ruleName: this.name, tally });
      this.#unsampled = Object.freeze({ isSampled: false, ruleName: this.name, tally });
    }
    const unwanted = hasBoost ? 0 : this.#traces;
    if (unwanted > 0) this.#forgetTraces(unwanted, this.#anomalies, this.#sampledAnomalies);
    return unwanted;
  }

  /** @param now epoch milliseconds */
  decide(now: number): Decision {
    this.#requests += 1;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
      this.#hasBorrowed = false;
    }
    if (this.#quota !== undefined && now <= this.#quotaUntil) {
      if (this.#taken < this.#quota) {
        this.#taken += 1;
        return this.#sample();
      }
    } else if (this.#reservoirSize > 0 && !this.#hasBorrowed) {
      this.#hasBorrowed = true;
      this.#borrowed += 1;
      return this.#sample();
    }
    const rate = now < this.#boostUntil && this.#boostRate > this.#rate ? this.#boostRate : this.#rate;
    return this.#random() < rate ? this.#sample() : this.#unsampled;
  }

  #sample(): Decision {
    this.#sampledCount += 1;
    return this.#sampled;
  }

  #countTrace({ isAnomaly, isSampled }: { readonly isAnomaly: boolean; readonly isSampled: boolean }): void {
    if (!this.#hasBoost) return;
    this.#traces += 1;
    if (!isAnomaly) return;
    this.#anomalies += 1;
    if (isSampled) this.#sampledAnomalies += 1;
  }

  /** What X-Ray has not said stays as it was: a quota goes on until its time, and so does a boost. */
  aim(target: Target): void {
    this.#rate = target.rate ?? this.#rate;
    this.#quota = target.quota ?? this.#quota;
    this.#quotaUntil = target.quotaUntil ?? this.#quotaUntil;
    if (target.boostRate !== undefined && target.boostUntil !== undefined) {
      this.#boostRate = target.boostRate;
      this.#boostUntil = target.boostUntil;
    }
    const seconds = target.intervalSeconds ?? INTERVAL_SECONDS;
    this.#intervalSeconds = Math.min(Math.max(seconds, 1), LONGEST_INTERVAL_SECONDS);
  }

  get intervalMillis(): number {
    return this.#intervalSeconds * 1000;
  }

  /** What there is to report, held until it is acknowledged; a trace may end long after its request was counted. */
  get statistics(): RuleStatistics {
    return {
      name: this.name,
      requests: this.#requests,
      sampled: this.#sampledCount,
      borrowed: this.#borrowed,
      traces: this.#traces,
      anomalies: this.#anomalies,
      sampledAnomalies: this.#sampledAnomalies,
    };
  }

  /** Whether there is something to report and X-Ray wants it by now. @param elapsed milliseconds of a clock that only grows */
  isDue(elapsed: number): boolean {
    return (this.#requests > 0 || this.#traces > 0) && elapsed >= this.#dueAt;
  }

  /** X-Ray has answered: the next report waits for the rule's interval. */
  reported(elapsed: number): void {
    this.#dueAt = elapsed + this.intervalMillis;
  }

  /** The next report waits until then, whatever the interval. */
  postpone(elapsed: number): void {
    this.#dueAt = elapsed;
  }

  /** Forgets the requests that X-Ray has taken. What was counted since then stays. */
  acknowledge({ requests, sampled, borrowed }: RuleStatistics): void {
    this.#requests -= requests;
    this.#sampledCount -= sampled;
    this.#borrowed -= borrowed;
    this.#isRefused = false;
  }

  /** The same for the ends of traces. */
  acknowledgeTraces({ traces, anomalies, sampledAnomalies }: RuleStatistics): void {
    this.#forgetTraces(traces, anomalies, sampledAnomalies);
  }

  #forgetTraces(traces: number, anomalies: number, sampledAnomalies: number): void {
    this.#traces -= traces;
    this.#anomalies -= anomalies;
    this.#sampledAnomalies -= sampledAnomalies;
  }

  /** X-Ray does not take its statistics. Answers whether that is new. */
  refuse(): boolean {
    const isNew = !this.#isRefused;
    this.#isRefused = true;
    return isNew;
  }
}
