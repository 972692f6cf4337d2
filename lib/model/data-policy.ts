import { types } from 'node:util';
import { Remembered } from '../foundation/remembered.js';
import { cleanAnnotationKey, toAnnotationValue, VALUE_LIMIT } from './annotations.js';
import { cleanName } from './name.js';
import { Redactor, type RedactOptions } from './redactor.js';
import { REDACTED } from './secret-texts.js';
import type { SqlRecord } from './sql-record.js';
import {
  isHidden,
  LOOKAHEAD,
  printText,
  SCALAR_BYTES,
  SnapshotWriter,
  type KeyEntry,
  type SnapshotLimits,
} from './snapshot.js';
import { cut, TEXT_LIMIT } from './text.js';

/** How much of each metadata value is kept. */
export interface MetadataLimits {
  /** Levels of nesting, 1 to 100. Default 32. */
  readonly depth?: number | undefined;
  /** Items of each list and members of each object, 1 to 100,000. Default 1,000. */
  readonly breadth?: number | undefined;
  /** Bytes of the value as JSON text, 256 to 64,000. Default 16,384. */
  readonly bytes?: number | undefined;
}

export const DEFAULT_LIMITS: SnapshotLimits = Object.freeze({ depth: 32, breadth: 1000, bytes: 16_384 });

/** Units of a text whose secrets may be marked without a look at the limit of an annotation. */
const SHORT = VALUE_LIMIT / REDACTED.length;
const NAME = /^(?:name|key|header|headername|field|property|path|param)$/i;
const VALUE = /^values?$/i;

/** `user:password` or `user/password`, before the `@` of a host. */
const CREDENTIALS = /^[^\s/@:]{1,128}[:/](?!\/)\S{0,1024}(?=@)/;

/**
 * What of the user's data goes into documents, and in which form: cut to the limits, without secrets. Nothing here throws, and
 * what is given is read at once and not kept.
 */
export class DataPolicy {
  readonly limits: SnapshotLimits;
  readonly redactor: Redactor | undefined;
  readonly #entries = new Remembered((key) => this.#readKey(key));
  #writer: SnapshotWriter | undefined;
  readonly #names = new Remembered((name) => cleanName(this.name(name)));

  /** @param options.redact `false` keeps secrets in. Default: the default keys and patterns. */
  constructor({
    redact = {},
    limits = {},
  }: { readonly redact?: false | RedactOptions; readonly limits?: MetadataLimits } = {}) {
    this.redactor = redact === false ? undefined : new Redactor(redact);
    this.limits = {
      depth: limits.depth ?? DEFAULT_LIMITS.depth,
      breadth: limits.breadth ?? DEFAULT_LIMITS.breadth,
      bytes: limits.bytes ?? DEFAULT_LIMITS.bytes,
    };
  }

  /**
   * The value as JSON text, read here and now: what changes in it later is not seen. Plain data is written as `JSON.stringify`
   * does. What that refuses or empties is written as well as can be: maps as pairs, sets as lists, errors with name and message,
   * bigints as text; cycles, getters that throw, and what is too much are named in their place.
   */
  snapshot(key: string, value: unknown, entry: KeyEntry = this.entryOf(key)): string {
    try {
      if (this.hides(key, value, entry)) return JSON.stringify(REDACTED);
      if (typeof value === 'string' && value.length * 6 < this.limits.bytes) return printText(value, this.redactor);
      const paths = this.redactor?.paths;
      const state = paths?.step(paths.start, key);
      // One writer for all, except where a getter of the value takes a snapshot in its turn.
      const writer = this.#writer ?? new SnapshotWriter(this);
      this.#writer = undefined;
      const text = writer.write(value, state);
      this.#writer = writer;
      return text;
    } catch {
      return '"[unreadable]"';
    }
  }

  /** Whether the value is secret because of where it stands: under this key, not within another value. */
  hides(key: string, value: unknown, { secrecy }: KeyEntry = this.entryOf(key)): boolean {
    if (this.redactor === undefined) return false;
    if (isHidden(value, secrecy)) return true;
    const { paths } = this.redactor;
    return paths !== undefined && paths.endsAt(paths.step(paths.start, key));
  }

  /** The key without the secrets in it: `token=…` as a key, or a URL. */
  key(key: string): string {
    return this.redactor !== undefined && typeof key === 'string' ? this.entryOf(key).name : key;
  }

  /** The value of an annotation as JSON text, without its secrets; `undefined` for what X-Ray does not index. */
  annotation(key: string, value: unknown, entry: KeyEntry = this.entryOf(key)): string | undefined {
    const isScalar = typeof value !== 'object' || types.isDate(value);
    if (isScalar && this.hides(key, value, entry)) return JSON.stringify(REDACTED);
    // So short that no mark in it makes it too long.
    if (typeof value === 'string' && value.length < SHORT) return printText(value, this.redactor);
    const annotation = toAnnotationValue(typeof value === 'string' ? this.text(value, VALUE_LIMIT) : value);
    // Of what is no text, JSON has the same words as `String`.
    return typeof annotation === 'string' ? JSON.stringify(annotation) : annotation?.toString();
  }

  /** The text without its secrets, cut to `limit` units. */
  text(text: string, limit: number = TEXT_LIMIT): string {
    if (this.redactor === undefined) return cut(text, limit);
    if (text.length <= limit) return cut(this.redactor.redact(text), limit);
    return cut(`${this.redactor.redact(cut(text, limit + LOOKAHEAD), limit)}…`, limit);
  }

  /** The name of a segment as X-Ray takes it, without the secrets of a URL in it. */
  entityName(name: unknown): string {
    return typeof name === 'string' ? this.#names.of(name) : cleanName(name);
  }

  /** The name, or the path of a file; where it holds a URL, without the secrets of that. */
  name(name: string): string {
    return typeof name === 'string' && /:\/\/|\?/.test(name) ? this.text(name) : name;
  }

  /** The members that are texts, each without its secrets and cut to X-Ray's limit; the others as they are. */
  texts<Members extends object>(members: Members): Members {
    const entries = Object.entries(members).map(([key, value]) => [
      key,
      typeof value === 'string' ? this.text(value) : value,
    ]);
    return Object.fromEntries(entries) as Members;
  }

  /** The same of a database query; what leads to the database may be without a scheme: `user:password@host`. */
  sql(record: SqlRecord): SqlRecord {
    const { url, connectionString } = record;
    return this.texts({
      ...record,
      ...(typeof url === 'string' && { url: this.#connection(url) }),
      ...(typeof connectionString === 'string' && { connectionString: this.#connection(connectionString) }),
    });
  }

  #connection(text: string): string {
    if (this.redactor?.hasDefaults !== true) return text;
    const redacted = this.text(text, TEXT_LIMIT + LOOKAHEAD);
    return redacted.includes('://') ? redacted : redacted.replace(CREDENTIALS, REDACTED);
  }

  /** What is known of a key; see {@link KeyEntry}. */
  entryOf(key: string): KeyEntry {
    return this.#entries.of(key);
  }

  #readKey(key: string): KeyEntry {
    const redacted = this.redactor?.redact(cut(key, TEXT_LIMIT + LOOKAHEAD)) ?? key;
    const written = cut(redacted);
    // What was given, where nothing is secret in it: two long keys with one beginning are two.
    const name = redacted === key ? key : written;
    const annotation = cleanAnnotationKey(name);
    const text = `${JSON.stringify(written)}:`;
    const secrecy = this.redactor?.secrecyOf(key) ?? 'none';
    const role = NAME.test(key) ? 'name' : VALUE.test(key) ? 'value' : undefined;
    return {
      name,
      annotation,
      annotationText: `"${annotation}":`,
      metadataText: `${JSON.stringify(name)}:`,
      text,
      nextText: `,${text}`,
      bytes: Buffer.byteLength(text) + 1,
      room: text.length * 3 + SCALAR_BYTES,
      secrecy,
      role,
      isOrdinary: secrecy === 'none' && role === undefined,
    };
  }
}
