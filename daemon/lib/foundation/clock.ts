/**
 * Time as the daemon sees it: a port, so that specs move it by hand.
 *
 * `nowMillis` never goes backwards and has no meaning but differences. `epochMillis` is the time of day, milliseconds
 * since 1970, that clients compare too; it jumps when somebody sets the clock. `after` runs an action once, `millis`
 * milliseconds from now at the earliest, never within the call itself, and answers a function that cancels it;
 * cancelling twice, or after the action ran, does nothing. A pending action does not keep the process alive.
 */
export interface Clock {
  nowMillis(): number;
  epochMillis(): number;
  after(millis: number, action: () => void): () => void;
}

/** The clock of the machine. */
export class SystemClock implements Clock {
  nowMillis(): number {
    return performance.now();
  }

  epochMillis(): number {
    return Date.now();
  }

  after(millis: number, action: () => void): () => void {
    const timer = setTimeout(action, Math.ceil(millis)).unref();
    return () => clearTimeout(timer);
  }
}
