/**
 * A first-in, first-out queue that never holds more than its capacity: the oldest item makes room for the newest,
 * and the loss is counted.
 */
export class BoundedQueue<Item> {
  readonly capacity: number;
  readonly #slots: (Item | undefined)[];
  #first = 0;
  #size = 0;
  #dropped = 0;

  /** @param capacity items, a whole number of at least 1 */
  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new RangeError(`A queue holds at least one item: capacity was ${capacity}.`);
    }
    this.capacity = capacity;
    this.#slots = Array.from({ length: capacity });
  }

  /** Items waiting. */
  get size(): number {
    return this.#size;
  }

  /** Items that had to make room, since the beginning. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds an item at the end; answers the oldest one when that had to go, otherwise undefined. */
  put(item: Item): Item | undefined {
    const lost = this.#size === this.capacity ? this.take() : undefined;
    if (lost !== undefined) {
      this.#dropped += 1;
    }
    this.#slots[(this.#first + this.#size) % this.capacity] = item;
    this.#size += 1;
    return lost;
  }

  /** Removes and answers the oldest item; undefined when there is none. */
  take(): Item | undefined {
    if (this.#size === 0) {
      return undefined;
    }
    const item = this.#slots[this.#first];
    this.#slots[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.capacity;
    this.#size -= 1;
    return item;
  }
}
