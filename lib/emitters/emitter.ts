/**
 * Port: carries finished documents away. `emit` never throws and never waits; what it cannot carry it counts. After `close`,
 * which may be called more than once, it takes nothing any more.
 */
export interface Emitter {
  /** @param document one segment document, or independent subsegment, as JSON text */
  emit(document: string): void;
  /** Resolves when everything emitted so far has left or was given up. Never rejects. */
  flush(): Promise<void>;
  /** Flushes, then gives back every timer and socket. Never rejects. */
  close(): Promise<void>;
}
