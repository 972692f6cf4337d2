import { expect } from 'chai';
import * as fc from 'fast-check';
import { Reservoir } from '#lib/sampling/reservoir.js';
import { FixedClock } from '../support/recording.js';

describe('Reservoir', () => {
  const take = (reservoir: Reservoir, times: number): number =>
    Array.from({ length: times }, () => reservoir.take()).filter(Boolean).length;

  describe("when this second's quota is spent", () => {
    it('refuses until the clock reaches the next second', () => {
      const clock = new FixedClock(10);
      const reservoir = new Reservoir({ limit: 2, clock });

      expect(take(reservoir, 5)).to.equal(2);
      clock.advanceMillis(999);
      expect(take(reservoir, 5)).to.equal(0);
      clock.advanceMillis(1);
      expect(take(reservoir, 5)).to.equal(2);
    });
  });

  it('does not save up what was not taken', () => {
    const clock = new FixedClock(10);
    const reservoir = new Reservoir({ limit: 1, clock });
    reservoir.take();
    clock.advanceSeconds(100);

    expect(take(reservoir, 5)).to.equal(1);
  });

  it('gives nothing where it holds nothing', () => {
    expect(take(new Reservoir({ limit: 0, clock: new FixedClock() }), 5)).to.equal(0);
  });

  it('counts by whole seconds of the wall clock, not from the first call', () => {
    const clock = new FixedClock(10);
    clock.advanceMillis(900);
    const reservoir = new Reservoir({ limit: 1, clock });
    expect(take(reservoir, 2)).to.equal(1);
    clock.advanceMillis(100);

    expect(take(reservoir, 2)).to.equal(1);
  });

  it('never gives more in one second than it holds', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.array(fc.nat(2000)), (limit, pauses) => {
        const clock = new FixedClock(0);
        const reservoir = new Reservoir({ limit, clock });
        const taken = new Map<number, number>();
        for (const pause of pauses) {
          clock.advanceMillis(pause);
          const second = Math.floor(clock.elapsed() / 1000);
          if (reservoir.take()) taken.set(second, (taken.get(second) ?? 0) + 1);
        }
        for (const count of taken.values()) expect(count).to.be.at.most(limit);
      }),
    );
  });
});
