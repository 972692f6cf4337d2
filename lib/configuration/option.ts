import { inspect } from 'node:util';
import { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
import type { ConfigurationProblem } from '../foundation/errors.js';

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
