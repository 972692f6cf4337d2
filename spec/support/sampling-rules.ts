import type { RuleDefinition, Target } from '#lib/sampling/service-messages.js';

/** A rule of X-Ray's that any request meets and that samples nothing; members given replace. */
export const definition = (name: string, parts: Partial<RuleDefinition> = {}): RuleDefinition => ({
  name,
  priority: 1,
  rate: 0,
  reservoirSize: 0,
  criteria: {},
  hasBoost: false,
  ...parts,
});

/** A target that says nothing; members given replace. */
export const targetOf = (name: string, parts: Partial<Target> = {}): Target => ({
  name,
  rate: undefined,
  quota: undefined,
  quotaUntil: undefined,
  intervalSeconds: undefined,
  boostRate: undefined,
  boostUntil: undefined,
  ...parts,
});
