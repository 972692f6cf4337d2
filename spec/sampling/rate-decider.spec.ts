import { expect } from 'chai';
import { RateDecider } from '#lib/sampling/rate-decider.js';
import { Reservoir } from '#lib/sampling/reservoir.js';
import { FixedClock, seeded } from '../support/recording.js';

describe('RateDecider', () => {
  const TRIES = 100_000;
  const count = (decider: RateDecider, tries = TRIES): number =>
    Array.from({ length: tries }, () => decider.decide().isSampled).filter(Boolean).length;

  for (const rate of [0.01, 0.05, 0.5, 0.99]) {
    it(`samples a share of ${rate}`, () => {
      const reservoir = new Reservoir({ limit: 0, clock: new FixedClock() });
      const share = count(new RateDecider({ reservoir, rate, random: seeded(42) })) / TRIES;

      // Four standard deviations.
      expect(share).to.be.closeTo(rate, 4 * Math.sqrt((rate * (1 - rate)) / TRIES));
    });
  }

  it('samples nothing at 0 and everything at 1, whatever the dice say', () => {
    const reservoir = new Reservoir({ limit: 0, clock: new FixedClock() });

    expect(count(new RateDecider({ reservoir, rate: 0, random: () => 0 }), 10)).to.equal(0);
    expect(count(new RateDecider({ reservoir, rate: 1, random: () => 1 - Number.EPSILON }), 10)).to.equal(10);
  });

  it('takes the reservoir first and the share from the rest', () => {
    const clock = new FixedClock();
    const decider = new RateDecider({ reservoir: new Reservoir({ limit: 3, clock }), rate: 0 });

    expect(count(decider, 10)).to.equal(3);
    clock.advanceSeconds(1);
    expect(count(decider, 10)).to.equal(3);
  });

  it('names the rule that it is the quota of', () => {
    const quota = (ruleName?: string): unknown =>
      new RateDecider({ reservoir: new Reservoir({ limit: 1, clock: new FixedClock() }), rate: 0, ruleName }).decide();

    expect(quota('checkout')).to.deep.equal({ isSampled: true, ruleName: 'checkout', tally: undefined });
    expect(quota()).to.deep.equal({ isSampled: true, ruleName: undefined, tally: undefined });
  });

  it('rolls its own dice where none are given', () => {
    const reservoir = new Reservoir({ limit: 0, clock: new FixedClock() });

    expect(count(new RateDecider({ reservoir, rate: 0.5 }), 1000)).to.be.within(300, 700);
  });
});
