import type { ConfigurationProblem } from '../foundation/errors.js';
import type { RuleCriteria } from '../sampling/rule-set.js';
import { checkMembers, hasMembers, printGiven, type Members } from './option.js';
import { barePath, CRITERIA, CRITERIA_ELSEWHERE, criteriaOf } from './request-criteria.js';

/** What a request has to be to be left out: all of it. Patterns are those of sampling rules. */
export type IgnoredRequest = Pick<RuleCriteria, 'httpMethod' | 'urlPath' | 'host' | 'userAgent' | 'operation'>;

const { httpMethod, urlPath, host, userAgent, operation } = CRITERIA;
const MEMBERS: Members = { checks: { httpMethod, urlPath, host, userAgent, operation }, elsewhere: CRITERIA_ELSEWHERE };

const ALLOWED = `a path, a method in capitals, both with a space between, or { ${Object.keys(MEMBERS.checks).join(', ')} }`;
const EVERYTHING = 'something that not every request is';

/** @see TracingOptions.ignore */
export function checkIgnore(value: unknown, path: string): ConfigurationProblem[] {
  if (Array.isArray(value)) {
    return Array.from(value as unknown[]).flatMap((item, index) => checkIgnored(item, `${path}[${index}]`));
  }
  const isOne = typeof value === 'string' || hasMembers(value);
  const remedy = isOne ? `Write [${printGiven(value)}].` : "Write ['/health'].";
  return [{ option: path, given: printGiven(value), allowed: `a list, each ${ALLOWED}`, remedy }];
}

function checkIgnored(item: unknown, option: string): ConfigurationProblem[] {
  const criteria = typeof item === 'string' ? readText(item) : item;
  if (!hasMembers(criteria) || item instanceof RegExp) {
    return [{ option, given: printGiven(item), allowed: ALLOWED, remedy: remedyFor(item) }];
  }
  const problems = checkMembers(criteria, option, MEMBERS);
  if (problems.length > 0) {
    return typeof item === 'string'
      ? problems.map((problem) => ({ ...problem, option, given: printGiven(item) }))
      : problems;
  }
  if (Object.keys(criteriaOf(criteria)).length > 0) return [];
  const remedy = 'Write { enabled: false } to record nothing, or name what is to be left out.';
  return [{ option, given: printGiven(item), allowed: EVERYTHING, remedy }];
}

/** `undefined` where the text is neither a path nor a method nor both. */
function readText(text: string): IgnoredRequest | undefined {
  const [, method, path] = /^(?:([A-Z*?-]+)(?:\s+|$))?([/*?]\S*)?$/.exec(text.trim()) ?? [];
  if (method === undefined && path === undefined) return undefined;
  return { ...(method !== undefined && { httpMethod: method }), ...(path !== undefined && { urlPath: path }) };
}

function remedyFor(item: unknown): string {
  if (item instanceof RegExp) return "Write a text with wildcards, such as '/health*'.";
  if (typeof item !== 'string' || item.trim() === '') return "Write '/health*', 'OPTIONS' or 'GET /ping'.";
  const words = item.trim().split(/\s+/);
  const place = words.findIndex((word) => word.includes('/'));
  const before = (place < 0 ? words : words.slice(0, place)).join(',').split(',');
  const methods = before.filter((word) => /^[a-z]+$/i.test(word)).map((word) => word.toUpperCase());
  if (place >= 0) {
    const path = barePath(words[place] as string);
    return writeEach(methods.length === 0 ? [path] : methods.map((method) => `${method} ${path}`));
  }
  const [first = '', second] = words;
  if (second !== undefined && /^[A-Z]+$/i.test(first) && /^[a-z]+$/.test(second))
    return writeEach([`${first.toUpperCase()} /${second}`]);
  if (methods.length > 1) return writeEach(methods);
  const path = barePath(first);
  return methods.length === 1 ? `Write '${path}' for a path, '${methods[0]}' for a method.` : `Write '${path}'.`;
}

function writeEach(texts: readonly string[]): string {
  const each = texts.map((text) => `'${text}'`).join(' and ');
  return texts.length === 1 ? `Write ${each}.` : `Write ${each}, each an entry of its own.`;
}

/** The criteria of what is left out, frozen. */
export function ignoredCriteria(ignore: readonly (string | IgnoredRequest)[]): readonly RuleCriteria[] {
  return Object.freeze(
    ignore.map((item) => criteriaOf(typeof item === 'string' ? (readText(item) as IgnoredRequest) : item)),
  );
}
