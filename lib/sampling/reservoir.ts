import type { Clock } from '../foundation/clock.js';

/** So many per second of the wall clock, and then no more until the next second. */
export class Reservoir {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #second = Number.NaN;
  #taken = 0;

  constructor({ perSecond, clock }: { readonly perSecond: number; readonly clock: Clock }) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Takes one if one is left in this second. */
  take(): boolean {
    const second = Math.floor((this.#clock.anchor() + this.#clock.elapsed()) / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
    }
    if (this.#taken >= this.#perSecond) return false;
    this.#taken += 1;
    return true;
  }
}
