import type { Writable } from 'node:stream';

const TRACE_ID = /1-[0-9a-f]{8}-[0-9a-f]{24}/;

/** Passes on what the daemon prints, a trace at a time and never a part of one, and remembers which traces they were. */
export class ShownTraces {
  readonly #to: Writable;
  readonly #separator: string;
  readonly #ids = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #rest = '';

  /** @param separator what the daemon prints between two traces */
  constructor(to: Writable, separator: '\n' | '\n\n') {
    this.#to = to;
    this.#separator = separator;
  }

  /** Takes any piece of the output. */
  readonly take = (text: string): void => {
    const blocks = (this.#rest + text).split(this.#separator);
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      this.#to.write(block + this.#separator);
      const id = TRACE_ID.exec(block)?.[0] ?? '';
      this.#ids.add(id);
      this.#waiting.get(id)?.();
    }
  };

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Resolves when the trace has been shown, or to `false` when the time is over. */
  async wait(id: string, withinMillis: number): Promise<boolean> {
    if (this.has(id)) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMillis);
      this.#waiting.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return this.has(id);
  }
}
