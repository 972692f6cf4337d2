import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';

/** What a text may be. */
export interface TextLimits {
  /** Characters at least. Default 0. */
  readonly min?: number;
  /** Characters at most. */
  readonly max: number;
}

/** What a number may be, both ends included. */
export interface NumberLimits {
  readonly min: number;
  readonly max: number;
}

/** The largest number that fits the 32 bits of an integer of the X-Ray API. */
export const maxInteger = 2_147_483_647;

/** What is thought to be milliseconds: as seconds, this would be the year 5138. */
const firstMilliseconds = 1e11;

/**
 * The members of an object of a request, read one by one. What is wrong is not thrown but said in `problems`, a
 * sentence for each member with what was given and what is allowed, so that one answer names them all. A member that
 * is wrong, or missing where it is needed, reads as an empty value: look at `problems` before using anything.
 *
 * `null` is read like an absent member, as the SDKs for Go and Python write it; unknown members are ignored.
 */
export class Members {
  readonly problems: string[];
  readonly #object: JsonObject;
  readonly #path: string;

  /** @param path put before each member's name, such as `SamplingRule.` */
  constructor(object: JsonObject, { problems = [], path = '' }: { problems?: string[]; path?: string } = {}) {
    this.#object = object;
    this.#path = path;
    this.problems = problems;
  }

  text(name: string, limits: TextLimits): string {
    return this.#needed(name, describeText(limits), this.optionalText(name, limits)) ?? '';
  }

  optionalText(name: string, limits: TextLimits): string | undefined {
    return this.#read(name, describeText(limits), (value) => (isTextWithin(value, limits) ? value : undefined));
  }

  number(name: string, limits: NumberLimits): number {
    return this.#needed(name, describeNumber(limits), this.optionalNumber(name, limits)) ?? 0;
  }

  optionalNumber(name: string, { min, max }: NumberLimits): number | undefined {
    return this.#read(name, describeNumber({ min, max }), (value) =>
      typeof value === 'number' && value >= min && value <= max ? value : undefined,
    );
  }

  integer(name: string, limits: NumberLimits): number {
    return this.#needed(name, describeInteger(limits), this.optionalInteger(name, limits)) ?? 0;
  }

  optionalInteger(name: string, { min, max }: NumberLimits): number | undefined {
    return this.#read(name, describeInteger({ min, max }), (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
    );
  }

  /**
   * A time in seconds since 1970. Also taken are milliseconds, which the X-Ray sampler of OpenTelemetry for Java
   * writes, and texts such as `2026-11-21T20:24:20Z`.
   */
  time(name: string): number {
    return this.#needed(name, describedTime, this.#read(name, describedTime, readTime)) ?? 0;
  }

  object(name: string): JsonObject {
    return this.#needed(name, 'an object', this.optionalObject(name)) ?? {};
  }

  optionalObject(name: string): JsonObject | undefined {
    return this.#read(name, 'an object', (value) => (isJsonObject(value) ? value : undefined));
  }

  list(name: string, limits: NumberLimits): readonly JsonValue[] {
    return this.#needed(name, describeList(limits), this.optionalList(name, limits)) ?? [];
  }

  optionalList(name: string, { min, max }: NumberLimits): readonly JsonValue[] | undefined {
    return this.#read(name, describeList({ min, max }), (value) =>
      isJsonArray(value) && value.length >= min && value.length <= max ? value : undefined,
    );
  }

  /** Texts by name, such as the attributes of a rule; an empty one when absent. */
  texts(name: string, { max, text }: { readonly max: number; readonly text: TextLimits }): Record<string, string> {
    const described = `up to ${max} texts by name, names and texts of ${text.min ?? 0} to ${text.max} characters each`;
    const read = this.#read(name, described, (value) => {
      const entries = isJsonObject(value) ? Object.entries(value) : undefined;
      if (entries === undefined || entries.length > max) {
        return undefined;
      }
      const fitting = entries.filter(
        (entry): entry is [string, string] => isTextWithin(entry[0], text) && isTextWithin(entry[1], text),
      );
      return fitting.length === entries.length ? Object.fromEntries(fitting) : undefined;
    });
    return read ?? {};
  }

  #read<Value>(name: string, described: string, read: (value: JsonValue) => Value | undefined): Value | undefined {
    const value = this.#object[name];
    if (value === undefined || value === null) {
      return undefined;
    }
    const result = read(value);
    if (result === undefined) {
      this.problems.push(`${this.#path}${name} was ${describeValue(value)}; it takes ${described}.`);
    }
    return result;
  }

  #needed<Value>(name: string, described: string, value: Value | undefined): Value | undefined {
    const given = this.#object[name];
    if (given === undefined || given === null) {
      this.problems.push(`${this.#path}${name} is missing; it takes ${described}.`);
    }
    return value;
  }
}

/** A received value in a few words: never all of it, and never by walking into it. */
export function describeValue(value: JsonValue): string {
  if (typeof value === 'string') {
    return value.length > 60 ? `a text of ${value.length} characters` : JSON.stringify(value);
  }
  if (isJsonArray(value)) {
    return `a list of ${value.length}`;
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const describedTime = 'a time in seconds since 1970';

function describeText({ min = 0, max }: TextLimits): string {
  return min === max ? `a text of ${max} characters` : `a text of ${min} to ${max} characters`;
}

function describeNumber({ min, max }: NumberLimits): string {
  return `a number from ${min} to ${max}`;
}

function describeInteger({ min, max }: NumberLimits): string {
  return `a whole number from ${min} to ${max}`;
}

function describeList({ min, max }: NumberLimits): string {
  return `a list of ${min} to ${max}`;
}

function isTextWithin(value: JsonValue | undefined, { min = 0, max }: TextLimits): value is string {
  if (typeof value !== 'string' || value.length > 2 * max) {
    return false;
  }
  // Characters, not UTF-16 units: that is what limits of AWS count.
  const length = Array.from(value).length;
  return length >= min && length <= max;
}

function readTime(value: JsonValue): number | undefined {
  const number = typeof value === 'string' ? isoSeconds(value) : value;
  if (typeof number !== 'number' || !(number >= 0) || !Number.isFinite(number)) {
    return undefined;
  }
  return number >= firstMilliseconds ? number / 1000 : number;
}

function isoSeconds(text: string): number {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
}
