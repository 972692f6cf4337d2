import type { ConfigurationProblem } from '../foundation/errors.js';
import type { Quota, QuotaRule } from '../sampling/rule-decider.js';
import type { Sampler } from '../sampling/sampler.js';
import { accepts, checkMembers, hasMembers, printGiven, printWhole, type Members } from './option.js';
import { checkFile, readRuleDocument } from './sampling-file.js';
import {
  checkDefault,
  checkQuota,
  checkRules,
  QUOTA,
  QUOTA_ELSEWHERE,
  quotaOf,
  rulesOf,
  type MinuteSampling,
  type RateSampling,
  type SamplingRule,
} from './sampling-rules.js';

/** The first rule that is about the request decides; the default where none is. */
export interface RulesSampling {
  /** Asked by their priority, and those that have none after these, as they stand. Default: none. */
  readonly rules?: readonly SamplingRule[];
  /** Of what no rule is about. Default: 1 of each second and 5 % of the rest. */
  readonly default?: RateSampling | MinuteSampling;
}

/** Rules from a document as X-Ray's SDKs take it for local rules, of version 1 or 2; read once, by `forRoot`. */
export interface FileSampling {
  /** Where it is; from the directory of the process on, where it is no absolute path. */
  readonly file: string;
}

/** What the daemon serves decides. What stands beside it decides as long as nothing is served, and where nothing is. */
export interface CentralSampling {
  /** `true` asks the daemon, `false` never, `'auto'` uses what it serves where it serves anything. */
  readonly central: boolean | 'auto';
}

/** Which traces are recorded, where the incoming header does not say. */
export type Sampling =
  | 'all'
  | 'none'
  | Sampler
  | RateSampling
  | MinuteSampling
  | RulesSampling
  | FileSampling
  | CentralSampling
  | (CentralSampling & (RateSampling | MinuteSampling | RulesSampling | FileSampling));

/** What decides without asking the daemon: frozen, the rules in the order in which they are asked. */
export type ResolvedLocalSampling =
  'all' | 'none' | Sampler | { readonly rules: readonly QuotaRule[]; readonly default: Quota };

/** The option in force. */
export interface ResolvedSampling {
  /**
   * Whether the rules that the daemon serves come first and `local` only where it serves none: `true` where they were asked for,
   * `false` where local ones were, `'auto'` where nothing was said.
   */
  readonly central: boolean | 'auto';
  readonly local: ResolvedLocalSampling;
}

const DEFAULT_QUOTA: Quota = Object.freeze({ rate: 0.05, perSecond: 1 });

const CENTRAL = accepts(
  (value) => typeof value === 'boolean' || value === 'auto',
  "true, false or 'auto'",
  'Write true to sample by the rules that the daemon serves.',
);

const MEMBERS: Members = {
  checks: { ...QUOTA, rules: checkRules, default: checkDefault, file: checkFile, central: CENTRAL },
  elsewhere: { ...QUOTA_ELSEWHERE, fallback: 'default', path: 'file' },
};

/** Of these, one alone decides locally. */
const FORMS = [
  ['file', ['file']],
  ['rules', ['rules', 'default']],
  ['rate', ['rate', 'perSecond', 'perMinute']],
] as const;

/** Whether the value is a sampler of the user's own. */
export function isSampler(value: unknown): value is Sampler {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Sampler>).isSampled === 'function';
}

/** What is wrong with the value; a file is not read for it. @see Sampling */
export function checkSampling(value: unknown, path: string): ConfigurationProblem[] {
  if (value === 'all' || value === 'none') return [];
  if (isSampler(value)) return checkSampler(value, path);
  if (!hasMembers(value)) {
    const allowed =
      "'all', 'none', { rate, perSecond }, { perMinute, rate }, { rules, default }, { file }, { central } beside one of these or alone, or an object with the method isSampled";
    return [{ option: path, given: printGiven(value), allowed, remedy: remedyFor(value) }];
  }
  const forms = FORMS.filter(([, members]) => members.some((member) => value[member] !== undefined));
  const needsQuota = forms.length === 0 ? value['central'] === undefined : forms[0]?.[0] === 'rate';
  return [
    ...checkMembers(value, path, MEMBERS),
    ...forms.slice(1).flatMap(([, members]) => checkBeside(forms[0]?.[0] as string, members, value, path)),
    ...(needsQuota ? checkQuota(value, path) : []),
  ];
}

function remedyFor(value: unknown): string {
  if (typeof value === 'number' && value >= 0 && value <= 1) return `Write { rate: ${value} }.`;
  if (Array.isArray(value) && value.every((item) => hasMembers(item))) return 'Write { rules: […] }.';
  if (typeof value === 'string' && value.endsWith('.json')) return `Write { file: '${value}' }.`;
  if (value === 'central') return 'Write { central: true }.';
  if (value === 'auto') return "Write { central: 'auto' }.";
  return "Write 'all' to record every trace.";
}

function checkSampler(value: Sampler, path: string): ConfigurationProblem[] {
  if (!Object.hasOwn(value, 'central')) return [];
  const given = printGiven((value as Sampler & CentralSampling).central);
  const remedy = 'Leave out either central or isSampled.';
  return [{ option: `${path}.central`, given, allowed: 'nothing beside a sampler', remedy }];
}

/** What was given beside the form that is named. */
function checkBeside(
  form: string,
  members: readonly string[],
  value: Readonly<Record<string, unknown>>,
  path: string,
): ConfigurationProblem[] {
  const remedy =
    form === 'rules'
      ? 'Write it into default, or into a rule.'
      : 'The file has rules and a default of its own: remove it.';
  return members
    .filter((member) => value[member] !== undefined)
    .map((member) => ({
      option: `${path}.${member}`,
      given: printGiven(value[member]),
      allowed: `nothing but central beside ${form === 'rules' ? 'rules and default' : form}`,
      remedy,
    }));
}

/**
 * The option in force, of a value that is right by {@link checkSampling}, or of none. Reads the file, where it names one.
 *
 * @returns problems of the file, and then no sampling
 */
export function resolveSampling(
  value: Sampling | undefined,
  path: string,
): { readonly sampling?: ResolvedSampling; readonly problems: readonly ConfigurationProblem[] } {
  if (value === undefined) return { sampling: freeze('auto', {}), problems: [] };
  if (value === 'all' || value === 'none' || isSampler(value)) {
    return { sampling: Object.freeze({ central: false, local: value }), problems: [] };
  }
  const given = value as Partial<CentralSampling & FileSampling & RulesSampling> & (RateSampling | MinuteSampling);
  const central = given.central ?? false;
  if (given.file !== undefined) {
    const { document, problems } = readRuleDocument(given.file, `${path}.file`);
    return document === undefined ? { problems } : { sampling: freeze(central, document), problems };
  }
  const isQuota = given.rate !== undefined || given.perMinute !== undefined;
  return { sampling: freeze(central, isQuota ? { default: given } : given), problems: [] };
}

function freeze(central: boolean | 'auto', { rules = [], default: rest }: RulesSampling): ResolvedSampling {
  const local = { rules: rulesOf(rules), default: rest === undefined ? DEFAULT_QUOTA : quotaOf(rest) };
  return Object.freeze({ central, local: Object.freeze(local) });
}

/** The option in force as a text. */
export function printSampling({ central, local }: ResolvedSampling): string {
  const first = { true: 'central, else ', auto: 'central where the daemon serves rules, else ', false: '' }[
    `${central}`
  ];
  return first + printLocal(local);
}

function printLocal(local: ResolvedLocalSampling): string {
  if (typeof local === 'string') return local;
  if (isSampler(local)) return printGiven(local);
  const rules = local.rules.map(({ name, criteria, quota }) => {
    const about = Object.keys(criteria).length === 0 ? 'anything' : printWhole(criteria);
    return `${name === undefined ? '' : `${name} `}${about}: ${printWhole(quota)}`;
  });
  return [...rules, printWhole(local.default)].join('; ');
}
