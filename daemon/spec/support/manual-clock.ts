import type { Clock } from '#lib/foundation/clock.js';

interface Task {
  readonly dueMillis: number;
  readonly action: () => void;
}

/** A clock that stands still until a spec moves it. */
export class ManualClock implements Clock {
  #nowMillis = 0;
  #epochMillis = 1_700_000_000_000;
  #tasks: Task[] = [];

  nowMillis(): number {
    return this.#nowMillis;
  }

  /** A time of day that runs with the clock; `setBackBy` makes it jump. */
  epochMillis(): number {
    return this.#epochMillis + this.#nowMillis;
  }

  setBackBy(millis: number): void {
    this.#epochMillis -= millis;
  }

  get pendingTasks(): number {
    return this.#tasks.length;
  }

  after(millis: number, action: () => void): () => void {
    const task = { dueMillis: this.#nowMillis + millis, action };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((each) => each !== task);
    };
  }

  /** Moves on, running what falls due on the way in its order. */
  advance(millis: number): void {
    const end = this.#nowMillis + millis;
    for (;;) {
      const [next] = this.#tasks.filter((task) => task.dueMillis <= end).toSorted((a, b) => a.dueMillis - b.dueMillis);
      if (next === undefined) {
        break;
      }
      this.#tasks = this.#tasks.filter((each) => each !== next);
      this.#nowMillis = next.dueMillis;
      next.action();
    }
    this.#nowMillis = end;
  }
}
