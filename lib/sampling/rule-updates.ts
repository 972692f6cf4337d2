import type { Clock } from '../foundation/clock.js';
import { Episode, type Diagnostics } from '../foundation/diagnostics.js';
import { printThrown, StateError } from '../foundation/errors.js';
import type { CentralRules } from './central-rules.js';
import type { SamplingService } from './daemon-client.js';
import { CallFailure } from './json-exchange.js';
import { Poller, type Timers } from './poller.js';
import { latest, type RuleStatistics, type TargetsAnswer } from './service-messages.js';

// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html: rules every 5 minutes, statistics every 10 seconds.
const RULES_EVERY_MILLIS = 300_000;
const RULES_JITTER_MILLIS = 5000;
const TARGETS_EVERY_MILLIS = 10_000;
const TARGETS_JITTER_MILLIS = 100;
/** Of one call, by the API's model. */
const STATISTICS_PER_CALL = 25;
const RETRY_MILLIS = 10_000;
/** Nobody listens, which costs nobody anything, or there are no rules yet: both may change soon. */
const SOON_RETRY_MILLIS = 60_000;
/** The status of a call that brought what cannot be right, with all that came with it. */
const BAD_REQUEST = 400;
/** The status of an answer without rules. */
const OK = 200;
/** What answers and is no sampling service, does not allow it, or has no rules, is seldom asked where nobody waits for it. */
const NO_SERVICE = [OK, 403, 404, 405];

type Call = 'rules' | 'targets';

/**
 * Keeps the rules up to date and reports what they decided, from `start` to `close`. One call is under way at a time. What could not be
 * reported is held by the rules, and reported the next time.
 */
export class RuleUpdates {
  readonly #rules: CentralRules;
  readonly #service: SamplingService;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #diagnostics: Diagnostics;
  readonly #isExplicit: boolean;
  readonly #episode: Episode;
  readonly #pollers: Readonly<Record<Call, Poller>>;
  /** Calls that have failed in a row. */
  readonly #failures: Record<Call, number> = { rules: 0, targets: 0 };
  #underWay: Promise<unknown> = Promise.resolve();
  /** The latest change that the rules at hand are known to have: a time of the service's clock, compared with others of that alone. */
  #known = Number.NEGATIVE_INFINITY;
  /** The latest change that the service has spoken of. */
  #announced = Number.NEGATIVE_INFINITY;
  /** The service refuses the statistics of a rule: there may be no such rule any more. */
  #hasRefusals = false;
  #isAskedAgain = false;
  #isClosed = false;

  /**
   * @param parts.isExplicit the user has asked for central rules, and so wants to know that there are none; else this is said at the
   *   level `debug`
   */
  constructor(parts: {
    readonly rules: CentralRules;
    readonly service: SamplingService;
    readonly clock: Clock;
    readonly timers: Timers;
    readonly random: () => number;
    readonly diagnostics: Diagnostics;
    readonly isExplicit: boolean;
  }) {
    this.#rules = parts.rules;
    this.#service = parts.service;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#diagnostics = parts.diagnostics;
    this.#isExplicit = parts.isExplicit;
    const level = parts.isExplicit ? 'warn' : 'debug';
    this.#episode = new Episode(parts.diagnostics, {
      begins: level,
      ends: level,
      tellEnd: (failed) => `${failed} call(s) for sampling failed meanwhile; their statistics are kept.`,
    });
    const { timers } = parts;
    this.#pollers = {
      rules: new Poller({ timers, task: () => this.#poll('rules', () => this.#fetchRules()) }),
      targets: new Poller({ timers, task: () => this.#poll('targets', () => this.#report()) }),
    };
  }

  /** Asks for the rules in the event loop's next turn, never at once: whoever starts it is about to decide. */
  start(): void {
    this.#pollers.rules.runAfter(0);
  }

  /** Whether it is of no use to ask again: that was done, or is done anyway since the last attempt failed. */
  get isAsking(): boolean {
    return this.#isAskedAgain || this.#failures.rules > 0 || this.#isClosed;
  }

  /** Asks for the rules in the event loop's next turn: the clock says that they are too old, though no attempt to get others has failed. */
  askAgain(): void {
    this.#isAskedAgain = true;
    this.#pollers.rules.runAfter(0);
  }

  close(): void {
    if (!this.#isClosed) {
      const { requests, traces } = this.#rules.unreported;
      if (requests > 0) this.#diagnostics.count('sampling statistics not reported', requests);
      if (traces > 0) this.#diagnostics.count('boost statistics not reported', traces);
    }
    this.#isClosed = true;
    this.#pollers.rules.close();
    this.#pollers.targets.close();
    this.#service.close();
  }

  /** @returns after how many milliseconds to call again */
  #poll(call: Call, run: () => Promise<number>): Promise<number> {
    const answer = this.#underWay.then(async () => {
      if (this.#isClosed) return RULES_EVERY_MILLIS;
      try {
        const millis = await run();
        this.#succeed(call);
        return millis;
      } catch (thrown) {
        return this.#fail(call, thrown);
      }
    });
    this.#underWay = answer;
    return answer;
  }

  async #fetchRules(): Promise<number> {
    const askedAt = this.#clock.now();
    const announced = this.#announced;
    this.#hasRefusals = false;
    const { definitions, skipped, modifiedAt } = await this.#service.rules().finally(() => {
      this.#isAskedAgain = false;
    });
    // The rules that were there at the close are those that were not reported of.
    if (this.#isClosed) return RULES_EVERY_MILLIS;
    const { requests, traces } = this.#rules.take(definitions, askedAt);
    if (requests > 0) this.#diagnostics.count('sampling statistics of deleted rules', requests);
    if (traces > 0) this.#diagnostics.count('boost statistics of deleted rules', traces);
    for (const { name, why } of skipped) {
      const error = new StateError(
        'SAMPLING_UNREADABLE',
        `The sampling rule "${name.slice(0, 64)}" is skipped: ${why}.`,
      );
      this.#diagnostics.report(error, `rule ${name}`);
    }
    this.#known = latest([this.#known, announced, modifiedAt]) as number;
    if (!this.#pollers.targets.isStarted) this.#pollers.targets.runAfter(this.#untilReport());
    if (definitions.length === 0) throw withoutRules(skipped.length);
    return RULES_EVERY_MILLIS + this.#random() * RULES_JITTER_MILLIS;
  }

  async #report(): Promise<number> {
    const due = this.#rules.due(this.#clock.elapsed());
    for (let from = 0; from < due.length; from += STATISTICS_PER_CALL) {
      // What fails ends the row: the rest is held as well.
      // oxlint-disable-next-line no-await-in-loop
      await this.#reportOf(due.slice(from, from + STATISTICS_PER_CALL));
    }
    // Not where they cannot be had: they are asked for again anyway, ever more seldom.
    const isOutdated = this.#hasRefusals || this.#announced > this.#known;
    if (isOutdated && this.#failures.rules === 0) this.#pollers.rules.runAfter(0);
    return this.#untilReport();
  }

  /** In one call, or in as many as it takes to tell the statistics for which it is refused from the others. */
  async #reportOf(statistics: readonly RuleStatistics[]): Promise<void> {
    const elapsed = this.#clock.elapsed();
    let answer: TargetsAnswer;
    try {
      answer = await this.#service.targets(statistics, this.#clock.now());
    } catch (thrown) {
      if (!(thrown instanceof CallFailure && thrown.status === BAD_REQUEST)) throw thrown;
      const half = Math.ceil(statistics.length / 2);
      if (half === statistics.length) {
        this.#setAside(statistics[0] as RuleStatistics, thrown);
        return;
      }
      await this.#reportOf(statistics.slice(0, half));
      await this.#reportOf(statistics.slice(half));
      return;
    }
    if (this.#rules.settle(statistics, answer, elapsed)) this.#hasRefusals = true;
    this.#announced = latest([this.#announced, answer.modifiedAt]) as number;
  }

  #setAside(statistics: RuleStatistics, { code, message }: CallFailure): void {
    if (this.#rules.setAside(statistics, this.#clock.elapsed())) this.#hasRefusals = true;
    const what = `The statistics of the sampling rule "${statistics.name}" are refused, and held: ${message}`;
    this.#diagnostics.report(new StateError(code, what), `statistics of rule ${statistics.name}`);
  }

  #untilReport(): number {
    const interval = Math.min(this.#rules.shortestIntervalMillis ?? TARGETS_EVERY_MILLIS, TARGETS_EVERY_MILLIS);
    return interval + this.#random() * TARGETS_JITTER_MILLIS;
  }

  #succeed(call: Call): void {
    const hadFailed = this.#failures[call] > 0;
    this.#failures[call] = 0;
    const other = call === 'rules' ? 'targets' : 'rules';
    if (this.#failures[other] === 0) this.#episode.succeed();
    // The daemon is back: the other one need not wait for its next attempt.
    else if (hadFailed) this.#pollers[other].runAfter(0);
  }

  #fail(call: Call, thrown: unknown): number {
    // What close has aborted has not failed.
    if (this.#isClosed) return RULES_EVERY_MILLIS;
    const failure =
      thrown instanceof CallFailure
        ? thrown
        : new CallFailure('SAMPLING_UNREADABLE', `An answer for sampling could not be used: ${printThrown(thrown)}.`);
    this.#failures[call] += 1;
    const instead = this.#rules.isEmpty ? 'Local rules decide' : 'The rules at hand are followed for an hour';
    this.#episode.fail(failure.code, () => new StateError(failure.code, `${failure.message} ${instead}.`));
    if (!this.#isExplicit && NO_SERVICE.includes(failure.status ?? 0))
      return RULES_EVERY_MILLIS + this.#random() * RULES_JITTER_MILLIS;
    const mayBeSoon = failure.code === 'SAMPLING_UNREACHABLE' || failure.status === OK;
    const longest = mayBeSoon ? SOON_RETRY_MILLIS : RULES_EVERY_MILLIS;
    const millis = Math.min(RETRY_MILLIS * 2 ** (this.#failures[call] - 1), longest);
    // Clients that lost the daemon together do not come back together.
    return millis * (1 - this.#random() / 2);
  }
}

function withoutRules(skipped: number): CallFailure {
  const none = 'The daemon serves no sampling rules';
  if (skipped === 0) return new CallFailure('SAMPLING_REFUSED', `${none}.`, { status: OK });
  const message = `${none} that can be followed: ${skipped} are skipped.`;
  return new CallFailure('SAMPLING_UNREADABLE', message, { status: OK });
}
