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
import { REDACTED, SUSPICIOUS, Trait, traitsOf, type Traits } from './secret-texts.js';
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
  /** The same as X-Ray takes it for an annotation, and as JSON text with the colon. */
  readonly annotation: string;
  readonly annotationText: string;
  /** The name as JSON text with the colon, for metadata. */
  readonly metadataText: string;
  /** The name as JSON text with the colon, cut to X-Ray's limit, for a member of a value. */
  readonly text: string;
  /** The same with a comma before it. */
  readonly nextText: string;
  /** Bytes of that. */
  readonly bytes: number;
  /** Bytes in which any member with the key can be said. */
  readonly room: number;
  readonly secrecy: Secrecy;
  /** Of `{ name: 'Authorization', value: '…' }`: `name` names what `value` holds. */
  readonly role: 'name' | 'value' | undefined;
  /** It says nothing of secrets, neither in its own value nor in another. */
  readonly isOrdinary: boolean;
}

/** What a {@link SnapshotWriter} goes by. */
export interface SnapshotRules {
  readonly limits: SnapshotLimits;
  readonly redactor: Redactor | undefined;
  entryOf(key: string): KeyEntry;
}

/** Bytes in which any value that is no container can be said; a text then is cut. */
export const SCALAR_BYTES = 64;
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
  /** Whether a value that shows nothing of a secret is none. */
  readonly #isOrdinary: boolean;
  /** What a text that is printed as it is has not. */
  readonly #special: Traits;
  readonly #ancestors: object[] = [];
  /** Bytes left. What is written is in the answers alone: kept here, in what lives for long, three members took 285 ns and not 167. */
  #left = 0;

  constructor(rules: SnapshotRules) {
    this.#rules = rules;
    this.#redactor = rules.redactor;
    this.#limits = rules.limits;
    this.#isOrdinary = rules.redactor?.hasValues !== true;
    this.#special = rules.redactor === undefined ? Trait.escape : Trait.escape | SUSPICIOUS;
  }

  /** The JSON text of `value`; `null` where JSON has no word for it. */
  write(value: unknown, state: PathState | undefined): string {
    this.#left = this.#limits.bytes;
    return this.#write(value, state) ?? 'null';
  }

  /** Of ASCII alone. */
  #add(text: string): string {
    this.#left -= text.length;
    return text;
  }

  /** `undefined` where JSON has no word for the value. */
  #write(value: unknown, state: PathState | undefined): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.#writeText(value);
      case 'number':
        return this.#writeNumber(value);
      case 'boolean':
        return this.#add(value ? 'true' : 'false');
      case 'undefined':
        return undefined;
      case 'bigint':
        return this.#writeText(
          value < BIGINT_LIMIT && value > -BIGINT_LIMIT ? String(value) : '[more than 1000 digits]',
        );
      case 'object':
        return this.#writeContainer(value, state);
      case 'function':
      case 'symbol':
        return this.#writeText(nameOf(value));
    }
  }

  #writeNumber(value: number): string {
    const text = Number.isFinite(value) ? String(value) : 'null';
    return this.#redactor?.matches(text) === true ? this.#writeText(text) : this.#add(text);
  }

  #writeText(text: string): string {
    const isInside = this.#ancestors.length > 0;
    // Within a container one text takes half of what is left, so that it does not cost all of its neighbours.
    if (this.#left >= (text.length + 2) * (isInside ? 12 : 6)) {
      const traits = traitsOf(text);
      const printed = printText(text, this.#redactor, traits);
      this.#left -= traits & Trait.escape ? Buffer.byteLength(printed) : printed.length;
      return printed;
    }
    const room = Math.max(SCALAR_BYTES, isInside ? Math.floor(this.#left / 2) : this.#left);
    const printed = printWithin(text, room, this.#redactor);
    this.#left -= Buffer.byteLength(printed);
    return printed;
  }

  #writeContainer(value: object | null, state: PathState | undefined): string | undefined {
    if (value === null) return this.#add('null');
    const ancestors = this.#ancestors;
    const depth = ancestors.length;
    for (let index = 0; index < depth; index += 1) if (ancestors[index] === value) return this.#add('"[circular]"');
    if (depth >= this.#limits.depth) return this.#add('"[too deep]"');
    const left = this.#left - REMARK_BYTES;
    if (left < SCALAR_BYTES) return this.#add('"[cut]"');
    ancestors.push(value);
    this.#left = left;
    let text: string | undefined;
    try {
      text = Array.isArray(value) ? this.#writeArray(value, state) : this.#writeObject(value, state);
    } catch {
      ancestors.length = depth + 1;
      this.#left = left;
      text = this.#add('"[unreadable]"');
    }
    ancestors.pop();
    this.#left += REMARK_BYTES;
    return text;
  }

  #writeObject(value: object, state: PathState | undefined): string | undefined {
    const isProxy = types.isProxy(value);
    const special = isProxy ? undefined : this.#writeSpecial(value, state);
    if (special !== undefined) return special;
    const plain = plainOf(value);
    if (plain === value) return this.#writeMembers(value, keysOf(value, isProxy), isProxy, state);
    if (typeof plain !== 'object' || plain === null) return this.#write(plain, state);
    // Its own toJSON is not asked again, as JSON.stringify does not either.
    if (Array.isArray(plain)) return this.#writeArray(plain, state);
    const isPlainProxy = types.isProxy(plain);
    const plainSpecial = isPlainProxy ? undefined : this.#writeSpecial(plain, state);
    return plainSpecial ?? this.#writeMembers(plain, keysOf(plain, isPlainProxy), isPlainProxy, state);
  }

  /**
   * What is more than its members; by what the engine knows of it, so that nothing of the user's is asked. `undefined` for what is
   * its members.
   */
  #writeSpecial(value: object, state: PathState | undefined): string | undefined {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return undefined;
    if (types.isDate(value)) return this.#writeText(isoOf(value));
    if (types.isMap(value)) return this.#writePairs(mapEntries(value), mapSize(value), state);
    if (types.isSet(value)) return this.#writeSet(value, state);
    if (types.isBoxedPrimitive(value)) return this.#write(unbox(value), state);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return this.#add(`"[${bytesOf(value)} bytes]"`);
    if (types.isRegExp(value)) return this.#writeText(sourceOf(value));
    return this.#writeByClass(value, state);
  }

  #writeByClass(value: object, state: PathState | undefined): string | undefined {
    const ancestor = builtInOf(value);
    if (ancestor === 'error') return this.#writeMembers(value, errorKeys(value), false, state);
    if (ancestor === undefined) return undefined;
    return this.#writePairs(
      ancestor === 'headers' ? headersEntries(value) : parametersEntries(value),
      undefined,
      state,
    );
  }

  #writeArray(items: readonly unknown[], state: PathState | undefined): string {
    const { length } = items;
    // Headers as `rawHeaders` has them, and pairs: what follows the name of a secret is one.
    const isPaired = this.#redactor !== undefined && length > 1 && length % 2 === 0;
    const isOrdinary = this.#isOrdinary && state === undefined;
    let isSecret = false;
    let text = this.#add('[');
    for (let index = 0; index < length; index += 1) {
      if (index === this.#limits.breadth || this.#left < SCALAR_BYTES) {
        text += this.#remark(index > 0, `"[${length - index} more]"`);
        break;
      }
      const item = readItem(items, index);
      if (index > 0) text += this.#add(',');
      const printed = isOrdinary && !isSecret ? printOrdinary(item, this.#left, this.#special) : undefined;
      if (printed !== undefined) {
        text += this.#add(printed);
        isSecret = isPaired && index % 2 === 0 && isText(item) && this.#names(item);
        continue;
      }
      if (isSecret && isHidden(item, 'all') && !(isText(item) && isColumn(item))) text += this.#add(SECRET);
      else text += this.#writeItem(item, state === undefined ? '' : String(index), state);
      isSecret =
        !isSecret && isText(item) && ((isPaired && index % 2 === 0) || item.startsWith('--')) && this.#names(item);
    }
    return text + this.#add(']');
  }

  /** Whether a text, where it stands before another value, says that this is secret. */
  #names(text: string): boolean {
    return text.length <= 64 && this.#redactor !== undefined && this.#redactor.secrecyOf(text) !== 'none';
  }

  #writeItem(item: unknown, key: string, state: PathState | undefined): string {
    const below = this.#below(state, key);
    return (
      (below === 'secret' ? undefined : this.#write(item, below)) ?? this.#add(below === 'secret' ? SECRET : 'null')
    );
  }

  #below(state: PathState | undefined, key: string): PathState | 'secret' | undefined {
    const paths = this.#redactor?.paths;
    if (state === undefined || paths === undefined) return undefined;
    const below = paths.step(state, key);
    return paths.endsAt(below) ? 'secret' : below;
  }

  /** What a container says of what it leaves out; it kept room for that. */
  #remark(isAfterOthers: boolean, words: string): string {
    const text = isAfterOthers ? `,${words}` : words;
    this.#left -= Buffer.byteLength(text);
    return text;
  }

  #writeSet(set: ReadonlySet<unknown>, state: PathState | undefined): string {
    const size = setSize(set);
    const values = setValues(set);
    let text = this.#add('[');
    for (let index = 0; index < size; index += 1) {
      if (index === this.#limits.breadth || this.#left < SCALAR_BYTES) {
        text += this.#remark(index > 0, `"[${size - index} more]"`);
        break;
      }
      if (index > 0) text += this.#add(',');
      text += this.#writeItem(values.next().value, String(index), state);
    }
    return text + this.#add(']');
  }

  /** As a list of pairs, as a map with keys of any kind cannot be an object. */
  #writePairs(
    entries: Iterator<readonly [unknown, unknown]>,
    size: number | undefined,
    state: PathState | undefined,
  ): string {
    let text = this.#add('[');
    let index = 0;
    for (let next = entries.next(); next.done !== true; next = entries.next()) {
      if (index === this.#limits.breadth || this.#left < 3 * SCALAR_BYTES) {
        text += this.#remark(index > 0, size === undefined ? '"[more]"' : `"[${size - index} more]"`);
        break;
      }
      const [key, value] = next.value;
      text += this.#add(index > 0 ? ',[' : '[');
      text += this.#write(key, undefined) ?? this.#add('null');
      text += this.#add(',');
      if (typeof key === 'string' && isHidden(value, this.#redactor?.secrecyOf(key) ?? 'none'))
        text += this.#add(SECRET);
      else text += this.#writeItem(value, typeof key === 'string' ? key : String(index), state);
      text += this.#add(']');
      index += 1;
    }
    return text + this.#add(']');
  }

  #writeMembers(holder: object, keys: readonly string[], isProxy: boolean, state: PathState | undefined): string {
    const isOrdinary = this.#isOrdinary && state === undefined;
    const { breadth } = this.#limits;
    let named: Named | undefined;
    let count = 0;
    let looked = 0;
    let text = this.#add('{');
    for (const key of keys) {
      const entry = this.#rules.entryOf(key);
      if (count === breadth || this.#left < entry.room) {
        text += this.#remark(count > 0, `"…":"[${keys.length - looked} more]"`);
        break;
      }
      looked += 1;
      if (isProxy && !isEnumerable(holder, key)) continue;
      const member = named?.key === key ? named.value : readOrSay(holder, key);
      let printed = isOrdinary && entry.isOrdinary ? printOrdinary(member, this.#left, this.#special) : undefined;
      if (printed === undefined) {
        if (member === undefined || typeof member === 'function' || typeof member === 'symbol') continue;
        if (entry.role === 'name') {
          // Of several the one that names a secret: `{ name: 'ValidatorError', path: 'password' }`.
          if (named === undefined || !isText(named.value) || !this.#names(named.value)) named = { key, value: member };
        } else if (entry.role === 'value')
          named ??= this.#nameAmong(holder, keys.slice(looked, looked + NAME_DISTANCE));
        this.#left -= entry.bytes;
        printed = this.#writeMember(entry, key, member, named, state);
        if (printed === undefined) {
          this.#left += entry.bytes;
          continue;
        }
      } else this.#left -= entry.bytes + printed.length;
      text += (count === 0 ? entry.text : entry.nextText) + printed;
      count += 1;
    }
    return text + this.#add('}');
  }

  #writeMember(
    entry: KeyEntry,
    key: string,
    member: unknown,
    named: Named | undefined,
    state: PathState | undefined,
  ): string | undefined {
    const below = state === undefined ? undefined : this.#below(state, key);
    const isSecret = below === 'secret' || this.#isSecret(entry, member, named);
    return isSecret ? this.#add(SECRET) : this.#write(member, below);
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

/**
 * What most members are, as JSON text: a short text of which nothing has to be hidden or escaped, a number, a word. `undefined`
 * for the rest.
 */
function printOrdinary(value: unknown, left: number, special: Traits): string | undefined {
  if (typeof value === 'string') {
    return (value.length + 2) * 12 <= left && (traitsOf(value) & special) === 0 ? `"${value}"` : undefined;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return value === null ? 'null' : undefined;
}

/** The whole text as JSON text, without its secrets. */
export function printText(text: string, redactor: Redactor | undefined, traits: Traits = traitsOf(text)): string {
  const redacted = redactor === undefined ? text : redactor.redact(text, text.length, traits);
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

function readItem(items: readonly unknown[], index: number): unknown {
  try {
    return items[index];
  } catch {
    return '[threw when read]';
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

/** The keys of what JSON writes; of a proxy all, as each asked for its descriptor would cost a trap. */
function keysOf(value: object, isProxy: boolean): readonly string[] {
  return isProxy ? Reflect.ownKeys(value).filter((key) => typeof key === 'string') : Object.keys(value);
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
