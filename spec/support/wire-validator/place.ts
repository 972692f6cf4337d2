import type { Rule } from './rules.js';

/** One broken rule: where, which, and what stood there. */
export interface Violation {
  /** From the root, such as `document.subsegments[0].http.request.url`. */
  path: string;
  rule: string;
  /** A short description of what was found, never the whole of it. */
  given: string;
}

const SHOWN_CHARACTERS = 80;

/**
 * Where a value stands, and the list that takes what is wrong with it. The path is put together only for a violation: the
 * paths of a document of 10,000 levels are longer than the document.
 */
export class Place {
  readonly #violations: Violation[];
  readonly #step: string;
  readonly #parent: Place | undefined;

  constructor(violations: Violation[], step: string, parent?: Place) {
    this.#violations = violations;
    this.#step = step;
    this.#parent = parent;
  }

  member(key: string): Place {
    const step = /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    return new Place(this.#violations, step, this);
  }

  item(index: number): Place {
    return new Place(this.#violations, `[${index}]`, this);
  }

  refuse(rule: Rule, given: unknown): void {
    this.#violations.push({ path: this.#path(), rule, given: describe(given) });
  }

  #path(): string {
    const steps = [this.#step];
    for (let place = this.#parent; place !== undefined; place = place.#parent) steps.push(place.#step);
    return steps.toReversed().join('');
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') {
    const shown = JSON.stringify(value.slice(0, SHOWN_CHARACTERS));
    return value.length > SHOWN_CHARACTERS ? `${shown}… (${value.length} characters)` : shown;
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object of ${Object.keys(value).length}`;
  return typeof value === 'function' ? 'a function' : String(value);
}
