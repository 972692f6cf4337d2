import { types } from 'node:util';
import type { ConfigurationProblem } from '../foundation/errors.js';
import { PATH_LEVELS } from '../model/key-paths.js';
import { accepts, checkMembers, hasMembers, printGiven, type OptionCheck } from './option.js';

function listOf(isAllowed: (item: unknown) => boolean, allowed: string, remedy: string): OptionCheck {
  return (value, path) => {
    if (!Array.isArray(value))
      return [{ option: path, given: printGiven(value), allowed: `a list of ${allowed}`, remedy }];
    return Array.from(value as unknown[]).flatMap((item, index) =>
      isAllowed(item) ? [] : [{ option: `${path}[${index}]`, given: printGiven(item), allowed, remedy }],
    );
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isKey = (value: unknown): boolean => isText(value) || types.isRegExp(value);
const isPath = (value: unknown): boolean =>
  isText(value) && value.split('.').length <= PATH_LEVELS && value.split('.').every((level) => level !== '');

const KEYS = listOf(isKey, 'texts and regular expressions', "Write ['customerNumber', /^x-internal-/].");

const REDACT: Readonly<Record<string, OptionCheck>> = {
  keys: KEYS,
  paths: listOf(isPath, `paths of 1 to ${PATH_LEVELS} levels, with dots between them`, "Write ['order.customer.ssn']."),
  values: listOf((value) => types.isRegExp(value), 'regular expressions', 'Write [/\\b\\d{16}\\b/].'),
  allow: KEYS,
  defaults: accepts((value) => typeof value === 'boolean', 'true or false', 'Write false to go without the defaults.'),
};

const wholeNumber = (least: number, most: number, unit: string): OptionCheck =>
  accepts(
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    `a whole number from ${least} to ${most}`,
    `Write how many ${unit} are kept.`,
  );

const LIMITS: Readonly<Record<string, OptionCheck>> = {
  depth: wholeNumber(1, 100, 'levels of nesting'),
  breadth: wholeNumber(1, 100_000, 'items of a list and members of an object'),
  bytes: wholeNumber(256, 64_000, 'bytes of a value'),
};

/** @see TracingOptions.redact */
export function checkRedact(value: unknown, path: string): ConfigurationProblem[] {
  if (value === false) return [];
  return checkObject(value, path, { checks: REDACT, allowed: 'false or', remedy: 'Leave it out for the defaults.' });
}

/** @see TracingOptions.metadataLimits */
export function checkMetadataLimits(value: unknown, path: string): ConfigurationProblem[] {
  return checkObject(value, path, { checks: LIMITS, allowed: 'an object', remedy: 'Write { bytes: 16384 }.' });
}

/** What is wrong with the members of an object: those that are not known, and each by its own check. */
export function checkObject(
  value: unknown,
  path: string,
  { checks, allowed, remedy }: { checks: Readonly<Record<string, OptionCheck>>; allowed: string; remedy: string },
): ConfigurationProblem[] {
  if (hasMembers(value)) return checkMembers(value, path, { checks });
  const members = Object.keys(checks).join(', ');
  return [{ option: path, given: printGiven(value), allowed: `${allowed} { ${members} }`, remedy }];
}
