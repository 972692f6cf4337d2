import { expect } from 'chai';
import * as fc from 'fast-check';
import * as sinon from 'sinon';
import { SystemClock } from '#lib/foundation/clock.js';

const START = 1_700_000_000_000;

describe('SystemClock', () => {
  let wall: sinon.SinonStub;
  let timer: sinon.SinonStub;

  beforeEach(() => {
    wall = sinon.stub(Date, 'now').returns(START);
    timer = sinon.stub(performance, 'now').returns(5000);
  });

  afterEach(() => sinon.restore());

  const nowOf = (clock: SystemClock): number => clock.anchor() + clock.elapsed();

  it('tells the time of the wall clock', () => {
    expect(nowOf(new SystemClock())).to.equal(START);
  });

  it('tells steps finer than a millisecond', () => {
    const clock = new SystemClock();
    const anchor = clock.anchor();
    timer.returns(5000.123);

    expect(anchor + clock.elapsed()).to.be.closeTo(START + 0.123, 0.001);
  });

  describe('when the wall clock jumps back while a trace is open', () => {
    it('goes on from the anchor that the trace has', () => {
      const clock = new SystemClock();
      const anchor = clock.anchor();
      const before = anchor + clock.elapsed();
      wall.returns(START - 3_600_000);
      timer.returns(5001);

      expect(anchor + clock.elapsed()).to.equal(before + 1);
    });

    it('tells the new time to the next trace', () => {
      const clock = new SystemClock();
      clock.anchor();
      wall.returns(START - 3_600_000);

      expect(nowOf(clock)).to.equal(START - 3_600_000);
    });
  });

  describe('when the machine was suspended and the monotonic timer stood still', () => {
    it('tells the new time to the next trace', () => {
      const clock = new SystemClock();
      clock.anchor();
      wall.returns(START + 86_400_000);

      expect(nowOf(clock)).to.equal(START + 86_400_000);
    });
  });

  describe('when the two differ by a few milliseconds', () => {
    it('keeps the anchor, so that neighbouring traces do not jitter', () => {
      const clock = new SystemClock();
      const anchor = clock.anchor();
      wall.returns(START + 10);

      expect(clock.anchor()).to.equal(anchor);
    });
  });

  it('never runs backwards within a trace, whatever the wall clock does', () => {
    const steps = fc.array(
      fc.record({ wall: fc.integer({ min: -1e9, max: 1e9 }), timer: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
    );
    fc.assert(
      fc.property(steps, (moves) => {
        const clock = new SystemClock();
        const anchor = clock.anchor();
        let elapsed = 5000;
        let last = anchor + clock.elapsed();
        for (const move of moves) {
          elapsed += move.timer;
          wall.returns(START + move.wall);
          timer.returns(elapsed);
          clock.anchor();
          const now = anchor + clock.elapsed();
          expect(now).to.be.at.least(last);
          last = now;
        }
        wall.returns(START);
        timer.returns(5000);
      }),
    );
  });
});
