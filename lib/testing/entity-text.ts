import type { ExpectedEntity } from './expected-tree.js';
import { matchesException, printException, printExpectedException } from './exception-pattern.js';
import { matches, printPattern } from './pattern.js';
import type { RecordedEntity } from './recorded-entity.js';

/** What is printed of each entity beside its name, annotations, flags and first exception. */
export interface PrintOptions {
  /** As `namespace.key=value`. Default `false`. */
  readonly metadata?: boolean | undefined;
  /** In milliseconds: the same in every run under fake timers only. Default `false`. */
  readonly durations?: boolean | undefined;
}

/** An entity's line as it was recorded, and as it would be if it were as expected: the same text where it is. */
export interface EntityText {
  readonly recorded: string;
  readonly expected: string;
}

/** What an entity's line says, part by part, beside what was expected of each part. */
export function describeEntity(entity: RecordedEntity, expected: ExpectedEntity, options: PrintOptions): EntityText {
  const parts = new Parts();
  parts.add(entity.name, entity !== NOTHING && isName(expected.name, entity.name), () => printName(expected.name));
  describeDuration(parts, entity, expected, options);
  describeValues(parts, '', entity.annotations, expected.annotations, true);
  const namespaces = new Set([...Object.keys(entity.metadata), ...Object.keys(expected.metadata ?? {})]);
  for (const namespace of namespaces) {
    const wanted = expected.metadata?.[namespace];
    describeValues(parts, `${namespace}.`, entity.metadata[namespace] ?? {}, wanted, options.metadata === true);
  }
  describeFlags(parts, entity, expected);
  const [exception] = entity.exceptions;
  const isExpected = matchesException(expected.exception, entity.exceptions);
  parts.add(exception && printException(exception), isExpected, () => printExpectedException(expected.exception));
  return parts.text;
}

/** The line of an entity that was expected and not recorded. */
export function describeExpected(expected: ExpectedEntity, options: PrintOptions): string {
  return describeEntity(NOTHING, expected, options).expected;
}

/** What is recorded where nothing is. */
const NOTHING: RecordedEntity = {
  name: '',
  id: '',
  isSegment: false,
  durationMillis: undefined,
  isInProgress: false,
  isError: false,
  isFault: false,
  isThrottle: false,
  annotations: {},
  metadata: {},
  exceptions: [],
  children: [],
  document: { id: '', name: '', start_time: 0 },
};

class Parts {
  readonly #recorded: string[] = [];
  readonly #expected: string[] = [];

  /** @param recorded absent where nothing was */
  add(recorded: string | undefined, isExpected: boolean, expected: () => string | undefined): void {
    const wanted = isExpected ? recorded : expected();
    if (recorded !== undefined) this.#recorded.push(recorded);
    if (wanted !== undefined) this.#expected.push(wanted);
  }

  get text(): EntityText {
    return { recorded: this.#recorded.join('  '), expected: this.#expected.join('  ') };
  }
}

export function isName(expected: string | RegExp | undefined, name: string): boolean {
  return expected === undefined || matches(expected, name);
}

function printName(expected: string | RegExp | undefined): string {
  return typeof expected === 'string' ? expected : String(expected ?? '(any)');
}

function describeDuration(
  parts: Parts,
  { durationMillis }: RecordedEntity,
  expected: ExpectedEntity,
  options: PrintOptions,
): void {
  const pattern = expected.durationMillis;
  if (pattern === undefined && options.durations !== true) return;
  const isExpected = pattern === undefined || (durationMillis !== undefined && matches(pattern, durationMillis));
  parts.add(
    durationMillis === undefined ? undefined : `${durationMillis} ms`,
    isExpected,
    () => `${printPattern(pattern)} ms`,
  );
}

/** @param isPrinted whether what nobody expected is printed too */
function describeValues(
  parts: Parts,
  prefix: string,
  recorded: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>> | undefined,
  isPrinted: boolean,
): void {
  for (const [key, value] of Object.entries(recorded)) {
    const isNamed = expected !== undefined && Object.hasOwn(expected, key);
    if (!isNamed && !isPrinted) continue;
    const pattern = isNamed ? expected[key] : undefined;
    parts.add(`${prefix}${key}=${JSON.stringify(value)}`, !isNamed || matches(pattern, value), () =>
      pattern === undefined ? undefined : `${prefix}${key}=${printPattern(pattern)}`,
    );
  }
  for (const [key, pattern] of Object.entries(expected ?? {})) {
    if (Object.hasOwn(recorded, key)) continue;
    parts.add(undefined, pattern === undefined, () => `${prefix}${key}=${printPattern(pattern)}`);
  }
}

function describeFlags(parts: Parts, entity: RecordedEntity, expected: ExpectedEntity): void {
  const flag = (name: string, isSet: boolean, isWanted: boolean | undefined): void => {
    parts.add(isSet ? `[${name}]` : undefined, isWanted === undefined || isWanted === isSet, () =>
      isWanted === true ? `[${name}]` : undefined,
    );
  };
  if (entity !== NOTHING && expected.isSegment !== undefined && expected.isSegment !== entity.isSegment) {
    flag(entity.isSegment ? 'segment' : 'subsegment', true, false);
    flag(entity.isSegment ? 'subsegment' : 'segment', false, true);
  }
  flag('fault', entity.isFault, expected.isFault);
  flag('throttle', entity.isThrottle, expected.isThrottle);
  // A throttle is an error too, and says so alone.
  if (!entity.isThrottle || expected.isError === false) flag('error', entity.isError, expected.isError);
  flag('in progress', entity.isInProgress, expected.isInProgress);
}
