import { inspect, isDeepStrictEqual } from 'node:util';

/**
 * Whether a recorded value is as expected. A RegExp tests a text, a function says yes or no, matchers of sinon, jest and vitest
 * decide themselves; of an object only the members that are named count, `undefined` for one that has to be absent; everything else is
 * compared deeply.
 */
export function matches(pattern: unknown, value: unknown): boolean {
  if (pattern instanceof RegExp) return typeof value === 'string' && value.search(pattern) >= 0;
  if (typeof pattern === 'function') return (pattern as (value: unknown) => unknown)(value) === true;
  if (hasMethod(pattern, 'asymmetricMatch')) return pattern.asymmetricMatch(value) === true;
  if (hasMethod(pattern, 'test')) return pattern.test(value) === true;
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((each, index) => matches(each, value[index]))
    );
  }
  if (isRecord(pattern)) {
    return (
      isRecord(value) &&
      Object.entries(pattern).every(([key, each]) =>
        Object.hasOwn(value, key) ? matches(each, value[key]) : each === undefined,
      )
    );
  }
  return isDeepStrictEqual(pattern, value);
}

/** The pattern as text on one line; plain values as they are printed in a tree. */
export function printPattern(pattern: unknown): string {
  if (pattern instanceof RegExp) return String(pattern);
  if (hasMethod(pattern, 'toAsymmetricMatcher')) return String(pattern.toAsymmetricMatcher(undefined));
  // Matchers say what they want in words of their own.
  if (hasMethod(pattern, 'asymmetricMatch') || hasMethod(pattern, 'test'))
    return (pattern as object as Printable).toString();
  if (typeof pattern === 'function') return pattern.name === '' ? '(a function)' : `(function ${pattern.name})`;
  if (isJson(pattern)) return JSON.stringify(pattern);
  return inspect(pattern, { depth: 4, breakLength: Infinity });
}

interface Printable {
  toString(): string;
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (isRecord(value)) return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function hasMethod<Name extends string>(
  value: unknown,
  name: Name,
): value is Record<Name, (value: unknown) => unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}
