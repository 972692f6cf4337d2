import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { printThrown, type ConfigurationProblem } from '../foundation/errors.js';
import { accepts, checkMembers, hasMembers, printGiven, printWhole, type Members, type OptionCheck } from './option.js';
import { CRITERIA } from './request-criteria.js';
import { QUOTA, type RateSampling, type SamplingRule } from './sampling-rules.js';

/** What a rule document says, in the project's own words. */
export interface RuleDocument {
  readonly rules: readonly SamplingRule[];
  readonly default: RateSampling;
}

const isText: OptionCheck = accepts((value) => typeof value === 'string', 'a text', 'Write what the rule is for.');
const QUOTA_CHECKS = { fixed_target: QUOTA.perSecond, rate: QUOTA.rate };
const QUOTA_NAMES = { persecond: 'fixed_target', reservoirsize: 'fixed_target', fixedrate: 'rate' };

const DEFAULT: Members = { checks: QUOTA_CHECKS, elsewhere: QUOTA_NAMES };

/** Version 1 calls the host `service_name`. */
function ruleMembers(host: 'service_name' | 'host'): Members {
  const elsewhere = { ...QUOTA_NAMES, servicename: host, service: host, host, method: 'http_method', path: 'url_path' };
  return {
    checks: {
      [host]: CRITERIA.host,
      http_method: CRITERIA.httpMethod,
      url_path: CRITERIA.urlPath,
      ...QUOTA_CHECKS,
      description: isText,
    },
    elsewhere,
  };
}
const VERSIONS: ReadonlyMap<unknown, Members> = new Map([
  [1, ruleMembers('service_name')],
  [2, ruleMembers('host')],
]);

/** Whether it may be the path of a file, which is not read for this. */
export const checkFile: OptionCheck = accepts(
  (value) => typeof value === 'string' && value.trim() !== '',
  'the path of a rule document',
  "Write './sampling-rules.json'.",
);

/**
 * Reads a document as X-Ray's SDKs take it for local rules, of version 1 or 2.
 *
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-nodejs-configuration.html#xray-sdk-nodejs-configuration-sampling
 */
export function readRuleDocument(
  file: string,
  option: string,
): { readonly document?: RuleDocument; readonly problems: readonly ConfigurationProblem[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (thrown) {
    const allowed = `a file that can be read: ${printThrown(thrown)}`;
    return {
      problems: [{ option, given: printGiven(file), allowed, remedy: `It was looked for at ${resolve(file)}.` }],
    };
  }
  const path = `${option} ${printWhole(file)}`;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (thrown) {
    const allowed = `JSON: ${printThrown(thrown)}`;
    return { problems: [{ option: path, given: printGiven(text), allowed, remedy: 'Correct the file.' }] };
  }
  const problems = checkDocument(content, path);
  if (problems.length > 0) return { problems };
  // A rule that no request gets to is no problem of the document's: X-Ray's SDKs take it.
  return { document: documentOf(content as XRayDocument), problems: [] };
}

interface XRayQuota {
  readonly fixed_target: number;
  readonly rate: number;
}

/** A document that was checked. */
interface XRayDocument {
  readonly default: XRayQuota;
  readonly rules?: readonly (XRayQuota & {
    readonly service_name?: string;
    readonly host?: string;
    readonly http_method: string;
    readonly url_path: string;
  })[];
}

function documentOf({ default: rest, rules = [] }: XRayDocument): RuleDocument {
  const quotaOf = ({ rate, fixed_target: perSecond }: XRayQuota): RateSampling => ({ rate, perSecond });
  return {
    rules: rules.map((rule) => ({
      host: rule.host ?? rule.service_name,
      httpMethod: rule.http_method,
      urlPath: rule.url_path,
      ...quotaOf(rule),
    })),
    default: quotaOf(rest),
  };
}

function checkDocument(content: unknown, path: string): ConfigurationProblem[] {
  if (!hasMembers(content)) {
    const allowed = 'an object { version, default, rules }';
    return [
      { option: path, given: printGiven(content), allowed, remedy: "Write a rule document as X-Ray's SDKs take it." },
    ];
  }
  const { version } = content;
  const members = VERSIONS.get(version);
  const problems = checkMembers(content, path, {
    checks: {
      version: accepts(
        () => members !== undefined,
        '1 or 2',
        'Write 2 where rules have host, 1 where they have service_name.',
      ),
      default: (value, at) => checkEntry(value, at, DEFAULT),
      // Without a version that is known, nobody knows what its rules should be called.
      rules: (value, at) => (members === undefined ? [] : checkEntries(value, at, members)),
    },
  });
  const missing = ['version', 'default'].filter((member) => content[member] === undefined);
  return [
    ...missing.map((member) => ({
      option: `${path}.${member}`,
      given: 'undefined',
      allowed: member === 'version' ? '1 or 2' : '{ fixed_target, rate }',
      remedy: 'It has to be given.',
    })),
    ...problems,
  ];
}

function checkEntries(value: unknown, path: string, members: Members): ConfigurationProblem[] {
  if (Array.isArray(value)) {
    return (value as unknown[]).flatMap((rule, index) => checkEntry(rule, `${path}[${index}]`, members));
  }
  return [{ option: path, given: printGiven(value), allowed: 'a list of rules', remedy: 'Write [] for none.' }];
}

/** A rule or the default: every member has to be there, but for the description. */
function checkEntry(value: unknown, path: string, members: Members): ConfigurationProblem[] {
  const names = Object.keys(members.checks).filter((name) => name !== 'description');
  if (!hasMembers(value)) {
    const allowed = `an object { ${names.join(', ')} }`;
    return [{ option: path, given: printGiven(value), allowed, remedy: 'Give every member.' }];
  }
  const missing = names.filter((name) => value[name] === undefined);
  return [
    ...checkMembers(value, path, members),
    ...missing.map((name) => {
      const remedy = Object.hasOwn(QUOTA_CHECKS, name)
        ? 'It has to be given; 0 is a value.'
        : "It has to be given: write '*' for any.";
      return { option: `${path}.${name}`, given: 'undefined', allowed: `the member ${name}`, remedy };
    }),
  ];
}
