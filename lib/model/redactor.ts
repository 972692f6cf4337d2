import { KeyPaths } from './key-paths.js';
import { KEY_LIMIT, plainKey, secrecyOfKey, type Secrecy } from './secret-keys.js';
import { findByForm, findByKey, redactSpans, SUSPICIOUS, traitsOf, type Span, type Traits } from './secret-texts.js';
import { clip } from './text.js';

/** What is kept out of the trace, on top of the defaults. */
export interface RedactOptions {
  /** Keys whose values are secret: a text in any spelling of the whole key, or an expression. */
  readonly keys?: readonly (string | RegExp)[] | undefined;
  /** Where secrets stand, from the key of the metadata on: `order.customer.ssn`; `*` is one level, `**` any number. */
  readonly paths?: readonly string[] | undefined;
  /** What is secret in any text: what the expression matches is replaced. */
  readonly values?: readonly RegExp[] | undefined;
  /** Keys that are not secret, whatever `keys` and the defaults say; `paths` and `values` still hold. */
  readonly allow?: readonly (string | RegExp)[] | undefined;
  /** `false` leaves out the default keys and patterns. Default `true`. */
  readonly defaults?: boolean | undefined;
}

/** Decides what is secret. Never throws; keeps nothing of what it has seen. */
export class Redactor {
  /** The paths that are secret; `undefined` where there are none. */
  readonly paths: KeyPaths | undefined;
  readonly #isSecret: KeyTest;
  readonly #isAllowed: KeyTest;
  readonly #values: readonly RegExp[];
  /** Whether the default keys and patterns are part of it. */
  readonly hasDefaults: boolean;
  readonly #hasKeys: boolean;
  readonly #judge = (key: string): Secrecy => this.secrecyOf(key);

  constructor({ keys = [], paths = [], values = [], allow = [], defaults = true }: RedactOptions = {}) {
    this.paths = paths.length === 0 ? undefined : new KeyPaths(paths);
    this.#isSecret = keyTest(keys);
    this.#isAllowed = keyTest(allow);
    // With `g` all matches are found; with `y` only one at the beginning would be.
    this.#values = values.map(({ source, flags }) => new RegExp(source, `${flags.replace(/[gy]/g, '')}g`));
    this.hasDefaults = defaults;
    this.#hasKeys = defaults || keys.length > 0;
  }

  /** Whether values under this key are secret, however deep it stands. */
  secrecyOf(key: string): Secrecy {
    // A key says at its end what it is.
    if (key.length > KEY_LIMIT) return this.secrecyOf(key.slice(-KEY_LIMIT));
    const byDefault = this.hasDefaults ? secrecyOfKey(key) : 'none';
    const secrecy = byDefault !== 'all' && this.#isSecret(key) ? 'all' : byDefault;
    return secrecy !== 'none' && this.#isAllowed(key) ? 'none' : secrecy;
  }

  /** Whether the user has expressions that are searched for in any text. */
  get hasValues(): boolean {
    return this.#values.length > 0;
  }

  /** Whether one of the user's expressions finds something in what is no text. */
  matches(printed: string): boolean {
    if (this.#values.length === 0) return false;
    const spans: Span[] = [];
    this.#findValues(printed, spans);
    return spans.length > 0;
  }

  /**
   * The text with its secrets marked; of a text that goes on beyond `limit` units only these, searched together with what is
   * given beyond. Linear in the text, as long as the user's expressions are.
   */
  redact(text: string, limit: number = text.length, traits: Traits = traitsOf(text)): string {
    if ((traits & SUSPICIOUS) === 0 && this.#values.length === 0) return clip(text, limit);
    const spans: Span[] = [];
    if (this.hasDefaults) findByForm(text, traits, spans);
    if (this.#hasKeys) findByKey(text, traits, this.#judge, spans);
    if (this.#values.length > 0) this.#findValues(text, spans);
    return spans.length === 0 ? clip(text, limit) : redactSpans(text, spans, limit);
  }

  #findValues(text: string, spans: Span[]): void {
    try {
      for (const value of this.#values) {
        for (const { 0: match, index } of text.matchAll(value)) {
          if (match !== '') spans.push([index, index + match.length]);
        }
      }
    } catch {
      // An expression too deep for its engine: what it would have found is not known.
      spans.push([0, text.length]);
    }
  }
}

type KeyTest = (key: string) => boolean;

function keyTest(keys: readonly (string | RegExp)[]): KeyTest {
  const names = new Set(keys.filter((key) => typeof key === 'string').map(plainKey));
  // Without `g` and `y`, which make an expression remember where it was.
  const expressions = keys
    .filter((key) => typeof key !== 'string')
    .map(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, '')));
  if (names.size === 0 && expressions.length === 0) return () => false;
  return (key) => names.has(plainKey(key)) || expressions.some((expression) => expression.test(key));
}
