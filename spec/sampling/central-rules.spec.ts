import { expect } from 'chai';
import { CentralRules } from '#lib/sampling/central-rules.js';
import type { RuleDefinition, TargetsAnswer } from '#lib/sampling/service-messages.js';
import { definition } from '../support/sampling-rules.js';

const NOW = 1_767_225_600_000;

const ANSWER: TargetsAnswer = { targets: [], modifiedAt: undefined, unprocessed: [], unprocessedBoosts: [] };
const REQUEST = { service: 'shop', operation: 'op' };

describe('CentralRules', () => {
  const rulesOf = (...definitions: RuleDefinition[]): CentralRules => {
    const rules = new CentralRules(() => 0.5);
    rules.take(definitions, NOW);
    return rules;
  };
  const nameOf = (rules: CentralRules, now = NOW, request = REQUEST): string | undefined =>
    rules.find(request, now)?.name;

  it('is empty before it has taken anything, and when it has taken nothing', () => {
    const rules = new CentralRules(() => 0.5);
    expect(rules.isEmpty).to.equal(true);
    rules.take([], NOW);

    expect(rules.isEmpty).to.equal(true);
    expect(nameOf(rules)).to.equal(undefined);
    rules.take([definition('a')], NOW);

    expect(rules.isEmpty).to.equal(false);
  });

  it('asks them by priority, those of one priority by name, and Default last', () => {
    const rules = rulesOf(
      definition('Default', { priority: Infinity }),
      definition('b', { criteria: { service: 's*' } }),
      definition('a', { criteria: { service: 'sh*' } }),
      definition('z', { priority: 0, criteria: { service: 'shop' } }),
    );
    const names = ['shop', 'shed', 'sea', 'lake'].map((service) => nameOf(rules, NOW, { ...REQUEST, service }));

    expect(names).to.deep.equal(['z', 'a', 'b', 'Default']);
  });

  it('follows them for an hour', () => {
    const rules = rulesOf(definition('a'));

    expect([nameOf(rules, NOW + 3_600_000), nameOf(rules, NOW + 3_600_001)]).to.deep.equal(['a', undefined]);
  });

  describe('when the rules come again', () => {
    it('goes on with what a rule of that name has counted', () => {
      const rules = rulesOf(definition('a'));
      rules.find(REQUEST, NOW)?.decide(NOW);
      const discarded = rules.take([definition('a', { rate: 1 }), definition('b')], NOW);
      rules.find(REQUEST, NOW)?.decide(NOW);

      expect(discarded).to.deep.equal({ requests: 0, traces: 0 });
      expect(rules.due(0)).to.have.lengthOf(1);
      expect(rules.due(0)[0]).to.deep.include({ name: 'a', requests: 2, sampled: 1 });
    });

    it('follows what has changed about them, and nothing else', () => {
      const rules = rulesOf(definition('a', { criteria: { service: 'shop' } }), definition('b', { priority: 2 }));
      const names = [
        definition('a', { criteria: { service: 'shop' }, rate: 1 }),
        definition('a', { criteria: { service: 'shed' }, rate: 1 }),
        definition('a', { priority: 3, rate: 1 }),
        definition('c', { rate: 1 }),
      ].map((changed) => {
        rules.take([changed, definition('b', { priority: 2 })], NOW);
        return [nameOf(rules), rules.find(REQUEST, NOW)?.decide(NOW).isSampled];
      });

      expect(names).to.deep.equal([
        ['a', true],
        ['b', false],
        ['b', false],
        ['c', true],
      ]);
    });

    it('makes nothing of rules that are the same', () => {
      let reads = 0;
      // Instead of a text: it tells when somebody goes through its characters.
      const service = {
        toString: () => 'shop',
        toJSON: () => 'shop',
        *[Symbol.iterator]() {
          reads += 1;
          yield* 'shop';
        },
      } as unknown as string;
      const rules = rulesOf(definition('a', { criteria: { service } }));
      const before = reads;
      rules.take([definition('a', { criteria: { service }, rate: 1 })], NOW);

      expect([before > 0, reads - before]).to.deep.equal([true, 0]);
    });

    it('discards what nobody wants any more, and says how much that was', () => {
      const rules = rulesOf(definition('a', { hasBoost: true }), definition('b', { priority: 2 }));
      rules.find(REQUEST, NOW)?.decide(NOW).tally?.countTrace({ isAnomaly: true, isSampled: false });
      expect(rules.take([definition('a')], NOW)).to.deep.equal({ requests: 0, traces: 1 });
      expect(rules.take([], NOW)).to.deep.equal({ requests: 1, traces: 0 });

      rules.take([definition('a')], NOW);
      expect(rules.due(0)).to.deep.equal([]);
    });
  });

  describe('when a report is answered', () => {
    it('forgets what was taken, and is not due before the interval', () => {
      const rules = rulesOf(definition('a'));
      rules.find(REQUEST, NOW)?.decide(NOW);
      const target = { name: 'a', rate: 1, quota: undefined, quotaUntil: undefined, intervalSeconds: 20 };
      const boost = { boostRate: undefined, boostUntil: undefined };

      expect(rules.settle(rules.due(0), { ...ANSWER, targets: [{ ...target, ...boost }] }, 0)).to.equal(false);
      expect(rules.find(REQUEST, NOW)?.decide(NOW).isSampled).to.equal(true);
      expect([rules.due(19_000).length, rules.due(20_000).length]).to.deep.equal([0, 1]);
      expect(rules.due(20_000)[0]?.requests).to.equal(1);
    });

    it('holds what was not taken, and says once that a rule is refused until it is taken again', () => {
      const rules = rulesOf(definition('a'));
      rules.find(REQUEST, NOW)?.decide(NOW);
      const refused = { ...ANSWER, unprocessed: [{ name: 'a', isRefused: true }] };
      const failed = { ...ANSWER, unprocessed: [{ name: 'a', isRefused: false }] };

      const outdated = [failed, refused, refused, failed, ANSWER].map((answer, index) =>
        rules.settle(rules.due(index * 10_000), answer, index * 10_000),
      );
      expect(outdated).to.deep.equal([false, true, false, false, false]);
      expect(rules.due(50_000)).to.deep.equal([]);

      rules.find(REQUEST, NOW)?.decide(NOW);
      expect(rules.settle(rules.due(50_000), refused, 50_000)).to.equal(true);
    });

    it('holds the ends of traces apart from the requests', () => {
      const rules = rulesOf(definition('a', { hasBoost: true }));
      rules.find(REQUEST, NOW)?.decide(NOW).tally?.countTrace({ isAnomaly: true, isSampled: false });
      rules.settle(rules.due(0), { ...ANSWER, unprocessedBoosts: [{ name: 'a', isRefused: false }] }, 0);

      expect(rules.due(10_000)[0]).to.deep.include({ requests: 0, traces: 1, anomalies: 1 });
    });

    it('sets aside for five minutes what a call is refused for', () => {
      const rules = rulesOf(definition('a'));
      rules.find(REQUEST, NOW)?.decide(NOW);
      const [statistics] = rules.due(0);

      expect([rules.setAside(statistics!, 0), rules.setAside(statistics!, 0)]).to.deep.equal([true, false]);
      expect([rules.due(299_000), rules.due(300_000)]).to.deep.equal([[], [statistics]]);
      expect(rules.unreported).to.deep.equal({ requests: 1, traces: 0 });
    });

    it('pays no attention to a rule that it does not have', () => {
      const rules = rulesOf(definition('a'));
      rules.find(REQUEST, NOW)?.decide(NOW);
      const due = rules.due(0);
      rules.take([], NOW);

      expect(rules.settle(due, { ...ANSWER, unprocessed: [{ name: 'c', isRefused: true }] }, 0)).to.equal(false);
    });
  });
});
