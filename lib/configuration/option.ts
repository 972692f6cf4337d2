import { inspect } from 'node:util';
import { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
import type { ConfigurationProblem } from '../foundation/errors.js';
import { nearest } from '../foundation/nearest.js';

/** What an option takes: answers what is wrong with a value, nothing when it is right. `path` is the option's name. */
export type OptionCheck = (value: unknown, path: string) => ConfigurationProblem[];

/** Declares a property of an options class as an option; absent (`undefined`) is always right. */
export function Option(check: OptionCheck): PropertyDecorator {
  return ValidateBy(
    {
      name: 'option',
      validator: {
        validate: (value: unknown, details) =>
          value === undefined || check(value, details?.property ?? '').length === 0,
        defaultMessage: () => 'is not allowed',
      },
    },
    { context: { check } satisfies OptionContext },
  );
}

/** What {@link Option} leaves with a violation. */
export interface OptionContext {
  readonly check: OptionCheck;
}

/** Instead of a value: the text of a variable that is no value, with its problems by their places in the text. */
export class RefusedText {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    this.problems = problems;
  }
}

/** The value as a message shows it. */
export function printGiven(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, compact: true }).replace(
    /\s*\n\s*/g,
    ' ',
  );
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** A check of one condition. */
export function accepts(
  isAllowed: (value: unknown) => boolean,
  allowed: string,
  remedy: string | ((value: unknown) => string),
): OptionCheck {
  return (value, option) => {
    if (isAllowed(value)) return [];
    const advice = typeof remedy === 'string' ? remedy : remedy(value);
    return [{ option, given: printGiven(value), allowed, remedy: advice }];
  };
}

/** Whether the value can have members: an object, and no list. */
export function hasMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members that an object takes, and what each of them takes. */
export interface Members {
  readonly checks: Readonly<Record<string, OptionCheck>>;
  /** What members are called elsewhere, in lower case without `_` and `-`, and how they are called here: `undefined` where they are not. */
  readonly elsewhere?: Readonly<Record<string, string | undefined>>;
}

/** Checks the members that are there, and refuses those that do not exist; absent ones are right. */
export function checkMembers(
  given: Readonly<Record<string, unknown>>,
  path: string,
  { checks, elsewhere = {} }: Members,
): ConfigurationProblem[] {
  const names = Object.keys(checks);
  const problems = checkOwn(given, path);
  if (problems.length > 0) return problems;
  return Object.entries(given).flatMap(([name, value]) => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check !== undefined) return value === undefined ? [] : check(value, `${path}.${name}`);
    const bare = name.toLowerCase().replaceAll(/[_-]/g, '');
    const meant =
      names.find((candidate) => candidate.toLowerCase().replaceAll('_', '') === bare) ??
      (Object.hasOwn(elsewhere, bare) ? elsewhere[bare] : nearest(name, names));
    const remedy = meant === undefined ? 'Remove it.' : `Did you mean ${path}.${meant}?`;
    return [{ option: `${path}.${name}`, given: printGiven(value), allowed: `only ${names.join(', ')}`, remedy }];
  });
}

/** What an object answers beside its own members would get past the checks of those. */
export function checkOwn(given: object, option: string): ConfigurationProblem[] {
  const inherited = inheritedMembers(given);
  const hidden = Object.getOwnPropertyNames(given).filter(
    (name) => !Object.prototype.propertyIsEnumerable.call(given, name),
  );
  if (inherited.length === 0 && hidden.length === 0) return [];
  const names = [...inherited.map((name) => `inherited ${name}`), ...hidden.map((name) => `hidden ${name}`)].join(', ');
  const remedy = 'Write a plain object { … } with all that it is to have.';
  return [{ option, given: names.slice(0, 80), allowed: 'own members of an object', remedy }];
}

/** What an instance of a class answers without having it. @param known a prototype that is no matter */
export function inheritedMembers(given: object, known?: object): string[] {
  const names: string[] = [];
  let holder: unknown = Object.getPrototypeOf(given);
  // The last of a chain is what every object inherits, be it of another realm.
  while (typeof holder === 'object' && holder !== null && holder !== known && Object.getPrototypeOf(holder) !== null) {
    names.push(...Object.getOwnPropertyNames(holder).filter((name) => name !== 'constructor'));
    holder = Object.getPrototypeOf(holder);
  }
  return names;
}

/** The value on one line, with all that is in it. */
export function printWhole(value: unknown): string {
  return inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: null,
    maxStringLength: null,
    compact: true,
  });
}
