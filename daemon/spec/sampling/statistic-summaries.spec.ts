import { expect } from 'chai';
import { StatisticSummaries } from '#lib/sampling/statistic-summaries.js';

const start = 1_700_000_000;

describe('StatisticSummaries', () => {
  const once = { requests: 10, sampled: 3, borrowed: 1 };

  it('adds up by rule in steps of ten seconds', () => {
    const summaries = new StatisticSummaries();
    const nowSeconds = start + 20;
    summaries.add('b', once, { atSeconds: start + 10, nowSeconds });
    summaries.add('a', once, { atSeconds: start + 19.9, nowSeconds });
    summaries.add('a', once, { atSeconds: start + 9, nowSeconds });
    summaries.add('b', once, { atSeconds: start + 13, nowSeconds });

    expect(summaries.list(nowSeconds)).to.deep.equal([
      { ruleName: 'a', startSecond: start, ...once },
      { ruleName: 'a', startSecond: start + 10, ...once },
      { ruleName: 'b', startSecond: start + 10, requests: 20, sampled: 6, borrowed: 2 },
    ]);
  });

  it('takes what comes from the future as of now', () => {
    const summaries = new StatisticSummaries();
    summaries.add('a', once, { atSeconds: start + 86_400, nowSeconds: start });

    expect(summaries.list(start)).to.deep.equal([{ ruleName: 'a', startSecond: start, ...once }]);
  });

  it('forgets after an hour', () => {
    const summaries = new StatisticSummaries();
    summaries.add('a', once, { atSeconds: start, nowSeconds: start });

    expect(summaries.list(start + 3609)).to.have.length(1);
    expect(summaries.list(start + 3610)).to.deep.equal([]);
  });

  it('keeps ten thousand, the latest ones', () => {
    const summaries = new StatisticSummaries();
    for (let index = 0; index < 30_000; index += 1) {
      const atSeconds = start + 10 * Math.floor(index / 100);
      summaries.add(`rule ${index % 100}`, once, { atSeconds, nowSeconds: atSeconds });
    }
    const kept = summaries.list(start + 3000);

    expect(kept).to.have.length(10_000);
    expect(kept[0]?.startSecond).to.equal(start + 2000);
  });
});
