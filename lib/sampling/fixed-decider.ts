import { SAMPLED, UNSAMPLED, type Decider, type Decision } from './decider.js';

/** Always the same answer. */
export class FixedDecider implements Decider {
  readonly isBlind = true;
  readonly #answer: Decision;

  constructor(isSampled: boolean) {
    this.#answer = isSampled ? SAMPLED : UNSAMPLED;
  }

  decide(): Decision {
    return this.#answer;
  }

  close(): void {}
}
