import { expect } from 'chai';
import * as fc from 'fast-check';
import { AnomalyWatch, boostRate, boostSeconds } from '#lib/sampling/boost.js';
import { ruleNamed } from './rules.js';

const start = 1_700_000_000;

/** A moment of a clock that was never set. */
function at(seconds: number) {
  return { nowSeconds: seconds, elapsedSeconds: seconds };
}

function reported(anomalies: number, { total = 1000, sampledAnomalies = 0 } = {}) {
  return { anomalies, total, sampledAnomalies };
}

describe('boostRate', () => {
  const limits = { fixedRate: 0.01, maxRate: 1 };

  for (const [anomalies, rate] of [
    [1, 0.99],
    [2, 0.9],
    [10, 0.369],
    [100, 0.045],
  ] as const) {
    it(`asks for ${rate} where ${anomalies} anomalies were missed`, () => {
      expect(boostRate(reported(anomalies), limits)).to.be.closeTo(rate, 0.0005);
    });
  }

  it('asks for no boost where an anomaly was traced', () => {
    expect(boostRate(reported(500, { sampledAnomalies: 1 }), limits)).to.equal(undefined);
  });

  it('asks for no boost where nothing was wrong', () => {
    expect(boostRate(reported(0), limits)).to.equal(undefined);
  });

  it('asks for no boost where the rate of the rule will do', () => {
    expect(boostRate(reported(100), { fixedRate: 0.05, maxRate: 1 })).to.equal(undefined);
  });

  it('asks for no boost that would lower the rate', () => {
    expect(boostRate(reported(1), { fixedRate: 0.5, maxRate: 0.25 })).to.equal(undefined);
  });

  it('catches a repeated anomaly in 99 of 100 minutes, with the least rate that does, or with all that is allowed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (anomalies, fixedRate, maxRate) => {
          const rate = boostRate(reported(anomalies, { total: 200_000 }), { fixedRate, maxRate });
          const isMissed = (p: number) => (1 - p) ** anomalies;

          if (rate === undefined) {
            expect(isMissed(fixedRate) <= 0.01 + 1e-9 || maxRate <= fixedRate).to.equal(true);
            return;
          }
          expect(rate).to.be.greaterThan(fixedRate).and.at.most(maxRate);
          if (rate < maxRate) {
            expect(isMissed(rate)).to.be.closeTo(0.01, 1e-6);
          }
        },
      ),
    );
  });
});

describe('AnomalyWatch', () => {
  const rule = ruleNamed('a', { fixedRate: 0.01, boost: { maxRate: 0.5, cooldownMinutes: 10 } });

  it('boosts for a minute, at no more than the maximum', () => {
    const watch = new AnomalyWatch();
    watch.note(reported(1), start);

    expect(watch.boostOf(rule, at(start + 0.7))).to.deep.equal({ rate: 0.5, untilSecond: start + boostSeconds });
    expect(watch.boostOf(rule, at(start + 59))).to.deep.equal({ rate: 0.5, untilSecond: start + boostSeconds });
    expect(watch.boostOf(rule, at(start + 60))).to.equal(undefined);
  });

  it('adds up what all clients report within a minute', () => {
    const watch = new AnomalyWatch();
    for (const [after, anomalies] of [
      [0, 50],
      [20, 7],
      [25, 2],
      [65, 1],
    ] as const) {
      watch.note(reported(anomalies), start + after);
    }

    // The first fifty are over a minute ago.
    expect(watch.boostOf(rule, at(start + 65))?.rate).to.be.closeTo(1 - 0.01 ** (1 / 10), 1e-9);
  });

  it('boosts once within a cooldown', () => {
    const watch = new AnomalyWatch();
    const ends = new Set<number>();
    for (let second = 0; second < 1800; second += 10) {
      watch.note(reported(1), start + second);
      const boost = watch.boostOf(rule, at(start + second));
      if (boost !== undefined) {
        ends.add(boost.untilSecond - start);
      }
    }

    expect([...ends]).to.deep.equal([60, 660, 1260]);
    expect(watch.begun).to.equal(3);
  });

  it('boosts again at once where there is no cooldown', () => {
    const watch = new AnomalyWatch();
    const eager = ruleNamed('a', { fixedRate: 0, boost: { maxRate: 1, cooldownMinutes: 0 } });
    watch.note(reported(3), start);
    watch.boostOf(eager, at(start));
    watch.note(reported(3), start + 60);

    expect(watch.boostOf(eager, at(start + 60))?.untilSecond).to.equal(start + 120);
  });

  it('does not boost a rule that allows none', () => {
    const watch = new AnomalyWatch();
    watch.note(reported(100), start);

    expect(watch.boostOf(ruleNamed('a'), at(start))).to.equal(undefined);
  });

  it('holds a maximum that was lowered meanwhile', () => {
    const watch = new AnomalyWatch();
    watch.note(reported(1), start);
    watch.boostOf(rule, at(start));
    const lowered = ruleNamed('a', { fixedRate: 0.01, boost: { maxRate: 0.2, cooldownMinutes: 10 } });

    expect(watch.boostOf(lowered, at(start + 10))?.rate).to.equal(0.2);
  });

  describe('when the clock is set back', () => {
    it('ends a boost after its minute, boosts once within a cooldown, and tells times of the new clock', () => {
      const watch = new AnomalyWatch();
      const back = 3600;
      const begun: number[] = [];
      for (let second = 0; second < 1200; second += 10) {
        watch.note(reported(1), second);
        const nowSeconds = start + second - (second >= 30 ? back : 0);
        const before = watch.begun;
        const boost = watch.boostOf(rule, { elapsedSeconds: second, nowSeconds });
        if (watch.begun > before) {
          begun.push(second);
        }
        expect(boost?.untilSecond, String(second)).to.equal(
          second % 600 < 60 ? nowSeconds + 60 - (second % 600) : undefined,
        );
      }

      expect(begun).to.deep.equal([0, 600]);
    });
  });

  it('never exceeds the maximum, nor one boost a cooldown, whatever is reported', () => {
    const event = fc.record({ after: fc.nat(90), anomalies: fc.nat(50), sampledAnomalies: fc.nat(1) });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(5),
        (events, maxRate, cooldownMinutes) => {
          const watch = new AnomalyWatch();
          const boosted = ruleNamed('a', { fixedRate: 0.01, boost: { maxRate, cooldownMinutes } });
          const beginnings: number[] = [];
          let now = start;
          for (const { after, anomalies, sampledAnomalies } of events) {
            now += after;
            watch.note(reported(anomalies, { sampledAnomalies }), now);
            const before = watch.begun;
            const boost = watch.boostOf(boosted, at(now));
            if (watch.begun > before) {
              beginnings.push(now);
            }
            if (boost !== undefined) {
              expect(boost.rate).to.be.at.most(maxRate);
              expect(boost.untilSecond - now).to.be.within(1, boostSeconds);
            }
          }
          for (const [index, beginning] of beginnings.slice(1).entries()) {
            expect(beginning - beginnings[index]!).to.be.at.least(Math.max(boostSeconds, 60 * cooldownMinutes));
          }
        },
      ),
    );
  });
});
