import { SAMPLED, UNSAMPLED, type Decider, type Decision } from './decider.js';
import type { Reservoir } from './reservoir.js';

/** What the reservoir holds in each period, and a share of the rest. */
export class RateDecider implements Decider {
  readonly #reservoir: Reservoir;
  readonly #rate: number;
  readonly #random: () => number;
  readonly #sampled: Decision;
  readonly #unsampled: Decision;

  /**
   * @param parts.rate the share of the rest, 0 to 1
   * @param parts.random a number from 0 up to, and without, 1
   * @param parts.ruleName the rule that this is the quota of
   */
  constructor(parts: {
    readonly reservoir: Reservoir;
    readonly rate: number;
    readonly random?: (() => number) | undefined;
    readonly ruleName?: string | undefined;
  }) {
    const { reservoir, rate, random = Math.random, ruleName } = parts;
    this.#reservoir = reservoir;
    this.#rate = rate;
    this.#random = random;
    this.#sampled = ruleName === undefined ? SAMPLED : Object.freeze({ ...SAMPLED, ruleName });
    this.#unsampled = ruleName === undefined ? UNSAMPLED : Object.freeze({ ...UNSAMPLED, ruleName });
  }

  decide(): Decision {
    return this.#reservoir.take() || this.#random() < this.#rate ? this.#sampled : this.#unsampled;
  }

  close(): void {}
}
