/** Why there is no body: it was larger than what is taken, or others took what there is for all. */
export type BodyRefusal = 'too-large' | 'no-room';

/**
 * Bytes that each body may take without asking: a report of 25 rules takes some 5 kB, and such requests have room
 * however many large bodies are on their way.
 */
const ownBytes = 16 * 1024;

/** What all bodies together may hold beyond {@link ownBytes} each. */
export class BodyAllowance {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Bytes that nobody holds. */
  get left(): number {
    return this.#left;
  }

  /** Takes as much, or nothing when there is less. */
  take(bytes: number): boolean {
    if (bytes > this.#left) {
      return false;
    }
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}

/**
 * A body while it arrives, in one buffer that doubles: it takes at most twice its bytes, however small the pieces in
 * which they come. Keeping the pieces would take 400 bytes for each, and a piece may hold a single byte.
 */
export class RequestBody {
  readonly #maxBytes: number;
  readonly #allowance: BodyAllowance;
  #buffer: Buffer | undefined = Buffer.alloc(0);
  #size = 0;
  #taken = 0;
  #refusal: BodyRefusal | undefined;

  constructor({ maxBytes, allowance }: { readonly maxBytes: number; readonly allowance: BodyAllowance }) {
    this.#maxBytes = maxBytes;
    this.#allowance = allowance;
  }

  /** Bytes that have arrived, kept or not. */
  get size(): number {
    return this.#size;
  }

  /** What has arrived, good until {@link release}; a word when it could not be kept. */
  get content(): Uint8Array | BodyRefusal {
    return this.#refusal ?? this.#buffer?.subarray(0, this.#size) ?? 'no-room';
  }

  add(piece: Uint8Array): void {
    const start = this.#size;
    this.#size += piece.length;
    const buffer = this.#refusal === undefined ? this.#bufferFor(start) : undefined;
    buffer?.set(piece, start);
  }

  /** Forgets what was kept. Idempotent. */
  release(): void {
    this.#buffer = undefined;
    this.#allowance.giveBack(this.#taken);
    this.#taken = 0;
  }

  #bufferFor(kept: number): Buffer | undefined {
    const before = this.#buffer;
    if (before === undefined || this.#size <= before.length) {
      return before;
    }
    const capacity = Math.min(this.#maxBytes, Math.max(this.#size, 2 * before.length, 1024));
    const wanted = Math.max(0, capacity - ownBytes) - this.#taken;
    if (this.#size > this.#maxBytes || !this.#allowance.take(Math.max(0, wanted))) {
      this.#refusal = this.#size > this.#maxBytes ? 'too-large' : 'no-room';
      this.release();
      return undefined;
    }
    this.#taken += Math.max(0, wanted);
    this.#buffer = Buffer.alloc(capacity);
    this.#buffer.set(before.subarray(0, kept));
    return this.#buffer;
  }
}
