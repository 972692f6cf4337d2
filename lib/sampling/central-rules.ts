import { CentralRule } from './central-rule.js';
import type { SamplingRequest } from './sampler.js';
import { RuleSet } from './rule-set.js';
import type { RuleDefinition, RuleStatistics, TargetsAnswer } from './service-messages.js';

/** For so long rules are followed that nobody has confirmed: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html */
const LIFE_MILLIS = 3_600_000;
/** As often as the rules come, one of which may be gone then. */
const ASIDE_MILLIS = 300_000;
/** Timers may come a little before their time, by one clock or the other. */
const EARLY_MILLIS = 100;

/** Statistics that nobody wants any more. */
export interface Discarded {
  readonly requests: number;
  readonly traces: number;
}

/** The rules that X-Ray has given, in the order in which they are asked. There is no waiting in it: it knows what it was told. */
export class CentralRules {
  readonly #random: () => number;
  readonly #byName = new Map<string, CentralRule>();
  #ordered: RuleSet<CentralRule> | undefined;
  /** What `#ordered` was made of, as a text. */
  #orderedBy = '';
  #until = Number.NEGATIVE_INFINITY;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** There are none: nothing has been taken yet, or nothing came. */
  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  /** There are some, and they are too old to be followed. @param now epoch milliseconds */
  isOver(now: number): boolean {
    return now > this.#until && !this.isEmpty;
  }

  /** The rule that the request meets, unless none does, or what is known is too old. @param now epoch milliseconds */
  find(request: SamplingRequest, now: number): CentralRule | undefined {
    return now > this.#until ? undefined : this.#ordered?.find(request);
  }

  /**
   * Takes the rules as they are now. One that was known by its name goes on with what it has counted and been given; one that is gone
   * takes what it has counted with it, since X-Ray refuses statistics of a rule that it does not have.
   *
   * @param askedAt epoch milliseconds at which they were asked for: so old they may be
   */
  take(definitions: readonly RuleDefinition[], askedAt: number): Discarded {
    const given = new Map(definitions.map((definition) => [definition.name, definition]));
    const discarded = { requests: 0, traces: 0 };
    for (const [name, rule] of this.#byName) {
      if (given.has(name)) continue;
      this.#byName.delete(name);
      discarded.requests += rule.statistics.requests;
      discarded.traces += rule.statistics.traces;
    }
    const entries = [...given.values()].toSorted(byPriority).map((definition) => {
      const known = this.#byName.get(definition.name);
      discarded.traces += known?.redefine(definition) ?? 0;
      const rule = known ?? new CentralRule(definition, this.#random);
      this.#byName.set(rule.name, rule);
      return { criteria: definition.criteria, rule };
    });
    // Most answers say what the one before said, and the states that texts have made of its patterns are worth keeping.
    const orderedBy = JSON.stringify(entries.map(({ criteria, rule }) => [rule.name, criteria]));
    if (this.#ordered === undefined || orderedBy !== this.#orderedBy) this.#ordered = new RuleSet(entries);
    this.#orderedBy = orderedBy;
    this.#until = askedAt + LIFE_MILLIS;
    return discarded;
  }

  /** What has been counted and not been acknowledged. */
  get unreported(): Discarded {
    const sums = { requests: 0, traces: 0 };
    for (const { statistics } of this.#byName.values()) {
      sums.requests += statistics.requests;
      sums.traces += statistics.traces;
    }
    return sums;
  }

  /** What is to be reported by now. Nothing is forgotten until {@link settle}. */
  due(elapsed: number): RuleStatistics[] {
    const isDue = (rule: CentralRule): boolean => rule.isDue(elapsed + EARLY_MILLIS);
    return [...this.#byName.values()].filter(isDue).map((rule) => rule.statistics);
  }

  /**
   * Forgets of the statistics what X-Ray has taken, and takes the targets. What it has not taken is held, and reported again; so is what
   * was refused, until the rules have been asked for again and the rule turns out to be gone.
   *
   * @returns whether the statistics of a rule are refused that were not before: the rules may have changed
   */
  settle(reported: readonly RuleStatistics[], answer: TargetsAnswer, elapsed: number): boolean {
    for (const target of answer.targets) this.#byName.get(target.name)?.aim(target);
    let isOutdated = false;
    for (const statistics of reported) {
      const rule = this.#byName.get(statistics.name);
      if (rule === undefined) continue;
      const isSame = ({ name }: { readonly name: string }): boolean => name === rule.name;
      const kept = answer.unprocessed.find(isSame);
      if (kept === undefined) rule.acknowledge(statistics);
      else if (kept.isRefused && rule.refuse()) isOutdated = true;
      if (!answer.unprocessedBoosts.some(isSame)) rule.acknowledgeTraces(statistics);
      rule.reported(elapsed);
    }
    return isOutdated;
  }

  /**
   * Holds statistics for which a whole call is refused, and keeps them out of other calls for five minutes. They go with their rule, or
   * are reported then.
   *
   * @returns as {@link settle}
   */
  setAside({ name }: RuleStatistics, elapsed: number): boolean {
    const rule = this.#byName.get(name);
    rule?.postpone(elapsed + ASIDE_MILLIS);
    return rule?.refuse() ?? false;
  }

  /** The shortest time after which a rule wants to report again; `undefined` where there is none. */
  get shortestIntervalMillis(): number | undefined {
    const intervals = Array.from(this.#byName.values(), (rule) => rule.intervalMillis);
    return intervals.length === 0 ? undefined : Math.min(...intervals);
  }
}

function byPriority(one: RuleDefinition, other: RuleDefinition): number {
  // Not their difference: where both are without end, that is no number.
  if (one.priority !== other.priority) return one.priority < other.priority ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}
