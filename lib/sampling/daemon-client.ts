import { CallFailure, JsonExchange } from './json-exchange.js';
import type { Timers } from './poller.js';
import {
  latest,
  readRulesPage,
  readTargets,
  writeReport,
  writeRulesRequest,
  type RulesPage,
  type RuleStatistics,
  type TargetsAnswer,
} from './service-messages.js';

/** Pages of one answer: an account has some tens of rules, on one page so far. */
const PAGES = 100;

/** Of one account, which has 25 by default: what says more is broken, and to look for them would cost each trace milliseconds. */
const RULES = 1000;

/** All rules of an account. */
export type FetchedRules = Omit<RulesPage, 'nextToken'>;

/** Port: what keeps the rules, tells them and takes statistics. What fails rejects with a {@link CallFailure}. */
export interface SamplingService {
  rules(): Promise<FetchedRules>;
  /** @param statistics of at most 25 rules, sent in one call */
  targets(statistics: readonly RuleStatistics[], now: number): Promise<TargetsAnswer>;
  /** Aborts what is under way. Idempotent. */
  close(): void;
}

/** X-Ray, behind the daemon that signs what it passes on; or a daemon that keeps rules itself. */
export class DaemonClient implements SamplingService {
  readonly #exchange: JsonExchange;
  readonly #source: { readonly clientId: string; readonly service: string };

  constructor(parts: {
    readonly daemon: { readonly host: string; readonly port: number };
    readonly clientId: string;
    readonly service: string;
    readonly timers: Timers;
  }) {
    this.#exchange = new JsonExchange({ ...parts.daemon, timers: parts.timers });
    this.#source = { clientId: parts.clientId, service: parts.service };
  }

  async rules(): Promise<FetchedRules> {
    const pages: RulesPage[] = [];
    let count = 0;
    for (let token: string | undefined; pages.length < PAGES; token = pages.at(-1)?.nextToken) {
      // One after the other: each says how to ask for the next.
      // oxlint-disable-next-line no-await-in-loop
      const page = readRulesPage(await this.#exchange.post('/GetSamplingRules', writeRulesRequest(token)));
      if (page === undefined)
        throw new CallFailure('SAMPLING_UNREADABLE', 'The answer to GetSamplingRules has no rules.');
      pages.push(page);
      count += page.definitions.length + page.skipped.length;
      if (count > RULES)
        throw new CallFailure('SAMPLING_UNREADABLE', `The answer to GetSamplingRules has more than ${RULES} rules.`);
      if (page.nextToken === undefined) return together(pages);
    }
    throw new CallFailure('SAMPLING_UNREADABLE', `The answer to GetSamplingRules has more than ${PAGES} pages.`);
  }

  async targets(statistics: readonly RuleStatistics[], now: number): Promise<TargetsAnswer> {
    const answer = await this.#exchange.post('/SamplingTargets', writeReport(statistics, { ...this.#source, now }));
    const targets = readTargets(answer);
    if (targets === undefined)
      throw new CallFailure('SAMPLING_UNREADABLE', 'The answer to GetSamplingTargets has no targets.');
    return targets;
  }

  close(): void {
    this.#exchange.close();
  }
}

function together(pages: readonly RulesPage[]): FetchedRules {
  return {
    definitions: pages.flatMap(({ definitions }) => definitions),
    skipped: pages.flatMap(({ skipped }) => skipped),
    modifiedAt: latest(pages.map(({ modifiedAt }) => modifiedAt)),
  };
}
