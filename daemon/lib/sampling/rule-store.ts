import { initialDefault, type RuleRecord } from './rule.js';

/**
 * Where rules are kept: a port. Its records always hold one `Default` and no name twice.
 *
 * `refresh` answers the records when they are others than this store has last answered, otherwise undefined. `change`
 * hands the newest records to `edit` and keeps what it answers; where `edit` throws, nothing has changed. Both throw a
 * StateError where the kept rules cannot be read or written, and then nothing has changed either; `refresh` throws once
 * for each reason. `refresh` answers at once; `change` may wait for a second, and nobody else waits for it.
 */
export interface RuleStore {
  refresh(): readonly RuleRecord[] | undefined;
  change(edit: (records: readonly RuleRecord[]) => readonly RuleRecord[]): Promise<readonly RuleRecord[]>;
}

/** Keeps rules as long as the process runs. */
export class MemoryRuleStore implements RuleStore {
  #records: readonly RuleRecord[] = [initialDefault];
  #isNew = true;

  refresh(): readonly RuleRecord[] | undefined {
    const records = this.#isNew ? this.#records : undefined;
    this.#isNew = false;
    return records;
  }

  async change(edit: (records: readonly RuleRecord[]) => readonly RuleRecord[]): Promise<readonly RuleRecord[]> {
    this.#records = edit(this.#records);
    this.#isNew = false;
    return this.#records;
  }
}
