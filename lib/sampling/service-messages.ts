import type { RuleCriteria } from './rule-set.js';

/** A rule as X-Ray keeps it. */
export interface RuleDefinition {
  readonly name: string;
  /** From the first that is asked to the last; the rule `Default` has none, it is met by every request that came so far. */
  readonly priority: number;
  /** The share of what goes beyond the reservoir, 0 to 1. */
  readonly rate: number;
  /** Traces of each second, of all clients together. */
  readonly reservoirSize: number;
  readonly criteria: RuleCriteria;
  /** X-Ray raises its rate for a while when there are anomalies, and so wants to be told of them. */
  readonly hasBoost: boolean;
}

/** One page of an answer to `GetSamplingRules`. */
export interface RulesPage {
  readonly definitions: readonly RuleDefinition[];
  /** Rules that cannot be followed, and why. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  /** When the latest of them was changed, epoch milliseconds of the service's clock; `undefined` where no rule says it. */
  readonly modifiedAt: number | undefined;
  readonly nextToken: string | undefined;
}

/** What one rule has decided, and what became of its traces, since the last report that was acknowledged. */
export interface RuleStatistics {
  readonly name: string;
  readonly requests: number;
  /** All that are recorded: those with a borrowed place are among them. */
  readonly sampled: number;
  readonly borrowed: number;
  readonly traces: number;
  readonly anomalies: number;
  readonly sampledAnomalies: number;
}

/** What X-Ray gives one rule of this client; `undefined` is what it has not said. Times are epoch milliseconds. */
export interface Target {
  readonly name: string;
  readonly rate: number | undefined;
  readonly quota: number | undefined;
  readonly quotaUntil: number | undefined;
  readonly intervalSeconds: number | undefined;
  readonly boostRate: number | undefined;
  readonly boostUntil: number | undefined;
}

/** Statistics that were not taken: to be sent again, or refused as they are. */
export interface Unprocessed {
  readonly name: string;
  readonly isRefused: boolean;
}

/** An answer to `GetSamplingTargets`. */
export interface TargetsAnswer {
  readonly targets: readonly Target[];
  /** When a rule was changed, added or deleted last, epoch milliseconds of the service's clock. */
  readonly modifiedAt: number | undefined;
  readonly unprocessed: readonly Unprocessed[];
  readonly unprocessedBoosts: readonly Unprocessed[];
}

/** Met by every request, asked last, not to be deleted. https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html */
const DEFAULT_RULE = 'Default';
/** `ServiceName` is no longer than that, by the API's model. */
const SERVICE_NAME_UNITS = 64;

const PATTERNS = {
  service: 'ServiceName',
  serviceType: 'ServiceType',
  host: 'Host',
  httpMethod: 'HTTPMethod',
  urlPath: 'URLPath',
  resourceArn: 'ResourceARN',
} as const satisfies { readonly [Member in keyof RuleCriteria]?: string };

/** How many characters each member has at most, by the API's model: https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html */
const LONGEST: Readonly<Record<(typeof PATTERNS)[keyof typeof PATTERNS], number>> = {
  ServiceName: SERVICE_NAME_UNITS,
  ServiceType: 64,
  Host: 64,
  HTTPMethod: 10,
  URLPath: 128,
  ResourceARN: 500,
};
const RULE_NAME_CHARACTERS = 32;
const ATTRIBUTES = 5;
/** Of a key or of a pattern. */
const ATTRIBUTE_CHARACTERS = 32;

type Members = Readonly<Record<string, unknown>>;

/** The body of a request for a page of rules. */
export function writeRulesRequest(nextToken: string | undefined): string {
  return JSON.stringify(nextToken === undefined ? {} : { NextToken: nextToken });
}

/** The page, or `undefined` where the answer is none. */
export function readRulesPage(answer: unknown): RulesPage | undefined {
  const records = membersOf(answer)?.['SamplingRuleRecords'];
  if (!Array.isArray(records)) return undefined;
  const read = records.map((record: unknown) => readRule(membersOf(membersOf(record)?.['SamplingRule']) ?? {}));
  const times = records.map((record: unknown) => timeOf(membersOf(record)?.['ModifiedAt']));
  return {
    definitions: read.filter((rule) => 'criteria' in rule),
    skipped: read.filter((rule) => 'why' in rule),
    modifiedAt: latest(times),
    nextToken: textOf(membersOf(answer)?.['NextToken']),
  };
}

/** The later of the times that are known. */
export function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : known.reduce((one, other) => Math.max(one, other));
}

function readRule(rule: Members): RuleDefinition | { readonly name: string; readonly why: string } {
  const name = textOf(rule['RuleName']);
  if (name === undefined) return { name: '(without a name)', why: 'it has no RuleName' };
  const isDefault = name === DEFAULT_RULE;
  const wrong = CHECKS.find(({ member, accepts }) => !accepts(rule[member] ?? undefined, isDefault));
  if (wrong !== undefined) return { name, why: `its ${wrong.member} is ${wrong.otherThan}` };
  return {
    name,
    priority: isDefault ? Number.POSITIVE_INFINITY : (rule['Priority'] as number),
    rate: rule['FixedRate'] as number,
    reservoirSize: rule['ReservoirSize'] as number,
    criteria: isDefault ? {} : criteriaOf(rule),
    hasBoost: membersOf(rule['SamplingRateBoost']) !== undefined,
  };
}

function criteriaOf(rule: Members): RuleCriteria {
  const attributes = (rule['Attributes'] ?? {}) as Record<string, string>;
  const patterns = Object.entries(PATTERNS).map(([member, wireName]) => [member, rule[wireName] ?? undefined]);
  return { ...(Object.fromEntries(patterns) as RuleCriteria), attributes };
}

interface Check {
  readonly member: string;
  readonly otherThan: string;
  readonly accepts: (value: unknown, isDefault: boolean) => boolean;
}

const CHECKS: readonly Check[] = [
  {
    member: 'RuleName',
    otherThan: `longer than ${RULE_NAME_CHARACTERS} characters`,
    accepts: (value) => hasAtMost(value as string, RULE_NAME_CHARACTERS),
  },
  { member: 'Version', otherThan: 'not 1', accepts: (value) => value === 1 },
  { member: 'Priority', otherThan: 'no number', accepts: (value, isDefault) => isDefault || Number.isFinite(value) },
  { member: 'FixedRate', otherThan: 'no number from 0 to 1', accepts: isShare },
  { member: 'ReservoirSize', otherThan: 'no whole number from 0', accepts: isCount },
  ...Object.values(PATTERNS).flatMap((member) => [
    {
      member,
      otherThan: 'no text',
      accepts: (value: unknown) => value === undefined || typeof value === 'string',
    },
    {
      member,
      otherThan: `longer than ${LONGEST[member]} characters`,
      accepts: (value: unknown) => value === undefined || hasAtMost(value as string, LONGEST[member]),
    },
  ]),
  {
    member: 'Attributes',
    otherThan: 'no set of texts',
    accepts: (value) => {
      const attributes = value === undefined ? {} : membersOf(value);
      return attributes !== undefined && Object.values(attributes).every((text) => typeof text === 'string');
    },
  },
  {
    member: 'Attributes',
    otherThan: `a set of more than ${ATTRIBUTES}, or has a text longer than ${ATTRIBUTE_CHARACTERS} characters`,
    accepts: (value) => {
      const entries = Object.entries((value ?? {}) as Record<string, string>);
      return entries.length <= ATTRIBUTES && entries.flat().every((text) => hasAtMost(text, ATTRIBUTE_CHARACTERS));
    },
  },
  {
    member: 'SamplingRateBoost',
    otherThan: 'without a MaxRate from 0 to 1',
    accepts: (value) => value === undefined || isShare(membersOf(value)?.['MaxRate']),
  },
];

/**
 * The body of a report. Rules that have a boost and have seen traces end are in both of its lists.
 *
 * @param statistics of at most 25 rules, which is what the API takes
 * @param source.now epoch milliseconds
 */
export function writeReport(
  statistics: readonly RuleStatistics[],
  source: { readonly clientId: string; readonly service: string; readonly now: number },
): string {
  const timestamp = source.now / 1000;
  const boosts = statistics.filter(({ traces }) => traces > 0);
  return JSON.stringify({
    SamplingStatisticsDocuments: statistics.map(({ name, requests, sampled, borrowed }) => ({
      RuleName: name,
      ClientID: source.clientId,
      Timestamp: timestamp,
      RequestCount: requests,
      SampledCount: sampled,
      BorrowCount: borrowed,
    })),
    // Absent where there is nothing to say: services that are older than it do not know the member.
    ...(boosts.length > 0 && {
      SamplingBoostStatisticsDocuments: boosts.map(({ name, traces, anomalies, sampledAnomalies }) => ({
        RuleName: name,
        ServiceName: source.service.slice(0, SERVICE_NAME_UNITS),
        Timestamp: timestamp,
        AnomalyCount: anomalies,
        TotalCount: traces,
        SampledAnomalyCount: sampledAnomalies,
      })),
    }),
  });
}

/** The answer to a report, or `undefined` where it is none. A member that cannot be read counts as not said. */
export function readTargets(answer: unknown): TargetsAnswer | undefined {
  const members = membersOf(answer);
  if (members === undefined || !Array.isArray(members['SamplingTargetDocuments'])) return undefined;
  return {
    targets: membersIn(members['SamplingTargetDocuments']).flatMap(readTarget),
    modifiedAt: timeOf(members['LastRuleModification']),
    unprocessed: membersIn(members['UnprocessedStatistics']).flatMap(readUnprocessed),
    unprocessedBoosts: membersIn(members['UnprocessedBoostStatistics']).flatMap(readUnprocessed),
  };
}

function readTarget(target: Members): Target[] {
  const name = textOf(target['RuleName']);
  if (name === undefined) return [];
  const boost = membersOf(target['SamplingBoost']) ?? {};
  return [
    {
      name,
      rate: isShare(target['FixedRate']) ? target['FixedRate'] : undefined,
      quota: isCount(target['ReservoirQuota']) ? target['ReservoirQuota'] : undefined,
      quotaUntil: timeOf(target['ReservoirQuotaTTL']),
      intervalSeconds: isCount(target['Interval']) ? target['Interval'] : undefined,
      boostRate: isShare(boost['BoostRate']) ? boost['BoostRate'] : undefined,
      boostUntil: timeOf(boost['BoostRateTTL']),
    },
  ];
}

function readUnprocessed(entry: Members): Unprocessed[] {
  const name = textOf(entry['RuleName']);
  const code = entry['ErrorCode'];
  const isRefused = (typeof code === 'string' || typeof code === 'number') && String(code).startsWith('4');
  return name === undefined ? [] : [{ name, isRefused }];
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

function membersIn(list: unknown): Members[] {
  return Array.isArray(list) ? list.map(membersOf).filter((members) => members !== undefined) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Epoch milliseconds of what is on the wire: epoch seconds, with or without a fraction, or a text of ISO 8601. */
function timeOf(value: unknown): number | undefined {
  const millis = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(millis) ? millis : undefined;
}

/** The API counts characters, of which a text has no more than UTF-16 units, and no fewer than half of them. */
function hasAtMost(text: string, characters: number): boolean {
  return text.length <= characters || (text.length <= 2 * characters && Array.from(text).length <= characters);
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
