const KINDS = Symbol.for('radiograph.error.kinds');

/**
 * Every code this package can put on an error, with its kind and what it means. A code is a promise: it is never renamed
 * and never reused. `docs/reference/errors.md` explains each with its remedy.
 */
export const ERROR_CATALOGUE = {
  CONFIGURATION_INVALID: ['ConfigurationError', 'Options or environment variables cannot be right.'],
  DECORATION_TARGET: ['DecorationError', 'A decorator stands where it cannot work.'],
  DECORATION_ARGUMENT: ['DecorationError', 'A decorator was given an argument that it does not take.'],
  INJECTION_UNDEFINED: ['DecorationError', 'Something that is not defined was to be injected.'],
  CONTEXT_MISSING: ['StateError', 'Something was to be recorded while no segment was open.'],
  CLOSED_ALREADY: ['StateError', 'A segment or subsegment was changed or closed after it was closed.'],
  VALUE_REFUSED: ['StateError', 'A value could not be recorded as it was given.'],
  HEADER_INVALID: ['StateError', 'A trace header or carrier could not be read.'],
  USER_CODE_FAILED: ['StateError', "A function of the user's that recording called has thrown."],
  RECORDING_FAILED: ['StateError', 'The recorder itself failed; the traced method ran on untraced.'],
  SAMPLING_UNREACHABLE: ['StateError', 'Nothing answers for sampling at the daemon address.'],
  SAMPLING_REFUSED: ['StateError', 'What answers at the daemon address does not tell sampling rules.'],
  SAMPLING_UNREADABLE: ['StateError', 'An answer for sampling, or a rule in it, cannot be understood.'],
  DAEMON_UNREACHABLE: ['EmissionError', 'Nothing listens at the daemon address.'],
  DAEMON_UNRESOLVED: ['EmissionError', "The daemon's host name could not be resolved."],
  DOCUMENT_TOO_LARGE: ['EmissionError', 'A document is larger than a datagram can be.'],
  SEND_QUEUE_FULL: ['EmissionError', 'More documents wait to be sent than may wait.'],
  SEND_FAILED: ['EmissionError', 'The socket refused a datagram.'],
} as const satisfies Record<string, readonly [kind: string, summary: string]>;

/** A stable code of {@link ERROR_CATALOGUE}; match on it rather than on a message. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

type CodeOf<Kind extends string> = {
  [Code in ErrorCode]: (typeof ERROR_CATALOGUE)[Code][0] extends Kind ? Code : never;
}[ErrorCode];

/**
 * What every error of Radiograph is. `instanceof` recognises it across copies of the package (ESM beside CommonJS, two
 * versions) by a registered symbol.
 */
export class RadiographError extends Error {
  static readonly kind: string = 'RadiographError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    const kind = new.target.kind;
    Object.defineProperty(this, 'name', { value: kind, configurable: true, writable: true });
    Object.defineProperty(this, KINDS, { value: ['RadiographError', kind] });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    try {
      if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
      // A subclass of the user's has no kind of its own: for it the prototype alone decides.
      if (!Object.hasOwn(this, 'kind')) return false;
      const kinds = (value as { [KINDS]?: unknown })[KINDS];
      return Array.isArray(kinds) && kinds.includes(this.kind);
    } catch {
      // A proxy whose traps throw is no error of this package.
      return false;
    }
  }
}

/** The text of anything that can be thrown. Never throws itself. */
export function printThrown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something unprintable';
  }
}

/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** The option's path (`sampling.rate`) or the environment variable's name. */
  readonly option: string;
  /** What was given, as text fit for a message. */
  readonly given: string;
  /** What would be accepted. */
  readonly allowed: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Thrown by `TracingModule.forRoot` with every problem found, not only the first. */
export class ConfigurationError extends RadiographError {
  static override readonly kind = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map(
      ({ option, given, allowed, remedy }) => `\n  - ${option}: given ${given}; allowed: ${allowed}. ${remedy}`,
    );
    super('CONFIGURATION_INVALID', `${count} in the tracing configuration:${lines.join('')}`);
    this.problems = problems;
  }
}

/** Thrown while a class is being defined: the decorator cannot work where it stands or with what it was given. */
export class DecorationError extends RadiographError {
  static override readonly kind = 'DecorationError';

  constructor(code: CodeOf<'DecorationError'>, message: string) {
    super(code, message);
  }
}

/** Reported, not thrown; except `CONTEXT_MISSING` under the strategy `RUNTIME_ERROR`. */
export class StateError extends RadiographError {
  static override readonly kind = 'StateError';

  constructor(code: CodeOf<'StateError'>, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** Counted and reported once per episode, never thrown: documents did not leave the process. */
export class EmissionError extends RadiographError {
  static override readonly kind = 'EmissionError';

  constructor(code: CodeOf<'EmissionError'>, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
