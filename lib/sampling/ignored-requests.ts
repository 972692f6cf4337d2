import { RuleSet, type RuleCriteria } from './rule-set.js';

/** What is left out altogether: `find` answers `true` for a request that meets any of the criteria. `undefined` where nothing is. */
export function ignoredRequests(criteria: readonly RuleCriteria[]): RuleSet<true> | undefined {
  if (criteria.length === 0) return undefined;
  return new RuleSet(criteria.map((each) => ({ criteria: each, rule: true })));
}
