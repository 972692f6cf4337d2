import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { AssembledTrace } from '../assembly/assembled-trace.js';
import { BoundedQueue } from '../foundation/bounded-queue.js';

/** What a {@link TraceWriter} needs. */
export interface TraceWriterOptions {
  readonly stream: Writable;
  /** The text of a trace, ending with a newline. */
  readonly render: (trace: AssembledTrace) => string;
  /** Traces that may wait for a slow reader. */
  readonly capacity: number;
}

/**
 * Writes traces to a stream no faster than its reader reads. Traces wait unrendered in a queue of fixed size; when it
 * is full the oldest is lost, and counted.
 */
export class TraceWriter {
  readonly #options: TraceWriterOptions;
  readonly #waiting: BoundedQueue<AssembledTrace>;
  #isBlocked = false;

  constructor(options: TraceWriterOptions) {
    this.#options = options;
    this.#waiting = new BoundedQueue(options.capacity);
    options.stream.on('drain', () => {
      this.#isBlocked = false;
      this.#writeWaiting();
    });
  }

  /** Traces lost because the reader was too slow. */
  get dropped(): number {
    return this.#waiting.dropped;
  }

  /** Writes a trace, now or when the reader is ready. */
  write(trace: AssembledTrace): void {
    this.#waiting.put(trace);
    this.#writeWaiting();
  }

  /** Resolves when everything was written, or when the stream has been closed. */
  async flush(): Promise<void> {
    const { stream } = this.#options;
    while (this.#isBlocked && !stream.destroyed) {
      await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
    }
  }

  #writeWaiting(): void {
    const { stream, render } = this.#options;
    while (!this.#isBlocked && !stream.destroyed) {
      const trace = this.#waiting.take();
      if (trace === undefined) {
        return;
      }
      this.#isBlocked = !stream.write(render(trace));
    }
  }
}
