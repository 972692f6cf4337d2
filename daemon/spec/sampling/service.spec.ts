import { expect } from 'chai';
import { quotaSeconds } from '#lib/sampling/reservoir.js';
import { MemoryRuleStore } from '#lib/sampling/rule-store.js';
import { initialDefault, type RuleRecord } from '#lib/sampling/rule.js';
import { SamplingService, type SamplingTarget } from '#lib/sampling/service.js';
import { ManualClock } from '../support/manual-clock.js';
import { recordNamed, ruleNamed } from './rules.js';

describe('SamplingService', () => {
  let clock: ManualClock;
  let service: SamplingService;

  beforeEach(async () => {
    clock = new ManualClock();
    service = new SamplingService({ clock, store: new MemoryRuleStore() });
    await service.createRule(ruleNamed('a', { reservoirSize: 5 }));
  });

  function report(members: { ruleName?: string; clientId?: string; agoSeconds?: number } = {}) {
    const { ruleName = 'a', clientId = 'x', agoSeconds = 0 } = members;
    const atSeconds = clock.epochMillis() / 1000 - agoSeconds;
    return service.target({ ruleName, clientId, atSeconds, requests: 10, sampled: 1, borrowed: 0 });
  }

  function taken(target: SamplingTarget | string): SamplingTarget {
    if (typeof target === 'string') {
      throw new Error(target);
    }
    return target;
  }

  describe('when a rule is deleted and another of its name created', () => {
    it('counts the quotas that clients still have of the first', async () => {
      expect(taken(report({ clientId: 'x' })).quota.perSecond).to.equal(5);
      await service.deleteRule('a');
      await service.createRule(ruleNamed('a', { reservoirSize: 5 }));

      expect(taken(report({ clientId: 'y' })).quota.perSecond).to.equal(0);
      clock.advance((quotaSeconds + 1) * 1000);
      expect(taken(report({ clientId: 'y' })).quota.perSecond).to.be.greaterThan(0);
    });

    it('begins no boost for anomalies of the first', async () => {
      service.noteAnomalies({ ruleName: 'a', atSeconds: 1e12, anomalies: 5, total: 5, sampledAnomalies: 0 });
      await service.deleteRule('a');
      await service.createRule(ruleNamed('a', { boost: { maxRate: 1, cooldownMinutes: 0 } }));

      expect(taken(report()).boost).to.equal(undefined);
    });
  });

  describe('when a rule is taken out of what is kept, by another daemon or by hand', () => {
    it('begins no boost for its anomalies under a new rule of its name', async () => {
      let news: readonly RuleRecord[] | undefined;
      const store = new MemoryRuleStore();
      service = new SamplingService({
        clock,
        store: {
          refresh: () => {
            const records = news ?? store.refresh();
            news = undefined;
            return records;
          },
          change: (edit) => store.change(edit),
        },
      });
      const boost = { maxRate: 1, cooldownMinutes: 0 };
      news = [initialDefault, recordNamed('a', { boost })];
      service.noteAnomalies({ ruleName: 'a', atSeconds: 1e12, anomalies: 5, total: 5, sampledAnomalies: 0 });
      news = [initialDefault];
      service.rules();
      news = [initialDefault, recordNamed('a', { boost })];

      expect(taken(report()).boost).to.equal(undefined);
    });
  });

  describe('when a rule is new to clients that report for others', () => {
    it('divides its reservoir among them from the first report on', () => {
      for (const clientId of ['x', 'y']) {
        report({ ruleName: 'Default', clientId });
      }

      expect(taken(report({ clientId: 'x' })).quota.perSecond).to.equal(2);
      expect(taken(report({ clientId: 'y' })).quota.perSecond).to.equal(2);
      clock.advance(10_000);
      expect(taken(report({ clientId: 'x' })).quota.perSecond).to.equal(3);
      expect(taken(report({ clientId: 'y' })).quota.perSecond).to.equal(2);
    });

    it('counts no clients that went quiet', () => {
      report({ ruleName: 'Default', clientId: 'y' });
      clock.advance(26_000);

      expect(taken(report({ clientId: 'x' })).quota.perSecond).to.equal(5);
    });
  });

  describe('when a rule is changed', () => {
    it('tells its new rate with the next report', async () => {
      report();
      await service.updateRule('a', { fixedRate: 0.75, reservoirSize: 0 });

      const { fixedRate, quota } = taken(report());
      expect(fixedRate).to.equal(0.75);
      expect(quota.perSecond).to.equal(0);
    });
  });

  it('takes reports of the last five minutes, and of clocks that are ahead', () => {
    for (const agoSeconds of [300, 0, -5, -86_400]) {
      expect(report({ agoSeconds })).to.be.an('object');
    }
    expect(report({ agoSeconds: 302 })).to.include('302 s ago');
    expect(report({ ruleName: 'A' })).to.include('"A"');
    expect(service.counters()).to.include({ reports: 4, refusedReports: 2 });
  });

  it('tells every client of a rule of its boost', async () => {
    await service.updateRule('a', { boost: { maxRate: 0.5, cooldownMinutes: 1 } });
    const atSeconds = clock.epochMillis() / 1000;
    service.noteAnomalies({ ruleName: 'a', atSeconds, anomalies: 1, total: 100, sampledAnomalies: 0 });

    const boost = { rate: 0.5, untilSecond: atSeconds + 60 };
    expect(taken(report({ clientId: 'x' })).boost).to.deep.equal(boost);
    clock.advance(20_000);
    expect(taken(report({ clientId: 'y' })).boost).to.deep.equal(boost);
    expect(taken(report({ ruleName: 'Default' })).boost).to.equal(undefined);
    expect(service.counters().boosts).to.equal(1);
  });
});
