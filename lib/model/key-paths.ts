/** Levels that a path may name. */
export const PATH_LEVELS = 30;

/** How far a walk has come on each path: one bit for each position. */
export type PathState = readonly number[];

/**
 * Paths into nested values, such as `order.customer.ssn`: `*` stands for one level, `**` for any number of them, none included.
 * Items of a list are levels too, named by their index. A walk steps from key to key and asks whether a path ends there; each step
 * costs the same, however deep it is.
 */
export class KeyPaths {
  readonly #paths: readonly (readonly string[])[];

  constructor(paths: readonly string[]) {
    this.#paths = paths.map((path) => path.split('.'));
  }

  /** Where a walk begins, before its first key. */
  get start(): PathState {
    return this.#paths.map((levels) => skipAny(levels, 1));
  }

  /** Where the walk is after `key`. */
  step(state: PathState, key: string): PathState {
    return this.#paths.map((levels, index) => {
      const before = state[index] ?? 0;
      let after = 0;
      if (before === 0) return 0;
      for (let position = 0; position < levels.length; position += 1) {
        if ((before & (1 << position)) === 0) continue;
        const level = levels[position];
        if (level === '**') after |= 1 << position;
        else if (level === '*' || level === key) after |= 1 << (position + 1);
      }
      return skipAny(levels, after);
    });
  }

  /** Whether a path ends where the walk is. */
  endsAt(state: PathState): boolean {
    return this.#paths.some((levels, index) => ((state[index] ?? 0) & (1 << levels.length)) !== 0);
  }
}

/** From before a `**` a walk may go on behind it at once. */
function skipAny(levels: readonly string[], state: number): number {
  let reached = state;
  levels.forEach((level, position) => {
    if (level === '**' && (reached & (1 << position)) !== 0) reached |= 1 << (position + 1);
  });
  return reached;
}
