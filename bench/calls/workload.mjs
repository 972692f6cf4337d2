// One request: a root around ten nested asynchronous method calls (1 → 3 → 6, each awaits once), each with one annotation and
// one metadata object. `record` says how a call is recorded; plain calls have none.

/** The ten calls, each through `around(name, index, body)`. */
export function makeRequest(around) {
  const leaf = (index) => around('leaf', index, () => Promise.resolve());
  const middle = (index) =>
    around('middle', index, async () => {
      await Promise.resolve();
      await leaf(index);
      await leaf(index + 1);
    });
  return (index) =>
    around('top', index, async () => {
      await Promise.resolve();
      for (let call = 0; call < 3; call += 1) await middle(index + call);
    });
}

/** The same as methods of a class, for decorators. */
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

/** What each call puts into its metadata. */
export const detail = (index) => ({ index, kind: 'bench', tags: ['a', 'b'] });
