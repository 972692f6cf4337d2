import type { Clock } from '../foundation/clock.js';
import { RequestError, StateError } from '../foundation/errors.js';
import {
  defaultRuleName,
  inOrder,
  maxCustomRules,
  type RuleChange,
  type RuleRecord,
  type SamplingRule,
} from './rule.js';
import type { RuleStore } from './rule-store.js';

/**
 * The rules in force, as they are kept by a store that others may change too. A change that cannot be kept is not
 * made; while the kept rules cannot be read, those that were read last stay in force.
 */
export class RuleSet {
  readonly #clock: Clock;
  readonly #store: RuleStore;
  readonly #onNews: () => void;
  readonly #onTrouble: (message: string | undefined) => void;
  #isTroubled = false;
  #records: ReadonlyMap<string, RuleRecord> = new Map();
  #modifiedAtSeconds = 0;
  #changes = 0;
  #stateErrors = 0;

  /**
   * @param options.onNews called when the rules have changed, whoever has changed them
   * @param options.onTrouble called with the reason when the kept rules cannot be read any more, once for each, and
   *   with undefined when they can again
   * @throws StateError when the kept rules cannot be read
   */
  constructor({
    clock,
    store,
    onNews = () => undefined,
    onTrouble = () => undefined,
  }: {
    readonly clock: Clock;
    readonly store: RuleStore;
    readonly onNews?: () => void;
    readonly onTrouble?: (message: string | undefined) => void;
  }) {
    this.#clock = clock;
    this.#store = store;
    this.#onNews = onNews;
    this.#onTrouble = onTrouble;
    this.#take(store.refresh() ?? []);
  }

  /**
   * When a rule was last changed, created or deleted, in seconds since 1970, rounded up: SDKs remember the whole second
   * in which they fetched the rules and fetch again when this is later, so that a change within that second would
   * reach them no sooner than with the next fetch, five minutes on. It is never before this set was made: clients may
   * hold the rules of a daemon that was here before.
   */
  get modifiedAtSeconds(): number {
    this.#look();
    return this.#modifiedAtSeconds;
  }

  /** Rules as they were read last. */
  get size(): number {
    return this.#records.size;
  }

  /** Changes made through this set. */
  get changes(): number {
    return this.#changes;
  }

  /** Times the kept rules could not be read or written. */
  get stateErrors(): number {
    return this.#stateErrors;
  }

  /** All rules, in the order in which they are asked. */
  list(): RuleRecord[] {
    this.#look();
    return inOrder(this.#records.values());
  }

  find(name: string): RuleRecord | undefined {
    this.#look();
    return this.#records.get(name);
  }

  /** @throws RequestError `INVALID_REQUEST` for a name that is taken, `RULE_LIMIT_EXCEEDED`; StateError */
  async create(rule: SamplingRule): Promise<RuleRecord> {
    const now = this.#clock.epochMillis();
    const record = { rule, createdAtMillis: now, modifiedAtMillis: now };
    await this.#change((records) => {
      if (records.some((each) => each.rule.name === rule.name)) {
        throw invalid(`There is a rule "${rule.name}" already. Update it, or give another RuleName.`);
      }
      if (records.length > maxCustomRules) {
        throw new RequestError(
          'RULE_LIMIT_EXCEEDED',
          `There are ${maxCustomRules} rules besides ${defaultRuleName}, which is as many as there may be. Delete one first.`,
        );
      }
      return [...records, record];
    });
    return record;
  }

  /** @throws RequestError `INVALID_REQUEST` for a rule that is unknown or may not be changed so; StateError */
  async update(name: string, change: RuleChange): Promise<RuleRecord> {
    const modifiedAtMillis = this.#clock.epochMillis();
    await this.#change((records) => {
      const record = recordOf(records, name);
      if (name === defaultRuleName) {
        refuseAllButAmounts(record.rule, change);
      }
      const changed = { ...record, rule: { ...record.rule, ...change }, modifiedAtMillis };
      return records.map((each) => (each === record ? changed : each));
    });
    return recordOf(this.#records.values(), name);
  }

  /**
   * Answers the deleted rule.
   *
   * @throws RequestError `INVALID_REQUEST` for a rule that is unknown, and for `Default`; StateError
   */
  async delete(name: string): Promise<RuleRecord> {
    let deleted: RuleRecord | undefined;
    await this.#change((records) => {
      if (name === defaultRuleName) {
        throw invalid(`${defaultRuleName} cannot be deleted. Update its FixedRate and ReservoirSize instead.`);
      }
      deleted = recordOf(records, name);
      return records.filter((each) => each !== deleted);
    });
    return recordOf(deleted === undefined ? [] : [deleted], name);
  }

  async #change(edit: (records: readonly RuleRecord[]) => readonly RuleRecord[]): Promise<void> {
    try {
      this.#take(await this.#store.change(edit));
      this.#changes += 1;
    } catch (error) {
      this.#stateErrors += error instanceof StateError ? 1 : 0;
      throw error;
    }
  }

  #look(): void {
    try {
      const records = this.#store.refresh();
      if (records !== undefined) {
        this.#take(records);
      }
    } catch (error) {
      if (!(error instanceof StateError)) {
        throw error;
      }
      this.#stateErrors += 1;
      this.#isTroubled = true;
      this.#onTrouble(error.message);
    }
  }

  #take(records: readonly RuleRecord[]): void {
    this.#records = new Map(records.map((record) => [record.rule.name, record]));
    this.#modifiedAtSeconds = Math.floor(this.#clock.epochMillis() / 1000) + 1;
    if (this.#isTroubled) {
      this.#isTroubled = false;
      this.#onTrouble(undefined);
    }
    this.#onNews();
  }
}

function recordOf(records: Iterable<RuleRecord>, name: string): RuleRecord {
  for (const record of records) {
    if (record.rule.name === name) {
      return record;
    }
  }
  throw invalid(`There is no rule "${name}". GetSamplingRules lists them; names differ by case.`);
}

function refuseAllButAmounts(rule: SamplingRule, change: RuleChange): void {
  const { fixedRate: _rate, reservoirSize: _size, ...rest } = change;
  const before: Readonly<Record<string, unknown>> = { ...rule };
  // A rule that is sent back as it was read changes nothing else.
  const other = Object.entries(rest).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value));
  if (other.length > 0) {
    throw invalid(
      `Of ${defaultRuleName} only FixedRate and ReservoirSize can be changed. Leave the other members out.`,
    );
  }
}

function invalid(message: string): RequestError {
  return new RequestError('INVALID_REQUEST', message);
}
