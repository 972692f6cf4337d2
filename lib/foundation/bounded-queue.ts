/**
 * First in, first out, up to a fixed number of items. Offering to a full queue changes nothing, so that what
 * waits longest is not what gets lost.
 */
export class BoundedQueue<Item> {
  readonly #items: Item[] = [];
  readonly #capacity: number;

  /** @param capacity how many items may wait; at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  /** Takes the item in and answers `true`, or answers `false` when the queue is full. */
  offer(item: Item): boolean {
    if (this.#items.length >= this.#capacity) return false;
    this.#items.push(item);
    return true;
  }

  /** Empties the queue and answers what was in it, oldest first. */
  drain(): Item[] {
    return this.#items.splice(0);
  }
}
