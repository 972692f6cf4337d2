import type { Reservoir } from './reservoir.js';
import type { Sampler } from './sampler.js';

/** What the reservoir holds in each second, and a share of the rest. */
export class RateSampler implements Sampler {
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

  isSampled(): boolean {
    return this.#reservoir.take() || this.#random() < this.#rate;
  }
}
