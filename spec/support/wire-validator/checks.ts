import type { Place } from './place.js';
import type { Rule } from './rules.js';

/** Judges one value, and tells its place what is wrong with it. */
export type Check = (value: unknown, place: Place) => void;

/** A JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/** The limit of every string that has no limit of its own. */
const STRING_CHARACTERS = 250;

export function isMembers(value: unknown): value is Members {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What is undefined is absent: that is how JSON writes it. */
export function membersOf(value: Members): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

export const text: Check = (value, place) => {
  if (typeof value !== 'string') place.refuse('string', value);
  else if (value.length > STRING_CHARACTERS) place.refuse('string-length', value);
};

export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') place.refuse('boolean', value);
};

export const number: Check = (value, place) => {
  if (!Number.isFinite(value)) place.refuse('number', value);
};

export const integer: Check = (value, place) => {
  if (!Number.isInteger(value)) place.refuse('integer', value);
};

export const id: Check = (value, place) => {
  if (typeof value !== 'string' || !/^[\da-f]{16}$/i.test(value)) place.refuse('id', value);
};

export const traceId: Check = (value, place) => {
  if (typeof value !== 'string' || !/^1-[\da-f]{8}-[\da-f]{24}$/i.test(value)) place.refuse('trace-id', value);
};

export const array: Check = (value, place) => {
  if (!Array.isArray(value)) place.refuse('array', value);
};

/** Anything that JSON can carry, to any depth. */
export const json: Check = (value, place) => {
  const pending = [{ value, place }];
  const seen = new Set<unknown>();
  for (const next of pending) {
    if (typeof next.value === 'object' && next.value !== null) {
      if (seen.has(next.value)) continue;
      seen.add(next.value);
    }
    if (Array.isArray(next.value)) {
      for (const [index, item] of next.value.entries()) pending.push({ value: item, place: next.place.item(index) });
    } else if (isMembers(next.value)) {
      for (const [key, member] of membersOf(next.value)) pending.push({ value: member, place: next.place.member(key) });
    } else if (!isScalar(next.value)) next.place.refuse('json', next.value);
  }
};

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** A whole number from `minimum` up. */
export function integerFrom(minimum: number): Check {
  return (value, place) => {
    integer(value, place);
    if (typeof value === 'number' && value < minimum) place.refuse('minimum', value);
  };
}

export function oneOf(...choices: readonly string[]): Check {
  return (value, place) => {
    if (typeof value !== 'string' || !choices.includes(value)) place.refuse('one-of', value);
  };
}

/** A member that belongs somewhere else: whatever it holds, `rule` refuses it. */
export function misplaced(rule: Rule): Check {
  return (value, place) => place.refuse(rule, value);
}

export function arrayOf(item: Check): Check {
  return (value, place) => {
    array(value, place);
    if (Array.isArray(value)) value.forEach((element: unknown, index) => item(element, place.item(index)));
  };
}

/** An object whose keys are the user's own. */
export function mapOf(key: (name: string, place: Place) => void, member: Check): Check {
  return (value, place) => {
    if (!isMembers(value)) return place.refuse('object', value);
    for (const [name, element] of membersOf(value)) {
      key(name, place.member(name));
      member(element, place.member(name));
    }
  };
}

/** An object with the members of two tables and no others. */
export function shape(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>>): Check {
  const checks = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value, place) => {
    if (!isMembers(value)) return place.refuse('object', value);
    for (const name of Object.keys(required)) {
      if (value[name] === undefined) place.member(name).refuse('required', undefined);
    }
    for (const [name, member] of membersOf(value)) {
      const check = checks.get(name) ?? misplaced('unknown-member');
      check(member, place.member(name));
    }
  };
}
