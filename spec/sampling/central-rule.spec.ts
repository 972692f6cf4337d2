import { expect } from 'chai';
import * as fc from 'fast-check';
import { CentralRule } from '#lib/sampling/central-rule.js';
import type { RuleDefinition, Target } from '#lib/sampling/service-messages.js';
import { seeded } from '../support/recording.js';
import { definition as definitionOf, targetOf } from '../support/sampling-rules.js';

const NOW = 1_767_225_600_000;

const definition = (parts: Partial<RuleDefinition> = {}): RuleDefinition =>
  definitionOf('checkout', { reservoirSize: 1, ...parts });

const target = (parts: Partial<Target> = {}): Target => targetOf('checkout', parts);

const ruleOf = (parts: Partial<RuleDefinition> = {}, random = (): number => 0.5): CentralRule =>
  new CentralRule(definition(parts), random);

const take = (rule: CentralRule, now: number, times: number): number =>
  Array.from({ length: times }, () => rule.decide(now).isSampled).filter(Boolean).length;

describe('CentralRule', () => {
  it('answers with its name, and with the same two objects each time', () => {
    const rule = ruleOf();
    const [yes, no] = [rule.decide(NOW), rule.decide(NOW)];

    expect([yes, no]).to.deep.equal([
      { isSampled: true, ruleName: 'checkout', tally: undefined },
      { isSampled: false, ruleName: 'checkout', tally: undefined },
    ]);
    expect(rule.decide(NOW + 1000)).to.equal(yes);
    expect(rule.decide(NOW + 1000)).to.equal(no);
  });

  describe('when no quota is known', () => {
    it('borrows one of each second', () => {
      const rule = ruleOf();

      expect([take(rule, NOW, 5), take(rule, NOW + 999, 5), take(rule, NOW + 1000, 5)]).to.deep.equal([1, 0, 1]);
      expect(rule.statistics).to.deep.include({ requests: 15, sampled: 2, borrowed: 2 });
    });

    it('borrows nothing of a reservoir that is empty', () => {
      expect(take(ruleOf({ reservoirSize: 0 }), NOW, 5)).to.equal(0);
    });

    it('samples its share of the rest, and never at a rate of 0', () => {
      const rule = ruleOf({ rate: 0.5 }, seeded(1));
      // Four standard deviations of 10,000 tosses.
      expect(take(rule, NOW, 10_001)).to.be.closeTo(5001, 200);
      expect(rule.statistics).to.deep.include({ requests: 10_001, borrowed: 1 });
      expect(
        take(
          ruleOf({ rate: 0, reservoirSize: 0 }, () => 0),
          NOW,
          5,
        ),
      ).to.equal(0);
      expect(
        take(
          ruleOf({ rate: 1, reservoirSize: 0 }, () => 1 - Number.EPSILON),
          NOW,
          5,
        ),
      ).to.equal(5);
    });
  });

  describe('when a quota is fresh', () => {
    it('takes it each second, and borrows nothing', () => {
      const rule = ruleOf({ reservoirSize: 100 });
      rule.aim(target({ quota: 3, quotaUntil: NOW + 1000 }));

      expect([take(rule, NOW, 5), take(rule, NOW + 1000, 5)]).to.deep.equal([3, 3]);
      expect(rule.statistics).to.deep.include({ requests: 10, sampled: 6, borrowed: 0 });
    });

    it('borrows again when its time is over', () => {
      const rule = ruleOf({ reservoirSize: 100 });
      rule.aim(target({ quota: 3, quotaUntil: NOW + 1000 }));

      expect(take(rule, NOW + 2000, 5)).to.equal(1);
    });

    it('honours a quota of 0', () => {
      const rule = ruleOf({ reservoirSize: 100 });
      rule.aim(target({ quota: 0, quotaUntil: NOW + 1000 }));

      expect(take(rule, NOW, 5)).to.equal(0);
    });

    it('keeps it where a later target says nothing of it', () => {
      const rule = ruleOf({ reservoirSize: 100 });
      rule.aim(target({ quota: 3, quotaUntil: NOW + 1000 }));
      rule.aim(target({ rate: 0 }));
      expect(take(rule, NOW, 5)).to.equal(3);

      rule.aim(target({ quotaUntil: NOW + 5000 }));
      expect(take(rule, NOW + 5000, 5)).to.equal(3);
    });
  });

  describe('when a target changes the rate', () => {
    it('takes it instead of its own, until the rule itself is told again', () => {
      const rule = ruleOf({ reservoirSize: 0 });
      rule.aim(target({ rate: 1 }));
      expect(take(rule, NOW, 5)).to.equal(5);

      rule.redefine(definition({ reservoirSize: 0, rate: 0 }));
      expect(take(rule, NOW, 5)).to.equal(0);
    });
  });

  describe('when it is boosted', () => {
    it('takes the higher of the two rates while the boost lasts', () => {
      const rule = ruleOf({ reservoirSize: 0, rate: 0.1, hasBoost: true });
      rule.aim(target({ boostRate: 0.9, boostUntil: NOW + 1000 }));
      expect([take(rule, NOW + 999, 5), take(rule, NOW + 1000, 5)]).to.deep.equal([5, 0]);

      rule.aim(target({ rate: 0.8, boostRate: 0.2, boostUntil: NOW + 5000 }));
      expect(take(rule, NOW, 5)).to.equal(5);
    });

    it('keeps the boost where a later target or rule says nothing of it', () => {
      const rule = ruleOf({ reservoirSize: 0, hasBoost: true });
      rule.aim(target({ boostRate: 1, boostUntil: NOW + 1000 }));
      rule.aim(target({ rate: 0 }));
      rule.redefine(definition({ reservoirSize: 0, hasBoost: true }));

      expect(take(rule, NOW, 5)).to.equal(5);
    });
  });

  describe('when it has a boost', () => {
    it('counts how traces ended, sampled or not', () => {
      const rule = ruleOf({ hasBoost: true });
      const { tally } = rule.decide(NOW);
      tally?.countTrace({ isAnomaly: true, isSampled: true });
      tally?.countTrace({ isAnomaly: true, isSampled: false });
      tally?.countTrace({ isAnomaly: false, isSampled: true });

      expect(rule.decide(NOW).tally).to.equal(tally);
      expect(rule.statistics).to.deep.include({ traces: 3, anomalies: 2, sampledAnomalies: 1 });
    });

    it('wants to know no more when the boost is taken from it', () => {
      const rule = ruleOf({ hasBoost: true });
      const { tally } = rule.decide(NOW);
      tally?.countTrace({ isAnomaly: true, isSampled: true });

      expect(rule.redefine(definition())).to.equal(1);
      tally?.countTrace({ isAnomaly: true, isSampled: true });
      expect(rule.decide(NOW).tally).to.equal(undefined);
      expect(rule.statistics).to.deep.include({ traces: 0, anomalies: 0, sampledAnomalies: 0 });
    });
  });

  describe('when it has been reported', () => {
    it('is due again after its interval, if it has decided anything', () => {
      const rule = ruleOf();
      expect(rule.isDue(0)).to.equal(false);
      rule.decide(NOW);
      expect(rule.isDue(0)).to.equal(true);

      rule.aim(target({ intervalSeconds: 30 }));
      rule.reported(1000);
      expect([rule.isDue(30_999), rule.isDue(31_000)]).to.deep.equal([false, true]);
    });

    it('is due where only a trace has ended', () => {
      const rule = ruleOf({ hasBoost: true });
      const { tally } = rule.decide(NOW);
      rule.acknowledge(rule.statistics);
      expect(rule.isDue(0)).to.equal(false);
      tally?.countTrace({ isAnomaly: false, isSampled: true });

      expect(rule.isDue(0)).to.equal(true);
    });

    for (const [given, seconds] of [
      [undefined, 10],
      [0, 1],
      [86_400, 3600],
    ] as const) {
      it(`waits ${seconds} seconds where the target says ${given}`, () => {
        const rule = ruleOf();
        rule.aim(target({ intervalSeconds: given }));

        expect(rule.intervalMillis).to.equal(seconds * 1000);
      });
    }

    it('holds what came since', () => {
      const rule = ruleOf();
      take(rule, NOW, 3);
      const reported = rule.statistics;
      take(rule, NOW + 1000, 2);
      rule.acknowledge(reported);

      expect(rule.statistics).to.deep.include({ requests: 2, sampled: 1, borrowed: 1 });
    });
  });

  it('decides as the protocol says, whatever it is told meanwhile', () => {
    const step = fc.record({
      pause: fc.nat(1500),
      toss: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      aim: fc.option(
        fc.record({
          quota: fc.option(fc.nat(4), { nil: undefined }),
          life: fc.nat(4000),
          rate: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        { nil: undefined, freq: 5 },
      ),
    });
    fc.assert(
      fc.property(fc.nat(2), fc.array(step, { maxLength: 60 }), (reservoirSize, steps) => {
        let toss = 0;
        const rule = ruleOf({ reservoirSize, rate: 0.3 }, () => toss);
        // The table of the protocol once more, in other words: lists of seconds in which something was taken or borrowed.
        const [taken, borrowed]: number[][] = [[], []];
        const told = { quota: undefined as number | undefined, until: -Infinity, rate: 0.3 };
        let now = NOW;
        for (const { pause, aim, toss: next } of steps) {
          now += pause;
          toss = next;
          if (aim !== undefined) {
            rule.aim(target({ quota: aim.quota, quotaUntil: now + aim.life, rate: aim.rate }));
            Object.assign(told, { until: now + aim.life, rate: aim.rate, quota: aim.quota ?? told.quota });
          }
          const second = Math.floor(now / 1000);
          const inThisSecond = (list: number[]): number => list.filter((other) => other === second).length;
          const isFresh = told.quota !== undefined && told.until >= now;
          const isTaken = isFresh && inThisSecond(taken!) < told.quota!;
          const isBorrowed = !isFresh && reservoirSize > 0 && inThisSecond(borrowed!) === 0;
          if (isTaken) taken!.push(second);
          if (isBorrowed) borrowed!.push(second);

          expect(rule.decide(now).isSampled).to.equal(isTaken || isBorrowed || toss < told.rate);
        }
        expect(rule.statistics).to.deep.include({ requests: steps.length, borrowed: borrowed!.length });
      }),
    );
  });
});
