/**
 * Port: the time. A segment takes one `anchor` when it opens and adds `elapsed` to it from then on, so the times of one
 * trace never run backwards, whatever happens to the wall clock meanwhile. No method throws.
 */
export interface Clock {
  /** Milliseconds, with fraction, that only ever grow. */
  elapsed(): number;
  /** Epoch milliseconds, with fraction, at which `elapsed()` would have been 0, by the wall clock of now. */
  anchor(): number;
  /** Epoch milliseconds of the wall clock, for what needs no more than that: it is the quickest. */
  now(): number;
}

const DRIFT_TOLERATED_MILLIS = 10;

/**
 * The machine's clock: microsecond steps from the monotonic timer, corrected when the wall clock has moved away. It reads the
 * global `performance` and `Date` each time, so that it follows fake timers.
 */
export class SystemClock implements Clock {
  #anchor = performance.timeOrigin;

  elapsed(): number {
    return performance.now();
  }

  anchor(): number {
    // Suspended laptops and frozen Lambda sandboxes stop the monotonic timer but not the wall clock; NTP moves the latter.
    const drift = Date.now() - (this.#anchor + performance.now());
    if (Math.abs(drift) > DRIFT_TOLERATED_MILLIS) this.#anchor += drift;
    return this.#anchor;
  }

  now(): number {
    return Date.now();
  }
}
