import { setImmediate as turn } from 'node:timers/promises';
import type { Timers } from '#lib/sampling/poller.js';
import type { FixedClock } from './recording.js';

interface Waiting {
  readonly at: number;
  readonly task: () => void;
}

/** Timers that run when the clock is advanced by them, in order. */
export class ManualTimers implements Timers {
  readonly clock: FixedClock;
  #waiting: Waiting[] = [];

  constructor(clock: FixedClock) {
    this.clock = clock;
  }

  schedule(task: () => void, millis: number): () => void {
    const waiting = { at: this.clock.elapsed() + millis, task };
    this.#waiting.push(waiting);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
    };
  }

  /** After how many milliseconds what waits is due, the next first. */
  get delays(): number[] {
    return this.#waiting.map(({ at }) => at - this.clock.elapsed()).toSorted((one, other) => one - other);
  }

  /** Lets so much time pass, and whatever needs no more than a turn of the event loop happen at its time. */
  async advanceMillis(millis: number): Promise<void> {
    const until = this.clock.elapsed() + millis;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.clock.advanceMillis(Math.max(next.at - this.clock.elapsed(), 0));
      next.task();
      await turn();
    }
    this.clock.advanceMillis(until - this.clock.elapsed());
  }

  async advanceSeconds(seconds: number): Promise<void> {
    await this.advanceMillis(seconds * 1000);
  }

  #next(until: number): Waiting | undefined {
    const due = this.#waiting.filter(({ at }) => at <= until);
    return due.toSorted((one, other) => one.at - other.at)[0];
  }
}
