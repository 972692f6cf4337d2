/** Seconds that one summary is about. */
export const summarySeconds = 10;

/** Seconds for which summaries are kept. */
export const keptSeconds = 3600;

/** Summaries kept: as many as 26 rules make within that time, and some. */
const maxSummaries = 10_000;

/** What clients counted for a rule, in requests. */
export interface SamplingCounts {
  readonly requests: number;
  readonly sampled: number;
  readonly borrowed: number;
}

/** The counts of all clients for a rule in the seconds from `startSecond` on. */
export interface StatisticSummary extends SamplingCounts {
  readonly ruleName: string;
  readonly startSecond: number;
}

/** Adds the reports of clients up, by rule and time; what is too old goes, then what is too many, the oldest first. */
export class StatisticSummaries {
  readonly #byStart = new Map<number, Map<string, SamplingCounts>>();
  #size = 0;

  /**
   * Adds what a client has counted until `atSeconds`.
   *
   * @param ruleName of a rule that exists, so that names are limited
   */
  add(
    ruleName: string,
    counts: SamplingCounts,
    { atSeconds, nowSeconds }: { atSeconds: number; nowSeconds: number },
  ): void {
    const time = Math.min(atSeconds, nowSeconds);
    const startSecond = Math.floor(time / summarySeconds) * summarySeconds;
    const byRule = this.#byStart.get(startSecond) ?? new Map<string, SamplingCounts>();
    this.#byStart.set(startSecond, byRule);
    const before = byRule.get(ruleName);
    this.#size += before === undefined ? 1 : 0;
    byRule.set(ruleName, {
      requests: Math.min(Number.MAX_SAFE_INTEGER, counts.requests + (before?.requests ?? 0)),
      sampled: Math.min(Number.MAX_SAFE_INTEGER, counts.sampled + (before?.sampled ?? 0)),
      borrowed: Math.min(Number.MAX_SAFE_INTEGER, counts.borrowed + (before?.borrowed ?? 0)),
    });
    this.#forget(nowSeconds);
  }

  /** All summaries that are kept, by time, then by rule. */
  list(nowSeconds: number): StatisticSummary[] {
    this.#forget(nowSeconds);
    return Array.from(this.#byStart)
      .toSorted(([one], [other]) => one - other)
      .flatMap(([startSecond, byRule]) =>
        Array.from(byRule)
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([ruleName, counts]) => ({ ruleName, startSecond, ...counts })),
      );
  }

  #forget(nowSeconds: number): void {
    for (const [startSecond] of Array.from(this.#byStart).toSorted(([one], [other]) => one - other)) {
      if (startSecond + summarySeconds > nowSeconds - keptSeconds && this.#size <= maxSummaries) {
        return;
      }
      this.#size -= this.#byStart.get(startSecond)?.size ?? 0;
      this.#byStart.delete(startSecond);
    }
  }
}
