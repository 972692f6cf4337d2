import { isUnexpectedPromise } from '../foundation/unexpected-promise.js';
import { SAMPLED, UNSAMPLED, type Decider, type Decision } from './decider.js';
import type { Sampler, SamplingRequest } from './sampler.js';

/** A sampler of the user's: anything but `false` counts as yes. It throws what the sampler throws. */
export class CustomDecider implements Decider {
  readonly #sampler: Sampler;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /** @throws TypeError on a promise, beside what the sampler throws */
  decide(request: SamplingRequest): Decision {
    const answer: unknown = this.#sampler.isSampled(request);
    if (isUnexpectedPromise(answer, () => undefined))
      throw new TypeError('it answered a promise; it has to answer at once');
    return answer === false ? UNSAMPLED : SAMPLED;
  }

  close(): void {}
}
