import type { Clock } from '../foundation/clock.js';
import type { Decider, Decision } from './decider.js';
import { RateDecider } from './rate-decider.js';
import { Reservoir } from './reservoir.js';
import { RuleSet, type RuleCriteria } from './rule-set.js';
import type { SamplingRequest } from './sampler.js';

const MINUTE = 60_000;

/** So many of each second or of each minute, none where neither is given, and a share of the rest, 0 to 1. */
export interface Quota {
  readonly rate: number;
  readonly perSecond?: number;
  readonly perMinute?: number;
}

/** The requests that a rule is about, and how many of them are recorded. */
export interface QuotaRule {
  /** Decisions carry it. */
  readonly name?: string;
  readonly criteria: RuleCriteria;
  readonly quota: Quota;
}

/** What decides without asking anybody: the first rule that is about the request, else the default. */
export class RuleDecider implements Decider {
  readonly isBlind: boolean;
  readonly #rules: RuleSet<RateDecider>;
  readonly #default: RateDecider;

  /**
   * @param parts.rules in the order in which they are asked
   * @param parts.default of what no rule is about
   * @param parts.random a number from 0 up to, and without, 1
   */
  constructor(parts: {
    readonly rules: readonly QuotaRule[];
    readonly default: Quota;
    readonly clock: Clock;
    readonly random?: () => number;
  }) {
    const { clock, random } = parts;
    this.isBlind = parts.rules.length === 0;
    const deciderOf = ({ rate, perSecond = 0, perMinute }: Quota, ruleName?: string): RateDecider => {
      const reservoir =
        perMinute === undefined
          ? new Reservoir({ limit: perSecond, clock })
          : new Reservoir({ limit: perMinute, clock, periodMillis: MINUTE });
      return new RateDecider({ reservoir, rate, random, ruleName });
    };
    this.#rules = new RuleSet(
      parts.rules.map(({ name, criteria, quota }) => ({ criteria, rule: deciderOf(quota, name) })),
    );
    this.#default = deciderOf(parts.default);
  }

  decide(request: SamplingRequest): Decision {
    return (this.#rules.find(request) ?? this.#default).decide();
  }

  close(): void {}
}
