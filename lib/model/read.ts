/** The member of anything at all; `undefined` where it cannot have one, has none, or throws when it is read. */
export function readMember(holder: unknown, member: string): unknown {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined;
  try {
    return (holder as Record<string, unknown>)[member];
  } catch {
    return undefined;
  }
}

const THREW = Symbol('threw');

/** The members of one value, each read once: a getter of the user's runs no second time for a second reader. */
export class Members {
  readonly holder: unknown;
  /** What was found to be its HTTP status, 0 where it has none; `undefined` while nobody has looked. */
  status: number | undefined = undefined;
  // Two lists and no map: there are a dozen at most, and each traced throw has them.
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];

  constructor(holder: unknown) {
    this.holder = holder;
  }

  /** `undefined` where the value has no such member, or it throws when it is read. */
  read(member: string): unknown {
    const value = this.#readOnce(member);
    return value === THREW ? undefined : value;
  }

  /** What was read before, or is read now, and what stands for it where that throws. */
  readOrSay(member: string): unknown {
    const value = this.#readOnce(member);
    return value === THREW ? '[threw when read]' : value;
  }

  #readOnce(member: string): unknown {
    const { holder } = this;
    if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined;
    const names = this.#names;
    for (let index = 0; index < names.length; index += 1) if (names[index] === member) return this.#values[index];
    let value: unknown = THREW;
    try {
      value = (holder as Record<string, unknown>)[member];
    } catch {
      // Said by the symbol.
    }
    // What has many members is read in one go, each of them once.
    if (names.length < MEMBERS_KEPT) {
      names.push(member);
      this.#values.push(value);
    }
    return value;
  }
}

const MEMBERS_KEPT = 32;
