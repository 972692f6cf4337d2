import type { Sampler } from './sampler.js';

/** Always the same answer. */
export class FixedSampler implements Sampler {
  readonly #answer: boolean;

  constructor(answer: boolean) {
    this.#answer = answer;
  }

  isSampled(): boolean {
    return this.#answer;
  }
}
