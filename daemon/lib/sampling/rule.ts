/** A sampling rule: which requests it is for, and how many of them are traced. */
export interface SamplingRule {
  readonly name: string;
  /** Rules with a lower one are asked first; 1–9999, and 10000 for `Default`. */
  readonly priority: number;
  /** The share of requests traced beyond the reservoir, 0–1. */
  readonly fixedRate: number;
  /** Requests traced each second before the rate counts, by all clients together. */
  readonly reservoirSize: number;
  readonly serviceName: string;
  readonly serviceType: string;
  readonly host: string;
  readonly httpMethod: string;
  readonly urlPath: string;
  readonly resourceArn: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Absent: no boosts. */
  readonly boost?: RateBoost;
}

/** How far a rule's rate may be raised while anomalies occur. */
export interface RateBoost {
  /** 0–1. */
  readonly maxRate: number;
  /** Minutes from the beginning of one boost within which there is no other; 0 allows one after the other. */
  readonly cooldownMinutes: number;
}

/** A rule and its times, milliseconds since 1970. */
export interface RuleRecord {
  readonly rule: SamplingRule;
  readonly createdAtMillis: number;
  readonly modifiedAtMillis: number;
}

/** What an update changes; what is absent stays. */
export type RuleChange = Partial<Omit<SamplingRule, 'name'>>;

/** The name of the rule that is asked last, takes every request, and cannot be deleted. */
export const defaultRuleName = 'Default';

/**
 * Rules besides `Default`.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/xray.html (custom sampling rules)
 */
export const maxCustomRules = 25;

/**
 * The `Default` rule of a daemon of its own: it traces everything, where the service's traces a request each second and
 * five of a hundred of the others, since on one machine a trace that is not there is what astonishes.
 */
export const initialDefault: RuleRecord = {
  rule: {
    name: defaultRuleName,
    priority: 10_000,
    fixedRate: 1,
    reservoirSize: 1,
    serviceName: '*',
    serviceType: '*',
    host: '*',
    httpMethod: '*',
    urlPath: '*',
    resourceArn: '*',
    attributes: {},
  },
  createdAtMillis: 0,
  modifiedAtMillis: 0,
};

/** The rules in the order in which they are asked: by priority, then by name. */
export function inOrder(records: Iterable<RuleRecord>): RuleRecord[] {
  return Array.from(records).toSorted(
    ({ rule: left }, { rule: right }) =>
      left.priority - right.priority || (left.name < right.name ? -1 : Number(left.name > right.name)),
  );
}
