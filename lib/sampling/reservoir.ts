import type { Clock } from '../foundation/clock.js';

/** So many in each period of the wall clock, and then no more until the next one begins. */
export class Reservoir {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #periodMillis: number;
  #period = Number.NaN;
  #taken = 0;

  /** @param parts.periodMillis how long a period is; they begin at whole multiples of it. Default 1000, a second */
  constructor(parts: { readonly limit: number; readonly clock: Clock; readonly periodMillis?: number }) {
    this.#limit = parts.limit;
    this.#clock = parts.clock;
    this.#periodMillis = parts.periodMillis ?? 1000;
  }

  /** Takes one if one is left in this period. */
  take(): boolean {
    if (this.#limit === 0) return false;
    const period = Math.floor(this.#clock.now() / this.#periodMillis);
    if (period !== this.#period) {
      this.#period = period;
      this.#taken = 0;
    }
    if (this.#taken >= this.#limit) return false;
    this.#taken += 1;
    return true;
  }
}
