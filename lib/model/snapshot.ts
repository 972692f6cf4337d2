import { types } from 'node:util';
import { isoOf } from './annotations.js';
import {
  builtInOf,
  bytesOf,
  headersEntries,
  mapEntries,
  mapSize,
  parametersEntries,
  setSize,
  setValues,
  sourceOf,
  unbox,
  functionName,
} from './intrinsics.js';
import type { PathState } from './key-paths.js';
import { readMember } from './read.js';
import type { Redactor } from './redactor.js';
import { isColumn, isSpared, type Secrecy } from './secret-keys.js';
import { REDACTED, Trait, traitsOf } from './secret-texts.js';
import { clip } from './text.js';

/** How much of one value is written. */
export interface SnapshotLimits {
  /** Levels of nesting. */
  readonly depth: number;
  /** Items of one list, members of one object. */
  readonly breadth: number;
  /** Bytes of the whole as JSON text. */
  readonly bytes: number;
}

/** What is known of a member's key, once and for all. */
export interface KeyEntry {
  /** The key without the secrets in it. */
  readonly name: string;
  /** The same as JSON text, cut to X-Ray's limit, with the colon. */
  readonly text: string;
  readonly secrecy: Secrecy;
  /** Of `{ name: 'Authorization', value: '…' }`: `name` names what `value` holds. */
  readonly role: 'name' | 'value' | undefined;
}

/** What a {@link SnapshotWriter} goes by. */
export interface SnapshotRules {
  readonly limits: SnapshotLimits;
  readonly redactor: Redactor | undefined;
  entryOf(key: string): KeyEntry;
}

/** Bytes in which any value that is no container can be said; a text then is cut. */
const SCALAR_BYTES = 64;
/** Bytes that an open container keeps, for saying how many more there were, and for its end. */
const REMARK_BYTES = 40;
/** Units beyond the part of a text that is kept, in which the end of a secret may stand that begins in it. */
export const LOOKAHEAD = 4096;
const BIGINT_LIMIT = 10n ** 1000n;

/**
 * Writes one value as JSON text, within the limits and without its secrets. Reads each member once, and runs no code of the
 * user's but getters, `toJSON` and the traps of proxies; what these throw is named in their place. What it reads is in proportion
 * to what it writes; of large objects only the list of keys is read whole.
 */
export class SnapshotWriter {
  readonly #rules: SnapshotRules;
  readonly #redactor: Redactor | undefined;
  readonly #limits: SnapshotLimits;
  readonly #ancestors: object[] = [];
  #text = '';
  /** Bytes left: at least so many until `#isExact`, as three for each unit are taken then. */
  #left: number;
  #isExact = false;

  constructor(rules: SnapshotRules) {
    this.#rules = rules;
    this.#redactor = rules.redactor;
    this.#limits = rules.limits;
    this.#left = rules.limits.bytes;
  }

  /** The JSON text of `value`; `null` where JSON has no word for it. */
  write(value: unknown, state: PathState | undefined): string {
    if (!this.#write(value, state)) this.#add('null');
    return this.#text;
  }

  #add(text: string): void {
    this.#text += text;
    this.#left -= this.#isExact ? Buffer.byteLength(text) : text.length * 3;
  }

  #hasRoom(bytes: number): boolean {
    if (this.#left < bytes) this.#count();
    return this.#left >= bytes;
  }

  #count(): void {
    if (this.#isExact) return;
    this.#isExact = true;
    this.#left = this.#limits.bytes - Buffer.byteLength(this.#text) - this.#ancestors.length * REMARK_BYTES;
  }

  /** `false` where JSON has no word for the value, and nothing was written. */
  #write(value: unknown, state: PathState | undefined): boolean {
    switch (typeof value) {
      case 'string':
        this.#writeText(value);
        return true;
      case 'number':
        this.#writeNumber(value);
        return true;
      case 'boolean':
        this.#add(value ? 'true' : 'false');
        return true;
      case 'undefined':
        return false;
      case 'bigint':
        this.#writeText(value < BIGINT_LIMIT && value > -BIGINT_LIMIT ? String(value) : '[more than 1000 digits]');
        return true;
      case 'object':
        return this.#writeContainer(value, state);
      case 'function':
      case 'symbol':
        this.#writeText(nameOf(value));
        return true;
    }
  }

  #writeNumber(value: number): void {
    const text = Number.isFinite(value) ? String(value) : 'null';
    if (this.#redactor?.matches(text) === true) this.#writeText(text);
    else this.#add(text);
  }

  #writeText(text: string): void {
    const isInside = this.#ancestors.length > 0;
    // Within a container one text takes half of what is left, so that it does not cost all of its neighbours.
    if (this.#hasRoom((text.length + 2) * (isInside ? 12 : 6))) {
      this.#add(printText(text, this.#redactor));
      return;
    }
    this.#count();
    const room = Math.max(SCALAR_BYTES, isInside ? Math.floor(this.#left / 2) : this.#left);
    this.#add(printWithin(text, room, this.#redactor));
  }

  #writeContainer(value: object | null, state: PathState | undefined): boolean {
    if (value === null) {
      this.#add('null');
      return true;
    }
    if (this.#ancestors.includes(value)) this.#add('"[circular]"');
    else if (this.#ancestors.length >= this.#limits.depth) this.#add('"[too deep]"');
    else if (!this.#hasRoom(REMARK_BYTES + SCALAR_BYTES)) this.#add('"[cut]"');
    else return this.#writeWithin(value, state);
    return true;
  }

  #writeWithin(value: object, state: PathState | undefined): boolean {
    const before = this.#text;
    this.#ancestors.push(value);
    this.#left -= REMARK_BYTES;
    try {
      return this.#writeObject(value, state);
    } catch {
      this.#text = before;
      this.#add('"[unreadable]"');
      return true;
    } finally {
      this.#ancestors.pop();
      this.#left += REMARK_BYTES;
    }
  }

  #writeObject(value: object, state: PathState | undefined): boolean {
    if (Array.isArray(value)) return this.#writeArray(value, state);
    if (this.#writeSpecial(value, state)) return true;
    const plain = plainOf(value);
    if (plain === value) return this.#writeMembers(value, keysOf(value), state);
    if (typeof plain !== 'object' || plain === null) return this.#write(plain, state);
    // Its own toJSON is not asked again, as JSON.stringify does not either.
    if (Array.isArray(plain)) return this.#writeArray(plain, state);
    return this.#writeSpecial(plain, state) || this.#writeMembers(plain, keysOf(plain), state);
  }

  /** Writes what is more than its members; by what the engine knows of it, so that nothing of the user's is asked. */
  #writeSpecial(value: object, state: PathState | undefined): boolean {
    if (types.isProxy(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return false;
    if (types.isDate(value)) this.#writeText(isoOf(value));
    else if (types.isMap(value)) this.#writePairs(mapEntries(value), mapSize(value), state);
    else if (types.isSet(value)) this.#writeSet(value, state);
    else if (types.isBoxedPrimitive(value)) this.#write(unbox(value), state);
    else if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) this.#add(`"[${bytesOf(value)} bytes]"`);
    else if (types.isRegExp(value)) this.#writeText(sourceOf(value));
    else return this.#writeByClass(value, state);
    return true;
  }

  #writeByClass(value: object, state: PathState | undefined): boolean {
    const ancestor = builtInOf(value);
    if (ancestor === 'error') return this.#writeMembers(value, errorKeys(value), state);
    if (ancestor === undefined) return false;
    this.#writePairs(ancestor === 'headers' ? headersEntries(value) : parametersEntries(value), undefined, state);
    return true;
  }

  #writeArray(items: readonly unknown[], state: PathState | undefined): true {
    const { length } = items;
    // Headers as `rawHeaders` has them, and pairs: what follows the name of a secret is one.
    const isPaired = this.#redactor !== undefined && length > 1 && length % 2 === 0;
    let isSecret = false;
    this.#add('[');
    for (let index = 0; index < length; index += 1) {
      if (index === this.#limits.breadth || !this.#hasRoom(SCALAR_BYTES)) {
        this.#writeRest(index > 0, `"[${length - index} more]"`);
        break;
      }
      const item = readOrSay(items, index);
      if (index > 0) this.#add(',');
      if (isSecret && isHidden(item, 'all') && !(isText(item) && isColumn(item))) this.#add(SECRET);
      else this.#writeItem(item, state === undefined ? '' : String(index), state);
      isSecret =
        !isSecret &&
        typeof item === 'string' &&
        ((isPaired && index % 2 === 0 && this.#names(item)) || (item.startsWith('--') && this.#names(item)));
    }
    this.#add(']');
    return true;
  }

  /** Whether a text, where it stands before another value, says that this is secret. */
  #names(text: string): boolean {
    return text.length <= 64 && this.#redactor !== undefined && this.#redactor.secrecyOf(text) !== 'none';
  }

  #writeItem(item: unknown, key: string, state: PathState | undefined): void {
    const below = this.#below(state, key);
    if (below === 'secret') this.#add(SECRET);
    else if (!this.#write(item, below)) this.#add('null');
  }

  #below(state: PathState | undefined, key: string): PathState | 'secret' | undefined {
    const paths = this.#redactor?.paths;
    if (state === undefined || paths === undefined) return undefined;
    const below = paths.step(state, key);
    return paths.endsAt(below) ? 'secret' : below;
  }

  #writeRest(isAfterOthers: boolean, remark: string): void {
    // From the room that the container kept.
    this.#text += isAfterOthers ? `,${remark}` : remark;
  }

  #writeSet(set: ReadonlySet<unknown>, state: PathState | undefined): void {
    const size = setSize(set);
    const values = setValues(set);
    this.#add('[');
    for (let index = 0; index < size; index += 1) {
      if (index === this.#limits.breadth || !this.#hasRoom(SCALAR_BYTES)) {
        this.#writeRest(index > 0, `"[${size - index} more]"`);
        break;
      }
      if (index > 0) this.#add(',');
      this.#writeItem(values.next().value, String(index), state);
    }
    this.#add(']');
  }

  /** As a list of pairs, as a map with keys of any kind cannot be an object. */
  #writePairs(
    entries: Iterator<readonly [unknown, unknown]>,
    size: number | undefined,
    state: PathState | undefined,
  ): void {
    this.#add('[');
    let index = 0;
    for (let next = entries.next(); next.done !== true; next = entries.next()) {
      if (index === this.#limits.breadth || !this.#hasRoom(3 * SCALAR_BYTES)) {
        this.#writeRest(index > 0, size === undefined ? '"[more]"' : `"[${size - index} more]"`);
        break;
      }
      const [key, value] = next.value;
      this.#add(index > 0 ? ',[' : '[');
      if (!this.#write(key, undefined)) this.#add('null');
      this.#add(',');
      if (typeof key === 'string' && isHidden(value, this.#redactor?.secrecyOf(key) ?? 'none')) this.#add(SECRET);
      else this.#writeItem(value, typeof key === 'string' ? key : String(index), state);
      this.#add(']');
      index += 1;
    }
    this.#add(']');
  }

  #writeMembers(holder: object, keys: readonly string[], state: PathState | undefined): true {
    const isProxy = types.isProxy(holder);
    let named: Named | undefined;
    let count = 0;
    let looked = 0;
    this.#add('{');
    for (const key of keys) {
      const entry = this.#rules.entryOf(key);
      if (count === this.#limits.breadth || !this.#hasRoom(entry.text.length * 3 + SCALAR_BYTES)) {
        this.#writeRest(count > 0, `"…":"[${keys.length - looked} more]"`);
        break;
      }
      looked += 1;
      if (isProxy && !isEnumerable(holder, key)) continue;
      const member = named?.key === key ? named.value : readOrSay(holder, key);
      if (member === undefined || typeof member === 'function' || typeof member === 'symbol') continue;
      if (entry.role === 'name') {
        // Of several the one that names a secret: `{ name: 'ValidatorError', path: 'password' }`.
        if (named === undefined || !isText(named.value) || !this.#names(named.value)) named = { key, value: member };
      } else if (entry.role === 'value') named ??= this.#nameAmong(holder, keys.slice(looked, looked + NAME_DISTANCE));
      const before = this.#text;
      this.#add(count === 0 ? entry.text : `,${entry.text}`);
      const below = state === undefined ? undefined : this.#below(state, key);
      if (below === 'secret' || this.#isSecret(entry, member, named)) this.#add(SECRET);
      else if (!this.#write(member, below)) {
        this.#text = before;
        continue;
      }
      count += 1;
    }
    this.#add('}');
    return true;
  }

  #isSecret({ secrecy, role }: KeyEntry, member: unknown, named: Named | undefined): boolean {
    if (secrecy !== 'none') return isHidden(member, secrecy);
    return role === 'value' && isText(named?.value) && this.#names(named.value) && isHidden(member, 'all');
  }

  /** The member that names what the member `value` before it holds. */
  #nameAmong(holder: object, keys: readonly string[]): Named | undefined {
    const key = keys.find((each) => this.#rules.entryOf(each).role === 'name');
    return key === undefined ? undefined : { key, value: readOrSay(holder, key) };
  }
}

/** A member that was read before its turn, or is to be remembered behind it. */
interface Named {
  readonly key: string;
  readonly value: unknown;
}

/** Members between a `value` and the `name` behind it, at most. */
const NAME_DISTANCE = 8;
const SECRET = JSON.stringify(REDACTED);

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Whether a value under a key of this secrecy is to be hidden. */
export function isHidden(value: unknown, secrecy: Secrecy): boolean {
  if (secrecy === 'none' || value === null || value === undefined || value === '') return false;
  if (typeof value === 'boolean' || typeof value === 'function' || typeof value === 'symbol') return false;
  if (secrecy === 'all') return true;
  if (typeof value === 'string') return !isSpared(value, secrecy);
  return secrecy !== 'texts' || (typeof value !== 'number' && typeof value !== 'bigint');
}

/** The whole text as JSON text, without its secrets. */
export function printText(text: string, redactor: Redactor | undefined): string {
  if (redactor === undefined) return JSON.stringify(text);
  const traits = traitsOf(text);
  const redacted = redactor.redact(text, text.length, traits);
  return traits & Trait.escape ? JSON.stringify(redacted) : `"${redacted}"`;
}

/** The text as JSON text of at most `room` bytes; its beginning, where it is longer, and how long it is. */
function printWithin(text: string, room: number, redactor: Redactor | undefined): string {
  // A unit takes a byte at least.
  const visible = redactor === undefined ? clip(text, room) : redactor.redact(clip(text, room + LOOKAHEAD), room);
  if (text.length <= room) {
    const whole = JSON.stringify(visible);
    if (Buffer.byteLength(whole) <= room) return whole;
  }
  const mark = `…[cut: ${text.length} characters]`;
  return JSON.stringify(clipToBytes(visible, room - Buffer.byteLength(mark) - 2) + mark);
}

/** As much of the text's beginning as takes `bytes` at most in JSON. */
function clipToBytes(text: string, bytes: number): string {
  let left = bytes;
  let end = 0;
  for (const character of text) {
    left -= Buffer.byteLength(JSON.stringify(character)) - 2;
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function readOrSay(holder: object, key: string | number): unknown {
  try {
    return (holder as Record<string | number, unknown>)[key];
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

/** The keys of what JSON writes; of a proxy all, as each asked for its descriptor would cost a trap. */
function keysOf(value: object): readonly string[] {
  return types.isProxy(value) ? Reflect.ownKeys(value).filter((key) => typeof key === 'string') : Object.keys(value);
}

function isEnumerable(holder: object, key: string): boolean {
  try {
    return Object.getOwnPropertyDescriptor(holder, key)?.enumerable === true;
  } catch {
    return false;
  }
}

/** Name and message, which are inherited or hidden, before the error's own members, and what led to it. */
function errorKeys(error: object): readonly string[] {
  const own = Object.keys(error).filter((key) => key !== 'name' && key !== 'message');
  const hidden = ['cause', 'errors'].filter((key) => Object.hasOwn(error, key) && !own.includes(key));
  return ['name', 'message', ...own, ...hidden];
}

function nameOf(value: symbol | object): string {
  if (typeof value === 'symbol') return '[symbol]';
  const name = functionName(value);
  return name === '' ? '[function]' : `[function ${name}]`;
}
