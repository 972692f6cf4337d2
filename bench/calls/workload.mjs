// One request: a root around ten nested method calls (1 → 3 → 6), each with one annotation and one metadata object. A variant
// puts its wrapper around the three methods, as a decorator does; plain calls have none.

/** Each call awaits once. */
export class Workload {
  async leaf(_index) {
    await Promise.resolve();
  }

  async middle(index) {
    await Promise.resolve();
    await this.leaf(index);
    await this.leaf(index + 1);
  }

  async top(index) {
    await Promise.resolve();
    for (let call = 0; call < 3; call += 1) await this.middle(index + call);
  }
}

/** Nothing is awaited. */
export class SyncWorkload {
  leaf(_index) {}

  middle(index) {
    this.leaf(index);
    this.leaf(index + 1);
  }

  top(index) {
    for (let call = 0; call < 3; call += 1) this.middle(index + call);
  }
}

/** Each of the six leaves throws, and who calls it catches that. */
export class ThrowingWorkload {
  async leaf(index) {
    await Promise.resolve();
    throw new RangeError(`no stock of ${index}`);
  }

  async middle(index) {
    await Promise.resolve();
    await this.leaf(index).catch(() => undefined);
    await this.leaf(index + 1).catch(() => undefined);
  }

  async top(index) {
    await Promise.resolve();
    for (let call = 0; call < 3; call += 1) await this.middle(index + call);
  }
}

export const METHODS = ['leaf', 'middle', 'top'];

/** What each call puts into its metadata. */
export const detail = (index) => ({ index, kind: 'bench', tags: ['a', 'b'] });

/** Puts what `wrap` makes of each method into its place. */
export function wrapMethods({ prototype }, wrap) {
  for (const name of METHODS) prototype[name] = wrap(name, prototype[name]);
}
