import { memoryOf } from './pace.js';

/** Datagrams that wait for their turn, first in, first out. */
export class PacedQueue {
  #items: Buffer[] = [];
  #next = 0;
  #bytes = 0;
  #taken = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  /** Bytes that a receiver's buffer would need for what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The one whose turn it is. */
  get first(): Buffer | undefined {
    return this.#items[this.#next];
  }

  /** How many have been taken out so far. */
  get taken(): number {
    return this.#taken;
  }

  put(datagram: Buffer): void {
    this.#items.push(datagram);
    this.#bytes += memoryOf(datagram.length);
  }

  /** Takes the first out. */
  shift(): void {
    const { first } = this;
    if (first === undefined) return;
    this.#bytes -= memoryOf(first.length);
    this.#items[this.#next] = NOTHING;
    this.#next += 1;
    this.#taken += 1;
    // Moving what is left costs its length: once for as many as have been taken.
    if (this.#next * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
  }

  clear(): void {
    this.#taken += this.size;
    this.#items = [];
    this.#next = 0;
    this.#bytes = 0;
  }
}

const NOTHING = Buffer.alloc(0);
