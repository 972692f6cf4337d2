import { types } from 'node:util';
import { isoOf } from './annotations.js';
import { readMember } from './read.js';

/** Where metadata goes when no namespace is named. */
export const DEFAULT_NAMESPACE = 'default';

/** Levels of nesting that are written. */
const DEPTH_LIMIT = 32;
/**
 * Values that are written of one. Each takes two bytes at least, so that a document has no room for more; and what hangs
 * together in many ways, as the objects of an ORM do, would otherwise be walked for hours.
 */
const VALUES_LIMIT = 32_000;

/** The namespace, unless it begins with `AWS.`, which X-Ray keeps for itself: the prefix then becomes `AWS_`. */
export function cleanNamespace(namespace: string): string {
  return namespace.startsWith('AWS.') ? `AWS_${namespace.slice(4)}` : namespace || DEFAULT_NAMESPACE;
}

/**
 * The value as JSON text, read here and now: what changes in it later is not seen. Never throws. Plain data is written as
 * `JSON.stringify` does. What that refuses or empties is written as well as can be: maps as pairs, sets as lists, errors with
 * name and message, bigints as text; cycles, getters that throw, and what is too much are named in their place.
 */
export function snapshot(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  try {
    return JSON.stringify(new Copier().copy(value) ?? null);
  } catch {
    return '"[unreadable]"';
  }
}

/** Copies one value into what `JSON.stringify` cannot stumble over. */
class Copier {
  #left = VALUES_LIMIT;
  readonly #ancestors: object[] = [];

  copy(value: unknown): unknown {
    this.#left -= 1;
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'function' || typeof value === 'symbol') return nameOf(value);
    if (typeof value !== 'object' || value === null) return value;
    if (this.#ancestors.includes(value)) return '[circular]';
    if (this.#ancestors.length === DEPTH_LIMIT) return '[too deep]';
    this.#ancestors.push(value);
    try {
      return this.#copyObject(value);
    } catch {
      return '[unreadable]';
    } finally {
      this.#ancestors.pop();
    }
  }

  #copyObject(value: object): unknown {
    if (Array.isArray(value)) return this.#copyItems(value, value.length);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      if (types.isDate(value)) return isoOf(value);
      if (types.isMap(value)) return this.#copyItems(value, value.size);
      if (types.isSet(value)) return this.#copyItems(value, value.size);
      if (types.isBoxedPrimitive(value)) return this.copy(value.valueOf());
      if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
      if (value instanceof Error) {
        return this.#copyMembers(value, { name: this.copy(value.name), message: this.copy(value.message) });
      }
    }
    return this.#copyMembers(plainOf(value), {});
  }

  #copyItems(items: Iterable<unknown>, size: number): unknown[] {
    const copies: unknown[] = [];
    for (const item of items) {
      if (this.#left <= 0) {
        copies.push(`[${size - copies.length} more]`);
        break;
      }
      copies.push(this.copy(item));
    }
    return copies;
  }

  #copyMembers(value: unknown, copy: Record<string, unknown>): unknown {
    if (typeof value !== 'object' || value === null) return this.copy(value);
    if (Array.isArray(value)) return this.#copyItems(value, value.length);
    const keys = Object.keys(value);
    let written = 0;
    for (const key of keys) {
      if (this.#left <= 0) {
        setOwn(copy, '…', `[${keys.length - written} more]`);
        break;
      }
      written += 1;
      const member = readOrSay(value, key);
      if (member !== undefined && typeof member !== 'function' && typeof member !== 'symbol') {
        setOwn(copy, key, this.copy(member));
      }
    }
    return copy;
  }
}

function readOrSay(holder: object, key: string): unknown {
  try {
    return (holder as Record<string, unknown>)[key];
  } catch {
    return '[threw when read]';
  }
}

/** What `toJSON` answers; the object itself where it has none, or one that throws. */
function plainOf(value: object): unknown {
  const toJson = readMember(value, 'toJSON');
  if (typeof toJson !== 'function') return value;
  try {
    return Reflect.apply(toJson, value, []);
  } catch {
    return value;
  }
}

function nameOf(value: unknown): string {
  const name = typeof value === 'function' ? readMember(value, 'name') : undefined;
  return `[${typeof value}${typeof name === 'string' && name !== '' ? ` ${name}` : ''}]`;
}

/** Assignment that makes an own member of `__proto__` too. */
export function setOwn<Value>(record: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}
