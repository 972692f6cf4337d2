import type { SegmentDocument } from '../model/document.js';
import type { Emitter } from './emitter.js';

/** Keeps the documents in memory, for specs. */
export class MemoryEmitter implements Emitter {
  readonly #texts: string[] = [];

  /** The documents so far, in the order in which they were emitted; parsed anew at each call. */
  get documents(): SegmentDocument[] {
    return this.#texts.map((text) => JSON.parse(text) as SegmentDocument);
  }

  emit(document: string): void {
    this.#texts.push(document);
  }

  /** Forgets the documents so far. */
  clear(): void {
    this.#texts.length = 0;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
