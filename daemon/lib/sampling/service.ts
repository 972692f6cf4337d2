import type { Clock } from '../foundation/clock.js';
import { AnomalyWatch, type AnomalyReport, type Boost } from './boost.js';
import { liveSeconds, maxClients, Reservoir, type Quota } from './reservoir.js';
import type { RuleChange, RuleRecord, SamplingRule } from './rule.js';
import { RuleSet } from './rule-set.js';
import type { RuleStore } from './rule-store.js';
import { StatisticSummaries, type SamplingCounts, type StatisticSummary } from './statistic-summaries.js';

/** What a client reports for a rule. */
export interface StatisticsReport extends SamplingCounts {
  readonly ruleName: string;
  readonly clientId: string;
  /** When the client has counted, seconds since 1970. */
  readonly atSeconds: number;
}

/** What a client reports of anomalies for a rule. */
export interface BoostReport extends AnomalyReport {
  readonly ruleName: string;
  readonly atSeconds: number;
}

/** What a client is to do for a rule until it reports again. */
export interface SamplingTarget {
  readonly ruleName: string;
  readonly fixedRate: number;
  readonly quota: Quota;
  readonly boost: Boost | undefined;
}

/** What the service has done since it began. */
export interface SamplingCounters {
  /** Rules in force, `Default` among them. */
  readonly rules: number;
  /** Rules created, updated or deleted through this daemon. */
  readonly ruleChanges: number;
  /** Times the kept rules could not be read or written while the daemon ran. */
  readonly stateErrors: number;
  /** Reports of clients taken, for a rule each; those of anomalies are not among them. */
  readonly reports: number;
  /** Reports, of anomalies too, that could not be taken. */
  readonly refusedReports: number;
  /** Boosts begun. */
  readonly boosts: number;
}

/** Reports that were counted earlier say nothing of now. */
const maxReportAgeSeconds = 300;

/** The service side of sampling: rules, what of their reservoirs belongs to whom, boosts, and what clients count. */
export class SamplingService {
  readonly #clock: Clock;
  readonly #rules: RuleSet;
  readonly #reservoirs = new Map<string, Reservoir>();
  readonly #watches = new Map<string, AnomalyWatch>();
  readonly #summaries = new StatisticSummaries();
  /** When each client last reported, for whatever rule; the longest ago first. */
  readonly #lastReports = new Map<string, number>();
  #reports = 0;
  #refusedReports = 0;
  #boosts = 0;

  /** @throws StateError when the kept rules cannot be read */
  constructor({
    clock,
    store,
    onTrouble = () => undefined,
  }: {
    readonly clock: Clock;
    readonly store: RuleStore;
    /** See {@link RuleSet}. */
    readonly onTrouble?: (message: string | undefined) => void;
  }) {
    this.#clock = clock;
    this.#rules = new RuleSet({ clock, store, onTrouble, onNews: () => this.#forgetRules() });
  }

  /** When rules were last changed, in seconds since 1970; see {@link RuleSet.modifiedAtSeconds}. */
  get rulesModifiedAtSeconds(): number {
    return this.#rules.modifiedAtSeconds;
  }

  /** All rules, in the order in which they are asked. */
  rules(): RuleRecord[] {
    return this.#rules.list();
  }

  /** @throws RequestError `INVALID_REQUEST`, `RULE_LIMIT_EXCEEDED`; StateError */
  createRule(rule: SamplingRule): Promise<RuleRecord> {
    return this.#rules.create(rule);
  }

  /** @throws RequestError `INVALID_REQUEST`; StateError */
  updateRule(name: string, change: RuleChange): Promise<RuleRecord> {
    return this.#rules.update(name, change);
  }

  /** @throws RequestError `INVALID_REQUEST`; StateError */
  deleteRule(name: string): Promise<RuleRecord> {
    return this.#rules.delete(name);
  }

  /** Takes a report; answers the sentence that says why it cannot be taken, or undefined. */
  noteAnomalies(report: BoostReport): string | undefined {
    const problem = this.#problemOf(report);
    if (problem === undefined) {
      const watch = this.#watches.get(report.ruleName) ?? new AnomalyWatch();
      this.#watches.set(report.ruleName, watch);
      watch.note(report, this.#clock.nowMillis() / 1000);
    }
    return problem;
  }

  /** Takes a report; answers what the client is to do now, or the sentence that says why it cannot be taken. */
  target(report: StatisticsReport): SamplingTarget | string {
    const { ruleName, clientId, requests, atSeconds } = report;
    const problem = this.#problemOf(report);
    const rule = this.#rules.find(ruleName)?.rule;
    if (problem !== undefined || rule === undefined) {
      return problem ?? unknownRule(ruleName);
    }
    this.#reports += 1;
    const nowSeconds = this.#nowSeconds();
    this.#summaries.add(ruleName, report, { atSeconds, nowSeconds });
    this.#noteClient(clientId, nowSeconds);
    const reservoir = this.#reservoirs.get(ruleName) ?? new Reservoir();
    this.#reservoirs.set(ruleName, reservoir);
    return {
      ruleName,
      fixedRate: rule.fixedRate,
      quota: reservoir.grant({
        clientId,
        requests,
        size: rule.reservoirSize,
        nowSeconds,
        knownClients: this.#lastReports.size,
      }),
      boost: this.#boostOf(rule, nowSeconds),
    };
  }

  /** Notes a report that could not even be read. */
  noteUnreadable(): void {
    this.#refusedReports += 1;
  }

  /** What clients have counted, by time, then by rule. */
  summaries(): StatisticSummary[] {
    return this.#summaries.list(this.#nowSeconds());
  }

  counters(): SamplingCounters {
    return {
      rules: this.#rules.size,
      ruleChanges: this.#rules.changes,
      stateErrors: this.#rules.stateErrors,
      reports: this.#reports,
      refusedReports: this.#refusedReports,
      boosts: this.#boosts,
    };
  }

  #noteClient(clientId: string, nowSeconds: number): void {
    this.#lastReports.delete(clientId);
    this.#lastReports.set(clientId, nowSeconds);
    for (const [id, lastSeconds] of this.#lastReports) {
      // Where the clock was set back, what lies ahead was long ago.
      const isLive = lastSeconds >= nowSeconds - liveSeconds && lastSeconds <= nowSeconds;
      if (isLive && this.#lastReports.size <= maxClients) {
        return;
      }
      this.#lastReports.delete(id);
    }
  }

  #boostOf(rule: SamplingRule, nowSeconds: number): Boost | undefined {
    const watch = this.#watches.get(rule.name);
    const before = watch?.begun ?? 0;
    const boost = watch?.boostOf(rule, { nowSeconds, elapsedSeconds: this.#clock.nowMillis() / 1000 });
    this.#boosts += (watch?.begun ?? 0) - before;
    return boost;
  }

  #problemOf({ ruleName, atSeconds }: StatisticsReport | BoostReport): string | undefined {
    const age = Math.floor(this.#nowSeconds() - atSeconds);
    let problem: string | undefined;
    if (this.#rules.find(ruleName) === undefined) {
      problem = unknownRule(ruleName);
    } else if (age > maxReportAgeSeconds) {
      problem = `Timestamp was ${atSeconds}, ${age} s ago; it takes a time of the last ${maxReportAgeSeconds} s.`;
    }
    this.#refusedReports += problem === undefined ? 0 : 1;
    return problem;
  }

  /** A deleted rule's quotas are in force until they are over: clients go on with them under a new rule of its name. */
  #forgetRules(): void {
    for (const [name, reservoir] of this.#reservoirs) {
      if (this.#rules.find(name) === undefined && reservoir.outstanding(this.#nowSeconds()) === 0) {
        this.#reservoirs.delete(name);
      }
    }
    for (const name of this.#watches.keys()) {
      if (this.#rules.find(name) === undefined) {
        this.#watches.delete(name);
      }
    }
  }

  #nowSeconds(): number {
    return this.#clock.epochMillis() / 1000;
  }
}

function unknownRule(name: string): string {
  return `RuleName was "${name}", and there is no such rule. GetSamplingRules lists them; names differ by case.`;
}
