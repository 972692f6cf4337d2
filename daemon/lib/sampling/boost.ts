import type { SamplingRule } from './rule.js';

/** What a service says of the anomalies among its requests. */
export interface AnomalyReport {
  /** Requests with an anomaly. */
  readonly anomalies: number;
  /** Requests. */
  readonly total: number;
  /** Requests with an anomaly that were traced. */
  readonly sampledAnomalies: number;
}

/** A rate in the place of the rule's own, for a while. */
export interface Boost {
  readonly rate: number;
  /** The whole second, since 1970, with which it ends. */
  readonly untilSecond: number;
}

/**
 * Seconds that a boost lasts, and seconds of reports that it is computed from.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-adaptive-sampling.html (boosts of up to one minute)
 */
export const boostSeconds = 60;

/** How likely it is that no anomaly is traced while a boost lasts. */
const missed = 0.01;

/** Reports are added up in steps of as many seconds, the interval in which clients report. */
const stepSeconds = 10;

/**
 * The least rate by which it is likely enough that a repeated anomaly is traced; undefined when the rule's own does.
 *
 * Of A requests with an anomaly, each traced by the rate p independently of the others, none is traced with the
 * probability (1 − p)^A. That is 1 % for
 *
 *     p = 1 − 0.01^(1/A)
 *
 * where A is what the last minute had: the best guess of the minute that the boost lasts. A single anomaly asks for
 * 0.99, ten for 0.37, a hundred for 0.045. There is no boost when an anomaly of that minute was traced, whether by the
 * rate or by the reservoir: then what there is suffices. Nor is there one when p is no more than the rule's own rate.
 */
export function boostRate(
  { anomalies, total, sampledAnomalies }: AnomalyReport,
  { fixedRate, maxRate }: { readonly fixedRate: number; readonly maxRate: number },
): number | undefined {
  // Counted one after the other while requests go on, one may be ahead of the other.
  const expected = Math.min(anomalies, total);
  if (expected === 0 || sampledAnomalies > 0) {
    return undefined;
  }
  const least = 1 - missed ** (1 / expected);
  const rate = Math.min(least, maxRate);
  return least > fixedRate && rate > fixedRate ? rate : undefined;
}

/** A moment by two clocks: what clients are told is the time of day, and what is waited for goes by one never set. */
export interface BoostMoment {
  /** Since 1970. */
  readonly nowSeconds: number;
  /** Since whenever; it never goes back. */
  readonly elapsedSeconds: number;
}

/**
 * The anomalies that services report for one rule, and the boost that follows.
 *
 * A boost is one for the whole rule, of the reports of all services together, and who asks while it lasts is given the
 * same rate and end. From its beginning on, the rule's cooldown passes before the next, however the clock is set.
 */
export class AnomalyWatch {
  #steps: { readonly step: number; report: AnomalyReport }[] = [];
  #boost: Boost | undefined;
  #begunElapsed = 0;
  #begun = 0;

  /** Boosts begun. */
  get begun(): number {
    return this.#begun;
  }

  note(report: AnomalyReport, elapsedSeconds: number): void {
    const step = Math.floor(elapsedSeconds / stepSeconds);
    this.#forget(step);
    const last = this.#steps.at(-1);
    if (last?.step === step) {
      last.report = added(last.report, report);
    } else {
      this.#steps.push({ step, report });
    }
  }

  /** The boost in force, begun now if need be; undefined when there is none. */
  boostOf({ fixedRate, boost: limit }: SamplingRule, moment: BoostMoment): Boost | undefined {
    if (limit === undefined) {
      return undefined;
    }
    const { elapsedSeconds, nowSeconds } = moment;
    const lastedSeconds = this.#boost === undefined ? Infinity : elapsedSeconds - this.#begunElapsed;
    if (this.#boost !== undefined && lastedSeconds < boostSeconds) {
      this.#boost = { ...this.#boost, untilSecond: endOf(this.#boost, nowSeconds + boostSeconds - lastedSeconds) };
      const rate = Math.min(this.#boost.rate, limit.maxRate);
      return rate > fixedRate ? { ...this.#boost, rate } : undefined;
    }
    this.#forget(Math.floor(elapsedSeconds / stepSeconds));
    const recent = this.#steps.map(({ report }) => report).reduce(added, noAnomalies);
    const rate = boostRate(recent, { fixedRate, maxRate: limit.maxRate });
    if (rate === undefined || lastedSeconds < 60 * limit.cooldownMinutes) {
      return undefined;
    }
    const now = Math.floor(nowSeconds);
    // It is told to last until a whole second, and so it begins with one.
    this.#begunElapsed = elapsedSeconds - (nowSeconds - now);
    this.#begun += 1;
    this.#boost = { rate, untilSecond: now + boostSeconds };
    return this.#boost;
  }

  #forget(step: number): void {
    this.#steps = this.#steps.filter((each) => each.step > step - boostSeconds / stepSeconds);
  }
}

/** The end that was told before, unless the clock was set since. */
function endOf({ untilSecond }: Boost, endSeconds: number): number {
  return Math.abs(endSeconds - untilSecond) < 1 ? untilSecond : Math.ceil(endSeconds);
}

const noAnomalies: AnomalyReport = { anomalies: 0, total: 0, sampledAnomalies: 0 };

function added(one: AnomalyReport, other: AnomalyReport): AnomalyReport {
  return {
    anomalies: one.anomalies + other.anomalies,
    total: one.total + other.total,
    sampledAnomalies: one.sampledAnomalies + other.sampledAnomalies,
  };
}
