import { clearTimeout, setTimeout } from '../foundation/timers.js';

/** Port: runs a task later. What waits keeps no process alive. */
export interface Timers {
  /** Answers how to cancel it, which is of no effect once it has run. */
  schedule(task: () => void, millis: number): () => void;
}

/** Timers of Node's, which go on while a spec holds the clock. */
export const SYSTEM_TIMERS: Timers = {
  schedule: (task, millis) => {
    const timer = setTimeout(task, millis);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A task that is done again and again, never twice at a time. It says each time after how many milliseconds it wants to be done next. */
export class Poller {
  readonly #task: () => Promise<number>;
  readonly #timers: Timers;
  #cancel: (() => void) | undefined;
  #isRunning = false;
  #isAskedAgain = false;
  #isClosed = false;

  /** @param parts.task never rejects */
  constructor(parts: { readonly task: () => Promise<number>; readonly timers: Timers }) {
    this.#task = parts.task;
    this.#timers = parts.timers;
  }

  /** Whether it waits or runs. */
  get isStarted(): boolean {
    return this.#cancel !== undefined || this.#isRunning;
  }

  /** Does it after so many milliseconds, whenever it was to be done; where it is under way, once more right after that. */
  runAfter(millis: number): void {
    if (this.#isClosed) return;
    if (this.#isRunning) {
      this.#isAskedAgain = true;
      return;
    }
    this.#cancel?.();
    this.#cancel = this.#timers.schedule(() => void this.#run(), millis);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const millis = await this.#task();
    this.#isRunning = false;
    const next = this.#isAskedAgain ? 0 : millis;
    this.#isAskedAgain = false;
    this.runAfter(next);
  }

  /** Does nothing any more, when what is under way has ended. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }
}
