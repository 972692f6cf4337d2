import { inspect } from 'node:util';
import { nearest } from '../foundation/nearest.js';
import { ContextMissing, type ContextMissingStrategy } from '../context/context-missing.js';
import type { Emitter } from '../emitters/emitter.js';
import { SystemClock } from '../foundation/clock.js';
import { Diagnostics } from '../foundation/diagnostics.js';
import { RandomIdentifiers, type Identifiers } from '../foundation/identifiers.js';
import { Engine } from '../recorder/engine.js';
import { FixedDecider } from '../sampling/fixed-decider.js';

/** How a recording is made. */
export interface RecordingOptions {
  /** Name of the segments. Default `test`. */
  readonly service?: string | undefined;
  /** `false` records nothing, as for a trace that is not sampled. Default `true`. */
  readonly sampled?: boolean | undefined;
}

/** An engine for specs: everything is sampled unless it is said otherwise, in the order in which it began. */
export class RecordingEngine extends Engine {
  /** In which order ids were given, and so in which entities began, also where a clock stands still. */
  readonly rankOf: (id: string) => number;

  constructor(
    emitter: Emitter,
    { service = 'test', sampled = true }: RecordingOptions,
    contextMissing: ContextMissingStrategy = 'LOG_ERROR',
  ) {
    const identifiers = new RankingIdentifiers();
    const diagnostics = new Diagnostics(console, 'warn');
    super({
      service,
      clock: new SystemClock(),
      identifiers,
      decider: new FixedDecider(sampled),
      emitter,
      contextMissing: new ContextMissing(contextMissing, diagnostics),
      diagnostics,
    });
    this.rankOf = (id) => identifiers.ranks.get(id) ?? 0;
  }
}

class RankingIdentifiers implements Identifiers {
  readonly ranks = new Map<string, number>();
  readonly #random = new RandomIdentifiers();

  entity(): string {
    const id = this.#random.entity();
    this.ranks.set(id, this.ranks.size);
    return id;
  }

  trace(): string {
    return this.#random.trace();
  }
}

/** @throws TypeError naming an option that does not exist, or one whose value cannot be right */
export function checkOptions(
  options: unknown,
  rules: Readonly<Record<string, readonly [type: string, allowed: string]>>,
): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`The options are an object; it was given ${inspect(options)}.`);
  }
  for (const [option, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      const names = Object.keys(rules);
      const meant = nearest(option, names);
      throw new TypeError(
        `There is no option "${option}". ${meant === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${meant}?`}`,
      );
    }
    const [types, allowed] = rule;
    if (value === undefined || types.split(' ').includes(typeof value)) continue;
    throw new TypeError(`The option "${option}" takes ${allowed}; it was given ${inspect(value, { depth: 0 })}.`);
  }
}

export const RECORDING_OPTIONS = { service: ['string', 'a text'], sampled: ['boolean', 'true or false'] } as const;
