import { expect } from 'chai';
import { Diagnostics } from '#lib/foundation/diagnostics.js';
import { CentralDecider } from '#lib/sampling/central-decider.js';
import type { FetchedRules, SamplingService } from '#lib/sampling/daemon-client.js';
import { FixedDecider } from '#lib/sampling/fixed-decider.js';
import type { RuleStatistics, TargetsAnswer } from '#lib/sampling/service-messages.js';
import { ManualTimers } from '../support/manual-timers.js';
import { FixedClock, RememberingLogger, seeded } from '../support/recording.js';

const CLIENTS = 10;
const SECONDS = 600;
const RESERVOIR = 30;
const QUOTA_LIFE_MILLIS = 60_000;
/** The first reports come after ten seconds and a little; until then everybody borrows. */
const START_SECONDS = 12;

/**
 * Divides a reservoir: one for each client, the rest by what they had to decide lately, and never more than is not given to others.
 */
class Divider {
  readonly acknowledged = { requests: 0, sampled: 0, borrowed: 0 };
  /** Seconds of the clock in which quotas were changed. */
  readonly changedIn = new Set<number>();
  readonly #rate: number;
  readonly #clock: FixedClock;
  readonly #quotas: number[] = Array.from({ length: CLIENTS }, () => 1);
  readonly #demands: number[] = Array.from({ length: CLIENTS }, () => 0);

  constructor(rate: number, clock: FixedClock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  serviceFor(client: number): SamplingService {
    return {
      rules: async () => this.#rules(),
      targets: async (statistics) => this.#targets(client, statistics),
      close: () => undefined,
    };
  }

  #rules(): FetchedRules {
    const rule = { name: 'Default', priority: Infinity, rate: this.#rate, reservoirSize: RESERVOIR };
    return { definitions: [{ ...rule, criteria: {}, hasBoost: false }], skipped: [], modifiedAt: 0 };
  }

  #targets(client: number, [statistics]: readonly RuleStatistics[]): TargetsAnswer {
    for (const key of ['requests', 'sampled', 'borrowed'] as const) this.acknowledged[key] += statistics![key];
    const sum = (list: number[]): number => list.reduce((total, one) => total + one, 0);
    this.#demands[client] = statistics!.requests;
    const share = Math.floor(((RESERVOIR - CLIENTS) * statistics!.requests) / sum(this.#demands));
    const free = RESERVOIR - (sum(this.#quotas) - this.#quotas[client]!);
    const quota = Math.min(1 + share, free);
    this.#quotas[client] = quota;
    this.changedIn.add(Math.floor(this.#clock.now() / 1000));
    const target = { name: 'Default', rate: this.#rate, quota, quotaUntil: this.#clock.now() + QUOTA_LIFE_MILLIS };
    const unsaid = { intervalSeconds: undefined, boostRate: undefined, boostUntil: undefined };
    return { targets: [{ ...target, ...unsaid }], modifiedAt: 0, unprocessed: [], unprocessedBoosts: [] };
  }
}

interface Run {
  readonly requests: number;
  /** By second, then by client. */
  readonly sampled: readonly (readonly number[])[];
  /** Those seconds in which no quota changed. */
  readonly steady: readonly (readonly number[])[];
  readonly acknowledged: Divider['acknowledged'];
}

/** Ten clients for ten minutes, each with waves of load of its own. The load is the same whatever the rate. */
async function simulate(rate: number): Promise<Run> {
  const clock = new FixedClock();
  const timers = new ManualTimers(clock);
  const divider = new Divider(rate, clock);
  const deciders = Array.from({ length: CLIENTS }, (_, client) => {
    return new CentralDecider({
      clock,
      daemon: { host: '127.0.0.1', port: 9 },
      fallback: new FixedDecider(false),
      diagnostics: new Diagnostics(new RememberingLogger(), 'debug'),
      service: 'shop',
      clientId: String(client).padStart(24, '0'),
      isExplicit: true,
      random: seeded(client + 1),
      timers,
      samplingService: divider.serviceFor(client),
    });
  });
  const request = { service: 'shop', operation: 'op' };
  for (const decider of deciders) decider.decide(request);
  await timers.advanceMillis(0);
  await timers.advanceSeconds(1);
  let requests = 0;
  const sampled: number[][] = [];
  const began = clock.now() / 1000;
  for (let second = 0; second < SECONDS; second += 1) {
    const inSecond = Array.from({ length: CLIENTS }, () => 0);
    for (let quarter = 0; quarter < 4; quarter += 1) {
      deciders.forEach((decider, client) => {
        const load = 3 + Math.round(6 * (1 + Math.sin((second + 37 * client) / (10 + 3 * client))));
        requests += load;
        for (let times = 0; times < load; times += 1) inSecond[client]! += Number(decider.decide(request).isSampled);
      });
      await timers.advanceMillis(250);
    }
    sampled.push(inSecond);
  }
  await timers.advanceSeconds(20);
  for (const decider of deciders) decider.close();
  const steady = sampled.filter((_, second) => second >= START_SECONDS && !divider.changedIn.has(began + second));
  return { requests, sampled, steady, acknowledged: divider.acknowledged };
}

describe('Ten clients of one rule', () => {
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
  let reservoirAlone: Run;
  let withRate: Run;
  const RATE = 0.1;

  before(async () => {
    reservoirAlone = await simulate(0);
    withRate = await simulate(RATE);
  });

  it('take no more together than the reservoir in any second, and nearly all of it', () => {
    const { sampled, steady } = reservoirAlone;

    expect(steady.length).to.be.above(0.8 * SECONDS);
    expect(Math.max(...steady.map(sum))).to.be.at.most(RESERVOIR);
    // Who has taken an old quota does not give it back when another client gets it within the same second.
    expect(Math.max(...sampled.map(sum))).to.be.at.most(1.5 * RESERVOIR);
    expect(sum(sampled.map(sum)) / SECONDS).to.be.above(0.8 * RESERVOIR);
  });

  it('take their share of what goes beyond it', () => {
    const taken = sum(reservoirAlone.sampled.map(sum));
    const beyond = withRate.requests - taken;
    const sampled = sum(withRate.sampled.map(sum));

    // Four standard deviations. What comes from the reservoir is the same in both runs.
    expect(sampled - taken).to.be.closeTo(RATE * beyond, 4 * Math.sqrt(beyond * RATE * (1 - RATE)));
  });

  it('each have something of the reservoir in every second', () => {
    for (const second of reservoirAlone.sampled) expect(Math.min(...second)).to.be.at.least(1);
  });

  it('have reported every decision in the end, and have borrowed at the start alone', () => {
    const { requests, acknowledged, sampled } = reservoirAlone;

    expect(acknowledged).to.deep.include({ requests, sampled: sum(sampled.map(sum)) });
    expect(acknowledged.borrowed).to.be.within(CLIENTS, CLIENTS * START_SECONDS);
  });
});
