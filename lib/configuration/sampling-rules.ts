import type { ConfigurationProblem } from '../foundation/errors.js';
import type { Quota, QuotaRule } from '../sampling/rule-decider.js';
import type { RuleCriteria } from '../sampling/rule-set.js';
import { accepts, checkMembers, hasMembers, printGiven, type Members, type OptionCheck } from './option.js';
import { CRITERIA, CRITERIA_ELSEWHERE, criteriaOf, type LocalCriteria } from './request-criteria.js';

/** So many traces of each second, and a share of the rest. */
export interface RateSampling {
  /** The share of what goes beyond `perSecond`, 0 to 1. */
  readonly rate: number;
  /** Traces of each second that are always recorded; a whole number. Default 0. */
  readonly perSecond?: number;
  readonly perMinute?: undefined;
}

/** So many traces of each minute, where one of each second would be too many. */
export interface MinuteSampling {
  /** Traces of each minute that are always recorded; a whole number. */
  readonly perMinute: number;
  /** The share of what goes beyond `perMinute`, 0 to 1. Default 0. */
  readonly rate?: number;
  readonly perSecond?: undefined;
}

/**
 * Which requests, and how many of them. All patterns have to match; one that is absent is met by anything, known or not. In a
 * pattern `*` stands for any text, `?` for one character, all else for itself in either case.
 */
export type SamplingRule = LocalCriteria &
  (RateSampling | MinuteSampling) & {
    /** 1 to 32 characters, of this rule alone: documents name it. Default: none. */
    readonly name?: string;
    /** 1 to 9999; the least is asked first. Default: after all that have one, in the order of the list. */
    readonly priority?: number;
  };

const wholeNumber = (period: string): OptionCheck =>
  accepts(
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
    'a whole number from 0',
    `Write how many traces of each ${period} are always recorded.`,
  );

/** What the members of a quota take; see {@link checkQuota} for what they take together. */
export const QUOTA = {
  rate: accepts(
    (value) => typeof value === 'number' && value >= 0 && value <= 1,
    'a fraction from 0 to 1',
    (value) =>
      typeof value === 'number' && value > 1 && value <= 100
        ? `For ${value} % write ${Number((value / 100).toPrecision(12))}.`
        : value === undefined
          ? 'It has to be given: write rate: 0 to record perSecond alone, 0.05 for 5 % more.'
          : 'Write 0.05 for 5 %.',
  ),
  perSecond: wholeNumber('second'),
  perMinute: wholeNumber('minute'),
} as const satisfies Readonly<Record<string, OptionCheck>>;

/** What a quota's members are called elsewhere, in the documents of X-Ray among others. */
export const QUOTA_ELSEWHERE: Readonly<Record<string, string>> = {
  fixedtarget: 'perSecond',
  reservoirsize: 'perSecond',
  reservoir: 'perSecond',
  fixedrate: 'rate',
  samplingrate: 'rate',
  samplerate: 'rate',
  probability: 'rate',
  percent: 'rate',
};

const NAME_UNITS = 32;
const PRIORITIES = 9999;

const RULE: Members = {
  checks: {
    name: accepts(
      (value) => typeof value === 'string' && value.trim() !== '' && value.length <= NAME_UNITS,
      `a text of 1 to ${NAME_UNITS} characters`,
      (value) =>
        typeof value === 'string' && value.trim() !== ''
          ? `Write '${value.slice(0, NAME_UNITS)}'.`
          : 'Name the rule, or leave the name out.',
    ),
    priority: accepts(
      (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= PRIORITIES,
      `a whole number from 1 to ${PRIORITIES}`,
      'Leave it out where the order of the list is right.',
    ),
    ...CRITERIA,
    ...QUOTA,
  },
  elsewhere: { ...CRITERIA_ELSEWHERE, ...QUOTA_ELSEWHERE, rulename: 'name' },
};

/** What a quota's members have to be together: a rate, or so many of each minute; not of each second as well. */
export function checkQuota(given: Readonly<Record<string, unknown>>, path: string): ConfigurationProblem[] {
  const { rate, perSecond, perMinute } = given;
  const problems: ConfigurationProblem[] = [];
  if (rate === undefined && perMinute === undefined) problems.push(...QUOTA.rate(rate, `${path}.rate`));
  if (perSecond !== undefined && perMinute !== undefined) {
    const remedy = 'Keep the one that is meant.';
    const option = `${path}.perMinute`;
    problems.push({ option, given: printGiven(perMinute), allowed: 'either perSecond or perMinute', remedy });
  }
  return problems;
}

/** A quota of its own, such as the one of what no rule is about. */
export function checkDefault(value: unknown, path: string): ConfigurationProblem[] {
  if (hasMembers(value)) {
    const members = { checks: QUOTA, elsewhere: QUOTA_ELSEWHERE };
    return [...checkMembers(value, path, members), ...checkQuota(value, path)];
  }
  const allowed = '{ rate, perSecond } or { perMinute, rate }';
  return [{ option: path, given: printGiven(value), allowed, remedy: 'Write { rate: 0.05, perSecond: 1 }.' }];
}

/** Rules as options have them. */
export function checkRules(value: unknown, path: string): ConfigurationProblem[] {
  if (!Array.isArray(value)) {
    const remedy = "Write [{ urlPath: '/health', rate: 0 }].";
    return [{ option: path, given: printGiven(value), allowed: 'a list of rules', remedy }];
  }
  const rules = Array.from(value as unknown[]);
  const problems = [
    ...rules.flatMap((rule, index) => checkRule(rule, `${path}[${index}]`)),
    ...checkNames(rules, path),
  ];
  // What is wrong in itself may not mean what it says, so nothing is concluded from it.
  return problems.length > 0 ? problems : checkReach(rules as SamplingRule[], path);
}

function checkRule(rule: unknown, path: string): ConfigurationProblem[] {
  if (hasMembers(rule)) return [...checkMembers(rule, path, RULE), ...checkQuota(rule, path)];
  const allowed = `an object { ${Object.keys(RULE.checks).join(', ')} }`;
  return [{ option: path, given: printGiven(rule), allowed, remedy: "Write { urlPath: '/health', rate: 0 }." }];
}

function checkNames(rules: readonly unknown[], path: string): ConfigurationProblem[] {
  const firsts = new Map<string, number>();
  return rules.flatMap((rule, index) => {
    const name = hasMembers(rule) ? rule['name'] : undefined;
    if (typeof name !== 'string') return [];
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, index);
      return [];
    }
    const remedy = `${path}[${first}] has it already: give one of them another.`;
    const option = `${path}[${index}].name`;
    return [{ option, given: printGiven(name), allowed: 'a name that no other rule has', remedy }];
  });
}

/**
 * A rule that no request gets to is a mistake, since it might as well not be there. Found are those after one that anything meets, and
 * after one with the same patterns.
 */
function checkReach(rules: readonly SamplingRule[], path: string): ConfigurationProblem[] {
  const order = rules.map((_rule, index) => index).toSorted((one, other) => compare(rules, one, other));
  const seen = new Map<string, number>();
  const anything = keyOf({});
  return order.flatMap((index) => {
    const key = keyOf(criteriaOf(rules[index] as SamplingRule));
    const before = seen.get(anything) ?? seen.get(key);
    if (before === undefined) {
      seen.set(key, index);
      return [];
    }
    const remedy = `${path}[${before}] is asked before it and takes them all: move one of them, or remove one.`;
    const allowed = 'a rule that some request gets to';
    return [{ option: `${path}[${index}]`, given: printGiven(rules[index]), allowed, remedy }];
  });
}

/** The same for criteria that say the same, in whatever order and case. Names of attributes have a case. */
function keyOf({ attributes = {}, ...patterns }: RuleCriteria): string {
  const textOf = (members: object): unknown =>
    Object.entries(members as Readonly<Record<string, string>>)
      .map(([name, pattern]) => [name, pattern.toLowerCase()] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([textOf(patterns), textOf(attributes)]);
}

/** The rules as they are asked, frozen. */
export function rulesOf(rules: readonly SamplingRule[]): readonly QuotaRule[] {
  return Object.freeze(
    rules
      .map((_rule, index) => index)
      .toSorted((one, other) => compare(rules, one, other))
      .map((index) => {
        const rule = rules[index] as SamplingRule;
        const name = rule.name === undefined ? {} : { name: rule.name };
        return Object.freeze({ ...name, criteria: criteriaOf(rule), quota: quotaOf(rule) });
      }),
  );
}

/** Which of two rules, by their indexes, is asked first: as X-Ray does, by priority and then by name. */
function compare(rules: readonly SamplingRule[], one: number, other: number): number {
  const { priority = Number.POSITIVE_INFINITY, name } = rules[one] as SamplingRule;
  const { priority: otherPriority = Number.POSITIVE_INFINITY, name: otherName } = rules[other] as SamplingRule;
  if (priority !== otherPriority) return priority < otherPriority ? -1 : 1;
  if (priority === Number.POSITIVE_INFINITY || name === otherName) return one - other;
  if (name === undefined || otherName === undefined) return name === undefined ? 1 : -1;
  return name < otherName ? -1 : 1;
}

/** The quota, frozen. */
export function quotaOf({ rate = 0, perSecond, perMinute }: RateSampling | MinuteSampling): Quota {
  if (perMinute !== undefined) return Object.freeze({ rate, perMinute });
  return Object.freeze(perSecond === undefined ? { rate } : { rate, perSecond });
}
