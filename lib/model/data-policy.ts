import { Redactor, type RedactOptions } from './redactor.js';
import { KEY_LIMIT } from './secret-keys.js';
import { REDACTED } from './secret-texts.js';
import type { SqlRecord } from './sql-record.js';
import { isHidden, LOOKAHEAD, printText, SnapshotWriter, type KeyEntry, type SnapshotLimits } from './snapshot.js';
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

/** Keys that are remembered with what they mean; an application has so many, data has without end. */
const ENTRIES = 1000;
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
  readonly #entries = new Map<string, KeyEntry>();

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
  snapshot(key: string, value: unknown): string {
    try {
      if (this.hides(key, value)) return JSON.stringify(REDACTED);
      if (typeof value === 'string' && value.length * 6 < this.limits.bytes) return printText(value, this.redactor);
      const paths = this.redactor?.paths;
      return new SnapshotWriter(this).write(value, paths?.step(paths.start, key));
    } catch {
      return '"[unreadable]"';
    }
  }

  /** Whether the value is secret because of where it stands: under this key, not within another value. */
  hides(key: string, value: unknown): boolean {
    if (this.redactor === undefined) return false;
    if (isHidden(value, this.entryOf(key).secrecy)) return true;
    const { paths } = this.redactor;
    return paths !== undefined && paths.endsAt(paths.step(paths.start, key));
  }

  /** The key without the secrets in it: `token=…` as a key, or a URL. */
  key(key: string): string {
    return this.redactor !== undefined && typeof key === 'string' ? this.entryOf(key).name : key;
  }

  /** The text without its secrets, cut to `limit` units. */
  text(text: string, limit: number = TEXT_LIMIT): string {
    if (this.redactor === undefined) return cut(text, limit);
    if (text.length <= limit) return cut(this.redactor.redact(text), limit);
    return cut(`${this.redactor.redact(cut(text, limit + LOOKAHEAD), limit)}…`, limit);
  }

  /** The name of a segment, or the path of a file; where it holds a URL, without the secrets of that. */
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
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const redacted = this.redactor?.redact(cut(key, TEXT_LIMIT + LOOKAHEAD)) ?? key;
    const written = cut(redacted);
    const entry: KeyEntry = {
      // What was given, where nothing is secret in it: two long keys with one beginning are two.
      name: redacted === key ? key : written,
      text: `${JSON.stringify(written)}:`,
      secrecy: this.redactor?.secrecyOf(key) ?? 'none',
      role: NAME.test(key) ? 'name' : VALUE.test(key) ? 'value' : undefined,
    };
    if (key.length <= KEY_LIMIT && this.#entries.size < ENTRIES) this.#entries.set(key, entry);
    return entry;
  }
}
