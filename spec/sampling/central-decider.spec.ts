import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { Diagnostics } from '#lib/foundation/diagnostics.js';
import { CentralDecider } from '#lib/sampling/central-decider.js';
import type { FetchedRules, SamplingService } from '#lib/sampling/daemon-client.js';
import type { Decider, TraceTally } from '#lib/sampling/decider.js';
import { FixedDecider } from '#lib/sampling/fixed-decider.js';
import { CallFailure } from '#lib/sampling/json-exchange.js';
import type { RuleStatistics, TargetsAnswer } from '#lib/sampling/service-messages.js';
import { ManualTimers } from '../support/manual-timers.js';
import { FixedClock, RememberingLogger } from '../support/recording.js';
import { json, SamplingServer } from '../support/sampling-server.js';
import { definition, targetOf } from '../support/sampling-rules.js';

const REQUEST = { service: 'shop', operation: 'op' };

const failure = (status?: number): CallFailure =>
  status === undefined
    ? new CallFailure('SAMPLING_UNREACHABLE', 'nobody there.')
    : new CallFailure('SAMPLING_REFUSED', `status ${status}.`, { status });

/** A service that answers what the spec has put into it, or fails with it. */
class ScriptedService implements SamplingService {
  fetched: FetchedRules = { definitions: [definition('a')], skipped: [], modifiedAt: undefined };
  answer: TargetsAnswer = { targets: [], modifiedAt: undefined, unprocessed: [], unprocessedBoosts: [] };
  rulesFailure: Error | undefined;
  targetsFailure: Error | undefined;
  readonly fetchedAt: number[] = [];
  readonly reportedAt: number[] = [];
  readonly reports: (readonly RuleStatistics[])[] = [];
  isClosed = false;
  onCall = (): void => undefined;
  readonly #timers: ManualTimers;

  constructor(timers: ManualTimers) {
    this.#timers = timers;
  }

  async rules(): Promise<FetchedRules> {
    this.onCall();
    this.fetchedAt.push(this.#timers.clock.elapsed() / 1000);
    if (this.rulesFailure !== undefined) throw this.rulesFailure;
    return this.fetched;
  }

  async targets(statistics: readonly RuleStatistics[]): Promise<TargetsAnswer> {
    this.reportedAt.push(this.#timers.clock.elapsed() / 1000);
    this.reports.push(statistics);
    if (this.targetsFailure !== undefined) throw this.targetsFailure;
    return this.answer;
  }

  close(): void {
    this.isClosed = true;
  }
}

describe('CentralDecider', () => {
  const deciders: CentralDecider[] = [];
  let timers: ManualTimers;
  let service: ScriptedService;
  let logger: RememberingLogger;
  let diagnostics: Diagnostics;

  beforeEach(() => {
    timers = new ManualTimers(new FixedClock());
    service = new ScriptedService(timers);
    logger = new RememberingLogger();
    diagnostics = new Diagnostics(logger, 'debug');
  });

  afterEach(() => {
    for (const decider of deciders.splice(0)) decider.close();
  });

  type Parts = ConstructorParameters<typeof CentralDecider>[0];
  const deciderOf = (parts: Partial<Parts> = {}): CentralDecider => {
    const decider = new CentralDecider({
      clock: timers.clock,
      daemon: { host: '127.0.0.1', port: 9 },
      fallback: new FixedDecider(true),
      diagnostics,
      service: 'shop',
      clientId: 'abcdef1234567890abcdef10',
      isExplicit: true,
      random: () => 0,
      timers,
      samplingService: service,
      ...parts,
    });
    deciders.push(decider);
    return decider;
  };

  /** One that has decided once by the fallback, and then been given the rules. */
  const startedDecider = async (parts: Partial<Parts> = {}): Promise<CentralDecider> => {
    const decider = deciderOf(parts);
    decider.decide(REQUEST);
    await timers.advanceMillis(0);
    return decider;
  };

  const nameOf = (decider: Decider): string | undefined => decider.decide(REQUEST).ruleName;

  describe('when it is made', () => {
    it('asks for nothing, and waits for nothing', async () => {
      deciderOf();
      await timers.advanceSeconds(1000);

      expect([service.fetchedAt, timers.delays]).to.deep.equal([[], []]);
    });
  });

  describe('when it decides first', () => {
    it('leaves that to the fallback, and asks for the rules in a later turn', async () => {
      const decider = deciderOf();
      expect([nameOf(decider), nameOf(decider)]).to.deep.equal([undefined, undefined]);
      expect([service.fetchedAt.length, timers.delays.length]).to.deep.equal([0, 1]);

      await timers.advanceMillis(0);
      expect(nameOf(decider)).to.equal('a');
      expect(service.fetchedAt).to.deep.equal([0]);
    });

    it('asks outside of the flow that it decides in', async () => {
      const storage = new AsyncLocalStorage<string>();
      const stores: unknown[] = [];
      service.onCall = () => stores.push(storage.getStore());
      const immediately = {
        schedule: (task: () => void) => {
          const immediate = setImmediate(task);
          return () => clearImmediate(immediate);
        },
      };
      const decider = deciderOf({ timers: immediately, runOutside: (run) => storage.exit(run) });
      storage.run('request', () => decider.decide(REQUEST));
      while (stores.length === 0) await turn();
      decider.close();

      expect(stores[0]).to.equal(undefined);
    });
  });

  describe('when it has rules', () => {
    it('reads the clock once for a decision', async () => {
      let reads = 0;
      const clock = {
        elapsed: () => timers.clock.elapsed(),
        anchor: () => timers.clock.anchor(),
        now: () => {
          reads += 1;
          return timers.clock.now();
        },
      };
      const decider = await startedDecider({ clock });
      reads = 0;
      nameOf(decider);

      expect(reads).to.equal(1);
    });

    it('asks the fallback where no rule is met, and none where the list is empty', async () => {
      service.fetched = { ...service.fetched, definitions: [definition('a', { criteria: { service: 'other' } })] };
      const decider = await startedDecider();
      expect(nameOf(decider)).to.equal(undefined);

      service.fetched = { ...service.fetched, definitions: [definition('b')] };
      await timers.advanceSeconds(300);
      expect(nameOf(decider)).to.equal('b');
      service.fetched = { ...service.fetched, definitions: [] };
      await timers.advanceSeconds(300);
      expect(nameOf(decider)).to.equal(undefined);
    });

    it('asks for them again every five minutes, and up to five seconds', async () => {
      await startedDecider({ random: () => 0.5 });
      await timers.advanceSeconds(910);

      expect(service.fetchedAt).to.deep.equal([0, 302.5, 605, 907.5]);
    });

    it('follows them for an hour when nobody tells them again, and then asks the fallback', async () => {
      const decider = await startedDecider();
      service.rulesFailure = failure();
      await timers.advanceSeconds(3600);
      expect(nameOf(decider)).to.equal('a');
      await timers.advanceMillis(1);
      expect(nameOf(decider)).to.equal(undefined);

      service.rulesFailure = undefined;
      await timers.advanceSeconds(60);
      expect(nameOf(decider)).to.equal('a');
    });

    for (const seconds of [3601, 1e6]) {
      it(`asks for them at once, and once, when the clock has jumped by ${seconds} seconds`, async () => {
        const decider = await startedDecider();
        timers.clock.jumpSeconds(seconds);
        expect([nameOf(decider), nameOf(decider)]).to.deep.equal([undefined, undefined]);
        await timers.advanceMillis(0);

        expect(nameOf(decider)).to.equal('a');
        expect(service.fetchedAt).to.deep.equal([0, 0]);
        await timers.advanceSeconds(300);
        expect(service.fetchedAt).to.deep.equal([0, 0, 300]);
      });
    }

    it('asks once more while they are on their way, when the clock has jumped', async () => {
      const decider = await startedDecider();
      let answer = (): void => undefined;
      service.rules = () =>
        new Promise((resolve) => {
          service.fetchedAt.push(timers.clock.elapsed() / 1000);
          answer = () => resolve(service.fetched);
        });
      timers.clock.jumpSeconds(4000);
      for (let times = 0; times < 5; times += 1) {
        nameOf(decider);
        await timers.advanceMillis(0);
      }
      expect(service.fetchedAt).to.deep.equal([0, 0]);
      answer();
      await turn();
      await timers.advanceSeconds(10);

      expect(nameOf(decider)).to.equal('a');
      expect(service.fetchedAt).to.deep.equal([0, 0]);
    });

    it('says once of each rule that it is skipped, and counts it', async () => {
      service.fetched = { ...service.fetched, skipped: [{ name: 'later', why: 'its Version is not 1' }] };
      await startedDecider();
      await timers.advanceSeconds(300);

      expect(logger.lines).to.deep.equal([
        'warn radiograph: SAMPLING_UNREADABLE: The sampling rule "later" is skipped: its Version is not 1.',
      ]);
      expect(diagnostics.counts).to.deep.equal({ SAMPLING_UNREADABLE: 2 });
    });
  });

  describe('when it reports', () => {
    it('does so every ten seconds, and up to a tenth, where there is something to report', async () => {
      const decider = await startedDecider({ random: () => 0.5 });
      await timers.advanceSeconds(11);
      expect(service.reportedAt).to.deep.equal([]);

      for (let times = 0; times < 20; times += 1) {
        decider.decide(REQUEST);
        await timers.advanceSeconds(1);
      }
      expect(service.reportedAt).to.deep.equal([20.1, 30.15]);
      expect(service.reports.map(([rule]) => rule?.requests)).to.deep.equal([10, 10]);
    });

    it('waits for as long as a target says', async () => {
      service.answer = { ...service.answer, targets: [targetOf('a', { intervalSeconds: 30 })] };
      const decider = await startedDecider();
      for (let times = 0; times < 80; times += 1) {
        decider.decide(REQUEST);
        await timers.advanceSeconds(1);
      }

      expect(service.reportedAt).to.deep.equal([10, 40, 70]);
    });

    it('reports sooner where a target says so', async () => {
      service.answer = { ...service.answer, targets: [targetOf('a', { intervalSeconds: 2 })] };
      const decider = await startedDecider();
      for (let times = 0; times < 15; times += 1) {
        decider.decide(REQUEST);
        await timers.advanceSeconds(1);
      }

      expect(service.reportedAt).to.deep.equal([10, 12, 14]);
    });

    it('reports of 25 rules in each call', async () => {
      const names = Array.from({ length: 60 }, (_, index) => `rule ${index}`);
      service.fetched = {
        ...service.fetched,
        definitions: names.map((name) => definition(name, { criteria: { service: name } })),
      };
      const decider = await startedDecider();
      for (const name of names) decider.decide({ ...REQUEST, service: name });
      await timers.advanceSeconds(10);

      expect(service.reports.map((report) => report.length)).to.deep.equal([25, 25, 10]);
    });

    it('takes the targets', async () => {
      const quotaUntil = timers.clock.now() + 300_000;
      service.answer = { ...service.answer, targets: [targetOf('a', { quota: 2, quotaUntil })] };
      const decider = await startedDecider({ random: () => 0.5 });
      decider.decide(REQUEST);
      await timers.advanceSeconds(11);

      expect([1, 2, 3].map(() => decider.decide(REQUEST).isSampled)).to.deep.equal([true, true, false]);
    });

    it('holds what it could not report', async () => {
      const decider = await startedDecider();
      decider.decide(REQUEST);
      service.targetsFailure = failure(500);
      await timers.advanceSeconds(10);
      service.targetsFailure = undefined;
      decider.decide(REQUEST);
      await timers.advanceSeconds(10);
      decider.decide(REQUEST);
      await timers.advanceSeconds(10);

      expect(service.reports.map(([rule]) => rule?.requests)).to.deep.equal([1, 2, 1]);
    });

    it('finds the rule for which a call is refused, and reports of all others', async () => {
      const names = Array.from({ length: 60 }, (_, index) => `rule ${index}`);
      const definitions = names.map((name) => definition(name, { criteria: { service: name } }));
      service.fetched = { ...service.fetched, definitions };
      const taken: string[] = [];
      const calls: number[] = [];
      service.targets = async (statistics) => {
        calls.push(timers.clock.elapsed() / 1000);
        if (statistics.some(({ name }) => name === 'rule 7' || name === 'rule 30')) throw failure(400);
        taken.push(...statistics.map(({ name }) => name));
        return service.answer;
      };
      const decider = await startedDecider();
      for (const name of names) decider.decide({ ...REQUEST, service: name });
      await timers.advanceSeconds(10);

      expect(taken.toSorted()).to.deep.equal(
        names.filter((name) => name !== 'rule 7' && name !== 'rule 30').toSorted(),
      );
      expect(calls.length).to.be.below(25);
      expect(logger.lines).to.deep.equal([
        'warn radiograph: SAMPLING_REFUSED: The statistics of the sampling rule "rule 30" are refused, and held: status 400.',
        'warn radiograph: SAMPLING_REFUSED: The statistics of the sampling rule "rule 7" are refused, and held: status 400.',
      ]);
      expect(diagnostics.counts).to.deep.equal({ SAMPLING_REFUSED: 2 });
      // The rules may have changed, and are asked for; what was refused waits for five minutes.
      await timers.advanceSeconds(200);
      expect([service.fetchedAt, new Set(calls).size]).to.deep.equal([[0, 10], 1]);
      service.targets = async (statistics) => {
        taken.push(...statistics.map(({ name }) => name));
        return service.answer;
      };
      await timers.advanceSeconds(200);
      expect(taken.slice(58)).to.have.members(['rule 7', 'rule 30']);
    });

    it('holds the rest where another call fails', async () => {
      const names = ['a', 'b', 'c'];
      const definitions = names.map((name) => definition(name, { criteria: { service: name } }));
      service.fetched = { ...service.fetched, definitions };
      const failures = [400, undefined, 500];
      const reports: string[][] = [];
      service.targets = async (statistics) => {
        reports.push(statistics.map(({ name }) => name));
        const status = failures.shift();
        if (status !== undefined) throw failure(status);
        return service.answer;
      };
      const decider = await startedDecider();
      for (const name of names) decider.decide({ ...REQUEST, service: name });
      await timers.advanceSeconds(20);

      expect(reports).to.deep.equal([['a', 'b', 'c'], ['a', 'b'], ['c'], ['c']]);
    });

    it('counts what a rule takes with it that is deleted', async () => {
      const decider = await startedDecider();
      service.targetsFailure = failure(500);
      decider.decide(REQUEST);
      service.fetched = { ...service.fetched, definitions: [] };
      await timers.advanceSeconds(300);

      expect(diagnostics.counts).to.deep.include({ 'sampling statistics of deleted rules': 1 });
    });
  });

  describe('when a rule was changed', () => {
    const reportEvery10Seconds = async (decider: Decider, modifications: (number | undefined)[]): Promise<void> => {
      for (const modifiedAt of modifications) {
        service.answer = { ...service.answer, modifiedAt };
        decider.decide(REQUEST);
        await timers.advanceSeconds(10);
      }
    };

    for (const [where, offset] of Object.entries({ 'at our time': 0, 'years ahead': 1e11, 'years behind': -1e11 })) {
      it(`asks for the rules at once, and once, with a service whose clock is ${where}`, async () => {
        const before = timers.clock.now() + offset;
        service.fetched = { ...service.fetched, modifiedAt: before };
        const decider = await startedDecider();
        await reportEvery10Seconds(decider, [before, before, before + 1, before + 1, before, before + 1, undefined]);

        expect(service.fetchedAt).to.deep.equal([0, 30]);
      });
    }

    it('asks once where no rule has been changed, but one deleted before', async () => {
      const decider = await startedDecider();
      await reportEvery10Seconds(decider, [5000, 5000, 5000]);

      expect(service.fetchedAt).to.deep.equal([0, 10]);
    });

    it('asks again where the rules did not come', async () => {
      service.fetched = { ...service.fetched, modifiedAt: 1 };
      const decider = await startedDecider();
      service.rulesFailure = failure(500);
      await reportEvery10Seconds(decider, [2]);
      service.rulesFailure = undefined;
      await reportEvery10Seconds(decider, [2, 2, 2]);

      // At 10 it fails and is tried again 10 seconds later.
      expect(service.fetchedAt).to.deep.equal([0, 10, 20]);
    });

    it('asks no sooner where the rules could not be had', async () => {
      service.fetched = { ...service.fetched, modifiedAt: 1 };
      const decider = await startedDecider();
      service.rulesFailure = failure(429);
      await reportEvery10Seconds(decider, [2, 2, 2, 2, 2, 2, 2, 2]);

      expect(service.fetchedAt).to.deep.equal([0, 10, 20, 40, 80]);
    });

    it('asks once where its statistics are refused, and holds them', async () => {
      service.answer = { ...service.answer, unprocessed: [{ name: 'a', isRefused: true }] };
      const decider = await startedDecider();
      await reportEvery10Seconds(decider, [undefined, undefined, undefined]);

      expect(service.fetchedAt).to.deep.equal([0, 10]);
      expect(service.reports.map(([rule]) => rule?.requests)).to.deep.equal([1, 2, 3]);
    });
  });

  describe('when a call takes long', () => {
    it('makes no other meanwhile, and both after it', async () => {
      const decider = await startedDecider();
      let answer = (): void => undefined;
      service.rules = () =>
        new Promise((resolve) => {
          answer = () => resolve(service.fetched);
        });
      await timers.advanceSeconds(295);
      decider.decide(REQUEST);
      await timers.advanceSeconds(60);
      expect(service.reports).to.deep.equal([]);

      answer();
      await timers.advanceMillis(0);
      await turn();
      expect(service.reports).to.have.lengthOf(1);
    });
  });

  describe('when the service has no rules', () => {
    const skipped = [{ name: 'later', why: 'its Version is not 1' }];
    const EMPTY = 'The daemon serves no sampling rules';

    it('says once that it has none and once that it has, where central rules were asked for, and asks again soon', async () => {
      const { fetched } = service;
      service.fetched = { ...fetched, definitions: [] };
      await startedDecider();
      await timers.advanceSeconds(250);
      service.fetched = fetched;
      await timers.advanceSeconds(100);

      expect(service.fetchedAt).to.deep.equal([0, 10, 30, 70, 130, 190, 250, 310]);
      expect(logger.lines).to.deep.equal([
        `warn radiograph: SAMPLING_REFUSED: ${EMPTY}. Local rules decide. (Said once until it works again.)`,
        'warn radiograph: SAMPLING_REFUSED is over; 7 call(s) for sampling failed meanwhile; their statistics are kept.',
      ]);
    });

    it('says it of rules too of which none can be followed', async () => {
      service.fetched = { ...service.fetched, definitions: [], skipped };
      await startedDecider();

      expect(logger.lines.at(-1)).to.contain(
        `SAMPLING_UNREADABLE: ${EMPTY} that can be followed: 1 are skipped. Local rules decide.`,
      );
    });

    it('says it at the level debug where they are the default, and asks every five minutes', async () => {
      service.fetched = { ...service.fetched, definitions: [] };
      await startedDecider({ isExplicit: false });
      await timers.advanceSeconds(700);

      expect(service.fetchedAt).to.deep.equal([0, 300, 600]);
      expect(logger.lines.map((line) => line.split(' ', 3).join(' '))).to.deep.equal([
        'debug radiograph: SAMPLING_REFUSED:',
      ]);
    });

    it('follows none of those that there were', async () => {
      const decider = await startedDecider();
      service.fetched = { ...service.fetched, definitions: [] };
      await timers.advanceSeconds(300);

      expect(nameOf(decider)).to.equal(undefined);
      expect(logger.lines[0]).to.contain('Local rules decide.');
    });
  });

  describe('when the service fails', () => {
    it('says once that it does and once that it is over, where central rules were asked for', async () => {
      service.rulesFailure = failure();
      await startedDecider();
      await timers.advanceSeconds(100);
      service.rulesFailure = undefined;
      await timers.advanceSeconds(100);

      expect(logger.lines).to.deep.equal([
        'warn radiograph: SAMPLING_UNREACHABLE: nobody there. Local rules decide. (Said once until it works again.)',
        'warn radiograph: SAMPLING_UNREACHABLE is over; 4 call(s) for sampling failed meanwhile; their statistics are kept.',
      ]);
      expect(diagnostics.counts).to.deep.equal({ SAMPLING_UNREACHABLE: 4 });
    });

    it('says it at the level debug where they are the default', async () => {
      service.rulesFailure = failure();
      await startedDecider({ isExplicit: false });
      service.rulesFailure = undefined;
      await timers.advanceSeconds(100);

      expect(logger.lines.map((line) => line.split(' ', 3).join(' '))).to.deep.equal([
        'debug radiograph: SAMPLING_UNREACHABLE:',
        'debug radiograph: SAMPLING_UNREACHABLE',
      ]);
      expect(diagnostics.counts).to.deep.equal({ SAMPLING_UNREACHABLE: 1 });
    });

    it('waits ever longer: up to a minute where nobody is there, and five where somebody refuses', async () => {
      service.rulesFailure = failure();
      await startedDecider();
      await timers.advanceSeconds(200);
      expect(service.fetchedAt).to.deep.equal([0, 10, 30, 70, 130, 190]);

      service.rulesFailure = failure(429);
      await timers.advanceSeconds(1000);
      expect(service.fetchedAt.slice(6)).to.deep.equal([250, 550, 850, 1150]);
    });

    it('does not wait as long as others do that failed with it', async () => {
      service.rulesFailure = failure();
      await startedDecider({ random: () => 0.5 });
      await timers.advanceSeconds(30);

      expect(service.fetchedAt).to.deep.equal([0, 7.5, 22.5]);
    });

    for (const status of [403, 404, 405]) {
      it(`asks a daemon that answers ${status} every five minutes, where nobody has asked for central rules`, async () => {
        service.rulesFailure = failure(status);
        await startedDecider({ isExplicit: false });
        await timers.advanceSeconds(700);

        expect(service.fetchedAt).to.deep.equal([0, 300, 600]);
      });
    }

    it('tells of two calls that fail as of one episode, which ends when neither does', async () => {
      const decider = await startedDecider();
      service.rulesFailure = failure();
      service.targetsFailure = failure();
      decider.decide(REQUEST);
      await timers.advanceSeconds(310);
      service.rulesFailure = undefined;
      await timers.advanceSeconds(60);
      expect(logger.lines).to.have.lengthOf(1);
      service.targetsFailure = undefined;
      await timers.advanceSeconds(60);

      expect(logger.lines).to.have.lengthOf(2);
      expect(logger.lines[0]).to.match(/The rules at hand are followed for an hour\./);
    });

    it('tries the other call as soon as one works again', async () => {
      const decider = await startedDecider();
      service.targetsFailure = failure(500);
      service.rulesFailure = failure();
      decider.decide(REQUEST);
      await timers.advanceSeconds(500);
      service.targetsFailure = undefined;
      service.rulesFailure = undefined;
      await timers.advanceSeconds(60);

      expect(service.reportedAt.at(-1)).to.equal(service.fetchedAt.at(-1));
      expect(service.reports.at(-1)?.[0]?.requests).to.equal(1);
    });

    it('survives a service that throws something else', async () => {
      service.rulesFailure = new RangeError('odd');
      await startedDecider();

      expect(logger.lines[0]).to.match(/^warn radiograph: SAMPLING_UNREADABLE: .*RangeError: odd/);
    });
  });

  describe('when it is closed', () => {
    it('gives back timers and calls, and goes on deciding by what it knows', async () => {
      let closed = 0;
      const fallback = { decide: () => new FixedDecider(true).decide(), close: () => (closed += 1) };
      const decider = await startedDecider({ fallback });
      decider.close();
      decider.close();

      expect([timers.delays, service.isClosed, nameOf(decider)]).to.deep.equal([[], true, 'a']);
      expect(closed).to.be.at.least(1);
    });

    it('counts once what was not reported', async () => {
      service.fetched = { ...service.fetched, definitions: [definition('a', { hasBoost: true })] };
      const decider = await startedDecider();
      decider.decide(REQUEST);
      decider.decide(REQUEST).tally?.countTrace({ isAnomaly: false, isSampled: false });
      decider.close();
      decider.close();

      expect(diagnostics.counts).to.deep.equal({
        'sampling statistics not reported': 2,
        'boost statistics not reported': 1,
      });
    });

    it('asks for nothing where it never had', () => {
      const decider = deciderOf();
      decider.close();

      expect([nameOf(decider), timers.delays]).to.deep.equal([undefined, []]);
    });

    it('says nothing of the call that it aborts', async () => {
      const server = await SamplingServer.listen(() => undefined);
      const decider = realDecider({ daemon: server.daemon });
      decider.decide(REQUEST);
      await timers.advanceMillis(0);
      await server.untilReceived(1);
      decider.close();
      await server.close();
      await turn();

      expect([logger.lines, diagnostics.counts]).to.deep.equal([[], {}]);
    });
  });

  /** One that speaks to a real server. */
  const realDecider = (parts: Pick<Parts, 'daemon'> & Partial<Parts>): CentralDecider => {
    const decider = new CentralDecider({
      clock: timers.clock,
      fallback: new FixedDecider(true),
      diagnostics,
      service: 'shop',
      clientId: 'abcdef1234567890abcdef10',
      isExplicit: true,
      random: () => 0,
      timers,
      ...parts,
    });
    deciders.push(decider);
    return decider;
  };

  describe('when the daemon goes and comes back', () => {
    const RULE = { RuleName: 'a', Priority: 1, FixedRate: 0, ReservoirSize: 1, Version: 1 };
    const answers = json({ SamplingRuleRecords: [{ SamplingRule: RULE }], SamplingTargetDocuments: [] });
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await turn();
    };

    it('follows the rules on, tells of both, and reports what it held', async () => {
      let server = await SamplingServer.listen(answers);
      const { port } = server;
      const decider = realDecider({ daemon: server.daemon });
      decider.decide(REQUEST);
      await timers.advanceMillis(0);
      await until(() => nameOf(decider) === 'a');
      const decided = 1;
      await server.close();
      await timers.advanceSeconds(10);
      await until(() => logger.lines.length === 1);
      expect(nameOf(decider)).to.equal('a');

      server = await SamplingServer.listen(answers, port);
      await timers.advanceSeconds(10);
      await until(() => logger.lines.length === 2);

      expect(logger.lines[0]).to.match(/^warn radiograph: SAMPLING_UNREACHABLE: .*ECONNREFUSED/);
      expect(logger.lines[1]).to.match(/^warn radiograph: SAMPLING_UNREACHABLE is over; 1 call/);
      expect(server.received[0]?.body)
        .to.have.property('SamplingStatisticsDocuments')
        .that.has.nested.property('[0].RequestCount', decided + 1);
      decider.close();
      await server.close();
    });
  });

  it('loses no count and doubles none, whatever fails in between', async () => {
    const NAMES = Array.from({ length: 30 }, (_, index) => `rule ${index}`);
    type Sums = Record<'requests' | 'sampled' | 'borrowed' | 'traces' | 'anomalies' | 'sampledAnomalies', number>;
    const sum = (list: readonly Sums[]): Sums => {
      const sums = { requests: 0, sampled: 0, borrowed: 0, traces: 0, anomalies: 0, sampledAnomalies: 0 };
      for (const one of list) for (const key of Object.keys(sums) as (keyof Sums)[]) sums[key] += one[key];
      return sums;
    };
    const step = fc.record({
      decisions: fc.array(fc.nat(29), { maxLength: 10 }),
      outcomes: fc.array(fc.record({ isAnomaly: fc.boolean(), isSampled: fc.boolean() }), { maxLength: 3 }),
      pause: fc.nat(15),
      /** Of the calls of this step, which fail, and whose statistics are not processed. */
      fails: fc.array(fc.constantFrom(undefined, 500, 400), { maxLength: 3 }),
      unprocessed: fc.array(fc.tuple(fc.nat(29), fc.boolean(), fc.boolean()), { maxLength: 4 }),
      modifiedAt: fc.option(fc.nat(3), { nil: undefined }),
      /** Comes in while a report is under way. */
      meanwhile: fc.option(fc.nat(29), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        timers = new ManualTimers(new FixedClock());
        const acknowledged: Sums[] = [];
        const decided: Sums[] = [];
        const tallies: TraceTally[] = [];
        let current: (typeof steps)[number] | undefined;
        let fails: (number | undefined)[] = [];
        const decide = (index: number): void => {
          const { isSampled, ruleName, tally } = decider.decide({ ...REQUEST, service: NAMES[index]! });
          if (ruleName === undefined) return;
          tallies.push(tally!);
          // What was borrowed is known to the rule alone; with a rate of 0 and no quota, all that are sampled are.
          decided.push({ ...sum([]), requests: 1, sampled: Number(isSampled), borrowed: Number(isSampled) });
        };
        const end = (outcome: { readonly isAnomaly: boolean; readonly isSampled: boolean }): void => {
          const tally = tallies.shift();
          if (tally === undefined) return;
          tally.countTrace(outcome);
          const anomalies = Number(outcome.isAnomaly);
          decided.push({ ...sum([]), traces: 1, anomalies, sampledAnomalies: outcome.isSampled ? anomalies : 0 });
        };
        service = new ScriptedService(timers);
        const definitions = NAMES.map((name, index) => {
          return definition(name, { criteria: { service: name }, reservoirSize: index % 2, hasBoost: true });
        });
        service.fetched = { definitions, skipped: [], modifiedAt: undefined };
        const { targets } = service;
        service.targets = async (statistics) => {
          // What was decided while the answer was on its way is not of this report.
          await Promise.resolve();
          if (current?.meanwhile !== undefined) {
            decide(current.meanwhile);
            end({ isAnomaly: true, isSampled: true });
          }
          const status = fails.shift();
          if (status !== undefined) throw failure(status);
          const unprocessed = (current?.unprocessed ?? []).map(([index, isRefused, isBoost]) => {
            return { name: NAMES[index]!, isRefused, isBoost };
          });
          service.answer = {
            targets: [],
            modifiedAt: current?.modifiedAt,
            unprocessed: unprocessed.filter(({ isBoost }) => !isBoost),
            unprocessedBoosts: unprocessed.filter(({ isBoost }) => isBoost),
          };
          const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
          for (const one of statistics) {
            const nothing = sum([]);
            const { requests, sampled, borrowed, traces, anomalies, sampledAnomalies } = one;
            if (!names(service.answer.unprocessed).includes(one.name))
              acknowledged.push({ ...nothing, requests, sampled, borrowed });
            if (!names(service.answer.unprocessedBoosts).includes(one.name))
              acknowledged.push({ ...nothing, traces, anomalies, sampledAnomalies });
          }
          return targets.call(service, statistics);
        };
        const decider = await startedDecider();
        for (const next of steps) {
          current = next;
          fails = [...next.fails];
          for (const index of next.decisions) decide(index);
          for (const outcome of next.outcomes) end(outcome);
          await timers.advanceSeconds(next.pause);
        }
        // Nothing fails any more: what is held is on its way.
        current = undefined;
        fails = [];
        await timers.advanceSeconds(400);
        decider.close();

        expect(sum(acknowledged)).to.deep.equal(sum(decided));
      }),
      { numRuns: 60 },
    );
  });
});
