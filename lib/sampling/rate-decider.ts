import { SAMPLED, UNSAMPLED, type Decider, type Decision } from './decider.js';
import type { Reservoir } from './reservoir.js';

/** What the reservoir holds in each period, and a share of the rest. */
export class RateDecider implements Decider {
  readonly #reservoir: Reservoir;
  readonly #rate: number;
  readonly #random: () => number;

  /**
   * @param parts.rate the share of the rest, 0 to 1
   * @param parts.random a number from 0 up to, and without, 1
   */
  constructor({
    reservoir,
    rate,
    random = Math.random,
  }: {
    readonly reservoir: Reservoir;
    readonly rate: number;
    readonly random?: () => number;
  }) {
    this.#reservoir = reservoir;
    this.#rate = rate;
    this.#random = random;
  }

  decide(): Decision {
    return this.#reservoir.take() || this.#random() < this.#rate ? SAMPLED : UNSAMPLED;
  }

  close(): void {}
}
