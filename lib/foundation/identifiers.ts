import { builtIn } from './built-in.js';

/** Port: random ids, lower-case hex. Implementations never repeat themselves within a process and never throw. */
export interface Identifiers {
  /** 16 hex digits: a segment, a subsegment or an exception. */
  entity(): string;
  /** 24 hex digits: the random part of a trace id. */
  trace(): string;
}

const POOL_BYTES = 4096;

/** Ids from the system's cryptographic generator, drawn from a pool: one system call serves hundreds of ids. */
export class RandomIdentifiers implements Identifiers {
  #pool: Buffer | undefined;
  #digits = '';
  #next = 0;

  entity(): string {
    return this.#take(16);
  }

  trace(): string {
    return this.#take(24);
  }

  #take(digits: number): string {
    if (this.#next + digits > this.#digits.length) {
      this.#pool ??= Buffer.allocUnsafe(POOL_BYTES);
      this.#digits = builtIn('node:crypto').randomFillSync(this.#pool).toString('hex');
      this.#next = 0;
    }
    const from = this.#next;
    this.#next = from + digits;
    return this.#digits.slice(from, this.#next);
  }
}
