import { expect } from 'chai';
import { RuleDecider, type Quota, type QuotaRule } from '#lib/sampling/rule-decider.js';
import type { Decision } from '#lib/sampling/decider.js';
import { FixedClock, seeded } from '../support/recording.js';

const REST = { service: 'shop', operation: 'GET /' };

function deciderOf(
  rules: readonly QuotaRule[],
  {
    clock = new FixedClock(),
    random = () => 0.5,
    rest = { rate: 0 },
  }: { clock?: FixedClock; random?: () => number; rest?: Quota } = {},
): RuleDecider {
  return new RuleDecider({ rules, default: rest, clock, random });
}

const about = (urlPath: string, quota: Quota, name?: string): QuotaRule => ({
  ...(name !== undefined && { name }),
  criteria: { urlPath },
  quota,
});

describe('RuleDecider', () => {
  const count = (decider: RuleDecider, urlPath: string, times: number): number =>
    Array.from({ length: times }, () => decider.decide({ ...REST, urlPath }).isSampled).filter(Boolean).length;

  it('decides by the first rule that is about the request, and by the default where none is', () => {
    const decider = deciderOf([about('/a', { rate: 1 }, 'one'), about('/*', { rate: 0 }, 'two')], {
      rest: { rate: 1 },
    });
    const told = (urlPath?: string): Decision => decider.decide({ ...REST, urlPath });

    expect(told('/a')).to.deep.equal({ isSampled: true, ruleName: 'one', tally: undefined });
    expect(told('/b')).to.deep.equal({ isSampled: false, ruleName: 'two', tally: undefined });
    expect(told()).to.deep.equal({ isSampled: true, ruleName: undefined, tally: undefined });
  });

  it('names no rule that has no name', () => {
    expect(deciderOf([about('*', { rate: 1 })]).decide(REST).ruleName).to.equal(undefined);
  });

  it('answers the same frozen decision each time', () => {
    const decider = deciderOf([about('/a', { rate: 0.5 }, 'one')], { random: seeded(7) });
    const decisions = new Set(Array.from({ length: 100 }, () => decider.decide({ ...REST, urlPath: '/a' })));

    expect(decisions).to.have.property('size', 2);
    for (const decision of decisions) expect(decision).to.satisfy(Object.isFrozen);
  });

  it('holds a reservoir for each rule', () => {
    const clock = new FixedClock();
    const rules = [about('/a', { rate: 0, perSecond: 2 }), about('/b', { rate: 0, perSecond: 3 })];
    const decider = deciderOf(rules, { clock, rest: { rate: 0, perSecond: 1 } });

    for (let second = 0; second < 3; second += 1) {
      expect(['/a', '/b', '/c'].map((urlPath) => count(decider, urlPath, 10))).to.deep.equal([2, 3, 1]);
      clock.advanceSeconds(1);
    }
  });

  it('counts by minutes of the wall clock where it is told so', () => {
    const clock = new FixedClock(60 * 1000);
    const decider = deciderOf([about('/a', { rate: 0, perMinute: 2 })], { clock, rest: { rate: 0, perMinute: 1 } });

    expect([count(decider, '/a', 9), count(decider, '/b', 9)]).to.deep.equal([2, 1]);
    clock.advanceMillis(59_999);
    expect([count(decider, '/a', 9), count(decider, '/b', 9)]).to.deep.equal([0, 0]);
    clock.advanceMillis(1);
    expect([count(decider, '/a', 9), count(decider, '/b', 9)]).to.deep.equal([2, 1]);
  });

  it('takes less than the rate alone, not what equals it', () => {
    const drawn = (number: number, rate: number): boolean =>
      deciderOf([], { random: () => number, rest: { rate } }).decide(REST).isSampled;

    expect(drawn(0, 0)).to.equal(false);
    expect(drawn(0.05, 0.05)).to.equal(false);
    expect(drawn(0.049, 0.05)).to.equal(true);
    expect(drawn(1 - Number.EPSILON, 1)).to.equal(true);
  });

  it('draws nothing while the reservoir gives', () => {
    let draws = 0;
    const random = (): number => {
      draws += 1;
      return 0;
    };
    const decider = deciderOf([], { random, rest: { rate: 1, perSecond: 5 } });
    count(decider, '/', 7);

    expect(draws).to.equal(2);
  });

  it('samples of each rule a share that is within four standard deviations of its rate', () => {
    const TRIES = 50_000;
    const rates = [0.001, 0.05, 0.3, 0.5, 0.999];
    const rules = rates.map((rate) => about(`/${rate}`, { rate }));
    const decider = deciderOf(rules, { random: seeded(2026), rest: { rate: 0.1 } });

    for (const rate of [...rates, 0.1]) {
      const deviation = Math.sqrt((rate * (1 - rate)) / TRIES);
      expect(count(decider, `/${rate}`, TRIES) / TRIES, `${rate}`).to.be.closeTo(rate, 4 * deviation);
    }
  });
});
