import { expect } from 'chai';
import fc from 'fast-check';
import { memoryOf, Pace, USUAL_PACE } from '#lib/emitters/pace.js';

describe('Pace', () => {
  it('lets a burst through, then so much a millisecond', () => {
    let now = 5;
    const pace = new Pace({ burstBytes: 4 * memoryOf(300), bytesPerMilli: memoryOf(300) }, () => now);
    const take = (count: number): boolean[] => Array.from({ length: count }, () => pace.take(300));

    expect(take(5)).to.deep.equal([true, true, true, true, false]);
    now += 1;
    expect(take(2)).to.deep.equal([true, false]);
    now += 100;
    expect(take(5)).to.deep.equal([true, true, true, true, false]);
  });

  it('lets the largest datagram through', () => {
    const pace = new Pace(USUAL_PACE, () => 0);

    expect(pace.take(65_507)).to.equal(true);
    expect(pace.take(1)).to.equal(false);
  });

  it('never lets more through than the burst, the time and the last datagram make', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.integer({ min: 1, max: 60_000 })));
    fc.assert(
      fc.property(steps, (given) => {
        let now = 0;
        let taken = 0;
        const pace = new Pace(USUAL_PACE, () => now);
        for (const [millis, bytes] of given) {
          now += millis;
          if (pace.take(bytes)) taken += memoryOf(bytes);

          expect(taken).to.be.at.most(USUAL_PACE.burstBytes + now * USUAL_PACE.bytesPerMilli + 1);
        }
      }),
    );
  });
});

describe('memoryOf', () => {
  // Measured on Linux: datagrams of a size that fit into a buffer of 212,992 bytes which nobody reads.
  for (const [bytes, fitting] of [
    [50, 256],
    [200, 166],
    [600, 166],
    [1000, 92],
    [3000, 48],
    [4000, 25],
    [16_000, 12],
    [32_000, 6],
    [64_030, 3],
  ] as const) {
    it(`is for ${bytes} bytes near what lets ${fitting} fit`, () => {
      expect(memoryOf(bytes) * fitting).to.be.within(212_992 * 0.7, 212_992 * 1.05);
    });
  }
});
