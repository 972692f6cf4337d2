import { initialDefault, type RuleRecord, type SamplingRule } from '#lib/sampling/rule.js';

/** A rule that takes everything; members given replace. */
export function ruleNamed(name: string, members: Partial<SamplingRule> = {}): SamplingRule {
  return { ...initialDefault.rule, name, priority: 100, fixedRate: 0.1, reservoirSize: 5, ...members };
}

/** A rule as it is kept. */
export function recordNamed(name: string, members: Partial<SamplingRule> = {}): RuleRecord {
  return {
    rule: ruleNamed(name, members),
    createdAtMillis: 1_700_000_000_000,
    modifiedAtMillis: 1_700_000_000_250,
  };
}
