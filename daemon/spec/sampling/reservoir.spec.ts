import { expect } from 'chai';
import * as fc from 'fast-check';
import { quotaSeconds, Reservoir, type Quota } from '#lib/sampling/reservoir.js';

const start = 1_700_000_000;

/** What SDKs make of the answers: the last one counts, until the second it names is over. */
class Client {
  readonly id: string;
  #quota: Quota = { perSecond: 0, untilSecond: 0 };

  constructor(index: number) {
    this.id = index.toString().padStart(24, '0');
  }

  take(quota: Quota): void {
    this.#quota = quota;
  }

  quotaIn(second: number): number {
    return this.#quota.untilSecond >= second ? this.#quota.perSecond : 0;
  }
}

function clientsOf(count: number): Client[] {
  return Array.from({ length: count }, (_, index) => new Client(index));
}

function sumIn(second: number, clients: readonly Client[]): number {
  return clients.reduce((sum, client) => sum + client.quotaIn(second), 0);
}

/** Lets each client report every ten seconds, each in its own tenth; answers the quotas of every second. */
function simulate({
  seconds,
  size,
  demand,
  isLost = () => false,
}: {
  seconds: number;
  size: (second: number) => number;
  /** Requests per second of each client at a time; undefined while it is quiet. */
  demand: ((second: number) => number | undefined)[];
  isLost?: (second: number, client: number) => boolean;
}): number[][] {
  const reservoir = new Reservoir();
  const clients = clientsOf(demand.length);
  return Array.from({ length: seconds }, (_, second) => {
    const now = start + second;
    clients.forEach((client, index) => {
      const perSecond = demand[index]?.(second);
      if (perSecond === undefined || (second + index) % 10 !== 0) {
        return;
      }
      const requests = perSecond * 10;
      const quota = reservoir.grant({ clientId: client.id, requests, size: size(second), nowSeconds: now });
      if (!isLost(second, index)) {
        client.take(quota);
      }
    });
    return clients.map((client) => client.quotaIn(now));
  });
}

/**
 * Lets clients that stay report every 10 to 10.3 seconds beside others that come at random and report some times.
 * Answers the quotas of every second, of those that stay first; how many have waited at a time at the most; and the
 * seconds of quotas that the others had.
 */
function churn({
  lives,
  newPerSecond,
  size,
  stable,
  seconds,
}: {
  lives: number;
  newPerSecond: number;
  size: number;
  stable: number;
  seconds: number;
}) {
  const random = randomNumbers(lives * 1000 + size);
  const reservoir = new Reservoir();
  const staying = clientsOf(stable).map((client) => ({ client, due: Math.floor(random() * 100), left: Infinity }));
  let passing: typeof staying = [];
  let holding: Client[] = [];
  let count = stable;
  let mostWaiting = stable;
  let shortLived = 0;
  const quotas: number[][] = [];
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    const second = start + Math.floor(tenth / 10);
    if (random() < newPerSecond / 10) {
      passing.push({ client: new Client(count), due: tenth, left: lives });
      count += 1;
    }
    for (const each of [...staying, ...passing]) {
      if (each.due === tenth) {
        each.due = tenth + 100 + Math.floor(random() * 4);
        each.left -= 1;
        each.client.take(
          reservoir.grant({ clientId: each.client.id, requests: 50, size, nowSeconds: start + tenth / 10 }),
        );
        holding.push(each.client);
      }
    }
    passing = passing.filter(({ left }) => left > 0);
    if (tenth % 10 === 9) {
      holding = Array.from(new Set(holding)).filter((client) => client.quotaIn(second) > 0);
      const stayingQuotas = staying.map(({ client }) => client.quotaIn(second));
      const others = sumIn(second, holding) - total(stayingQuotas);
      shortLived += others;
      mostWaiting = Math.max(mostWaiting, stable + passing.length);
      quotas.push([...stayingQuotas, others]);
    }
  }
  return { quotas, mostWaiting: lives === 1 ? stable : mostWaiting, shortLived };
}

/** The same numbers from 0 to 1 for the same seed, as good as chance. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function column(quotas: readonly number[][], index: number): number[] {
  return quotas.map((row) => row[index] ?? 0);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function longestRun(numbers: readonly number[], isIn: (number: number) => boolean): number {
  let longest = 0;
  let run = 0;
  for (const number of numbers) {
    run = isIn(number) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

describe('Reservoir', () => {
  const steady = (perSecond: number) => () => perSecond;
  const fixed = (size: number) => () => size;

  describe('when one client asks', () => {
    it('gives it everything', () => {
      const quota = new Reservoir().grant({ clientId: 'a', requests: 0, size: 7, nowSeconds: start + 0.9 });

      expect(quota).to.deep.equal({ perSecond: 7, untilSecond: start + quotaSeconds });
    });

    it('gives nothing of nothing', () => {
      const quota = new Reservoir().grant({ clientId: 'a', requests: 100, size: 0, nowSeconds: start });

      expect(quota.perSecond).to.equal(0);
    });
  });

  describe('when ten clients ask alike for ten minutes', () => {
    const quotas = simulate({ seconds: 600, size: fixed(50), demand: Array.from({ length: 10 }, () => steady(20)) });

    it('settles on the same for each', () => {
      for (const row of quotas.slice(60)) {
        expect(row).to.deep.equal(Array.from({ length: 10 }, () => 5));
      }
    });

    it('never gives more than there is', () => {
      expect(Math.max(...quotas.map(total))).to.equal(50);
    });
  });

  describe('when ten clients of very different demand ask for ten minutes', () => {
    const quotas = simulate({
      seconds: 600,
      size: fixed(30),
      demand: Array.from({ length: 10 }, (_, index) => steady(index === 0 ? 900 : index === 1 ? 100 : 0.1)),
    });

    it('gives each by its demand, and no one less than one', () => {
      expect(quotas.at(-1)).to.deep.equal([19, 3, 1, 1, 1, 1, 1, 1, 1, 1]);
    });

    it('never gives more than there is', () => {
      expect(Math.max(...quotas.map(total))).to.be.at.most(30);
    });
  });

  for (const size of [1, 3, 9]) {
    describe(`when ten clients share ${size} for ten minutes`, () => {
      const quotas = simulate({ seconds: 600, size: fixed(size), demand: Array.from({ length: 10 }, () => steady(5)) });
      // Whoever came first had everything until the second came.
      const turns = Array.from({ length: 10 }, (_, index) => total(column(quotas.slice(60), index)));

      it('never gives more than there is', () => {
        expect(Math.max(...quotas.map(total))).to.be.at.most(size);
      });

      it('lets each have its turn as often as the others', () => {
        const fair = total(turns) / 10;
        // A turn lasts an interval; who stands at the end of the line when time is up has one or two less.
        expect(Math.min(...turns)).to.be.at.least(fair - 20);
        expect(Math.max(...turns)).to.be.at.most(fair + 20);
      });

      it('leaves no one without for longer than two rounds take', () => {
        for (let index = 0; index < 10; index += 1) {
          const drought = longestRun(column(quotas, index), (quota) => quota === 0);
          // First in one round and last in the next, with a quota's seconds and an interval for each turn.
          expect(drought).to.be.at.most(2 * Math.ceil(10 / size) * (quotaSeconds + 1 + 10));
        }
      });

      it('gives half of what there is, or more', () => {
        expect(total(turns)).to.be.at.least(0.5 * size * 540);
      });
    });
  }

  describe('when clients come and go for ten minutes', () => {
    // Two of three minutes here, each at another time.
    const coming = Array.from(
      { length: 10 },
      (_, index) => (second: number) => (Math.floor(second / 60 + index) % 3 === 0 ? undefined : 10 + index),
    );
    const quotas = simulate({ seconds: 600, size: fixed(20), demand: coming });

    it('never gives more than there is, to those who went quiet neither', () => {
      expect(Math.max(...quotas.map(total))).to.be.at.most(20);
    });

    it('gives what the absent leave to those who are here', () => {
      const average = total(quotas.slice(60).map(total)) / 540;
      expect(average).to.be.at.least(15);
    });

    it('lets a newcomer wait no longer than an interval and a quota', () => {
      coming.forEach((demand, index) => {
        const present = column(quotas, index).map((quota, second) =>
          // Reports come each ten seconds, so a client's presence begins up to that late.
          demand(second) !== undefined && demand(second - 10) !== undefined ? quota : 1,
        );
        expect(longestRun(present, (quota) => quota === 0)).to.be.at.most(10 + quotaSeconds);
      });
    });
  });

  for (const { lives, newPerSecond, size, stable } of [
    { lives: 1, newPerSecond: 2, size: 1, stable: 1 },
    { lives: 1, newPerSecond: 5, size: 1, stable: 5 },
    { lives: 1, newPerSecond: 0.3, size: 2, stable: 9 },
    { lives: 1, newPerSecond: 1, size: 20, stable: 12 },
    { lives: 3, newPerSecond: 1, size: 1, stable: 3 },
    { lives: 4, newPerSecond: 2, size: 10, stable: 10 },
  ]) {
    describe(`when ${newPerSecond} clients a second come for ${lives} reports each, beside ${stable} that stay`, () => {
      const { quotas, mostWaiting, shortLived } = churn({ lives, newPerSecond, size, stable, seconds: 3000 });

      it('never gives more than there is', () => {
        expect(Math.max(...quotas.map(total))).to.be.at.most(size);
      });

      it('lets none that stays wait for longer than those who wait with it take', () => {
        for (let index = 0; index < stable; index += 1) {
          const drought = longestRun(column(quotas, index), (quota) => quota === 0);
          expect(drought).to.be.at.most(2 * 10 + Math.ceil(mostWaiting / size) * (10 + quotaSeconds + 1));
        }
      });

      it('leaves nothing unused for want of clients that stay', () => {
        expect(shortLived + total(quotas.map((row) => total(row.slice(0, stable))))).to.be.at.least(0.4 * size * 3000);
      });
    });
  }

  describe('when a client that had a turn comes back after it', () => {
    it('waits behind those that waited meanwhile', () => {
      const reservoir = new Reservoir();
      const ask = (clientId: string, after: number) =>
        reservoir.grant({ clientId, requests: 1, size: 1, nowSeconds: start + after }).perSecond;
      // `a` has the only turn until 15, while `b` waits from 1 on.
      const given = [ask('a', 0), ask('b', 1), ask('b', 11), ask('a', 20), ask('b', 21)];

      expect(given).to.deep.equal([1, 0, 0, 0, 1]);
    });
  });

  describe('when all clients report once and never again', () => {
    it('gives what there is to those who come', () => {
      const { shortLived } = churn({ lives: 1, newPerSecond: 1, size: 2, stable: 0, seconds: 3000 });

      // Each holds its quota until that is over.
      expect(shortLived).to.be.at.least(0.9 * 2 * 3000);
    });
  });

  describe('when clients that are known of other rules begin to report for this one', () => {
    it('gives the first no more than its part, and all their shares after one interval', () => {
      const reservoir = new Reservoir();
      const clients = clientsOf(2);
      const given = Array.from({ length: 4 }, (_, step) => {
        const client = clients[step % 2]!;
        const nowSeconds = start + 5 * step;
        return reservoir.grant({ clientId: client.id, requests: 10, size: 4, nowSeconds, knownClients: 2 }).perSecond;
      });

      expect(given).to.deep.equal([2, 2, 2, 2]);
    });

    it('gives the first everything when the others stay away', () => {
      const reservoir = new Reservoir();
      const given = [0, 10, 20].map(
        (after) =>
          reservoir.grant({ clientId: 'a', requests: 9, size: 40, nowSeconds: start + after, knownClients: 4 })
            .perSecond,
      );

      expect(given).to.deep.equal([10, 10, 40]);
    });

    it('gives one at least', () => {
      const quota = new Reservoir().grant({ clientId: 'a', requests: 1, size: 2, nowSeconds: start, knownClients: 5 });

      expect(quota.perSecond).to.equal(1);
    });
  });

  describe('when answers are lost', () => {
    it('never gives more than there is, counted by what clients know', () => {
      const random = fc.sample(fc.integer({ min: 0, max: 2 }), { numRuns: 6000, seed: 7 });
      const quotas = simulate({
        seconds: 600,
        size: fixed(12),
        demand: Array.from({ length: 10 }, (_, index) => (second) => ((second * (index + 3)) % 97) + 1),
        isLost: (second, client) => random[second * 10 + client] === 0,
      });

      expect(Math.max(...quotas.map(total))).to.be.at.most(12);
    });
  });

  describe('when the reservoir is made smaller', () => {
    const quotas = simulate({
      seconds: 120,
      size: (second) => (second < 60 ? 40 : 8),
      demand: Array.from({ length: 4 }, () => steady(50)),
    });

    it('holds the new size as soon as the old quotas are over', () => {
      expect(total(quotas[59] ?? [])).to.equal(40);
      expect(Math.max(...quotas.slice(60 + quotaSeconds).map(total))).to.be.at.most(8);
    });

    it('never rises meanwhile', () => {
      const sums = quotas.slice(60, 60 + quotaSeconds).map(total);
      expect(sums).to.deep.equal(sums.toSorted((one, other) => other - one));
    });
  });

  describe('when the clock is set back', () => {
    it('does not keep what it gave for longer than any quota lasts', () => {
      const reservoir = new Reservoir();
      reservoir.grant({ clientId: 'a', requests: 10, size: 5, nowSeconds: start + 86_400 });
      reservoir.grant({ clientId: 'b', requests: 10, size: 5, nowSeconds: start });

      expect(reservoir.outstanding(start)).to.equal(5);
      expect(reservoir.outstanding(start + quotaSeconds + 1)).to.equal(0);
    });
  });

  describe('when more clients report than are remembered', () => {
    it('remembers a thousand, and gives no more than there is', () => {
      const reservoir = new Reservoir();
      const clients = clientsOf(3000);
      for (const [index, client] of clients.entries()) {
        client.take(
          reservoir.grant({ clientId: client.id, requests: 1, size: 1500, nowSeconds: start + index / 1000 }),
        );
      }

      expect(reservoir.clients).to.equal(1000);
      expect(sumIn(start + 3, clients)).to.be.at.most(1500);
    });
  });

  it('keeps its law whoever reports whenever', () => {
    const report = fc.record({
      afterSeconds: fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 0, max: 30 })),
      client: fc.integer({ min: 0, max: 7 }),
      requests: fc.oneof(fc.nat(100), fc.nat(2_147_483_647)),
      isLost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.nat(40), fc.array(report, { maxLength: 120 }), (size, reports) => {
        const reservoir = new Reservoir();
        const clients = clientsOf(8);
        let now = start;
        for (const { afterSeconds, client: index, requests, isLost } of reports) {
          now += afterSeconds;
          const client = clients[index]!;
          const quota = reservoir.grant({ clientId: client.id, requests, size, nowSeconds: now });
          if (!isLost) {
            client.take(quota);
          }

          expect(Number.isInteger(quota.perSecond)).to.equal(true);
          expect(quota.perSecond).to.be.at.least(0);
          expect(quota.untilSecond).to.equal(Math.floor(now) + quotaSeconds);
          for (let second = Math.floor(now); second <= quota.untilSecond; second += 1) {
            expect(sumIn(second, clients)).to.be.at.most(size);
          }
          expect(reservoir.outstanding(now)).to.be.at.most(size);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lets nobody who keeps reporting wait for longer than two rounds, whenever each reports', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.record({ phase: fc.nat(99), jitter: fc.nat(3) }), { minLength: 8, maxLength: 8 }),
        (size, phases) => {
          const reservoir = new Reservoir();
          const clients = clientsOf(8);
          // Tenths of a second; intervals of 10 to 10.3 seconds, so that phases drift.
          const due = phases.map(({ phase }) => phase);
          const quotas: number[][] = [];
          for (let tenth = 0; tenth < 6000; tenth += 1) {
            clients.forEach((client, index) => {
              if (due[index] === tenth) {
                due[index] = tenth + 100 + (phases[index]?.jitter ?? 0);
                const nowSeconds = start + tenth / 10;
                client.take(reservoir.grant({ clientId: client.id, requests: 50, size, nowSeconds }));
              }
            });
            if (tenth % 10 === 9) {
              quotas.push(clients.map((client) => client.quotaIn(start + Math.floor(tenth / 10))));
            }
          }
          expect(Math.max(...quotas.map(total))).to.be.at.most(size);
          for (const index of clients.keys()) {
            const drought = longestRun(column(quotas, index), (quota) => quota === 0);
            expect(drought).to.be.at.most(2 * Math.ceil(8 / size) * (quotaSeconds + 1 + 11));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('adds nothing to what is too much after the size was changed', () => {
    const report = fc.record({
      afterSeconds: fc.double({ min: 0, max: 12, noNaN: true }),
      client: fc.integer({ min: 0, max: 5 }),
      requests: fc.nat(1000),
      size: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 100 }), (reports) => {
        const reservoir = new Reservoir();
        const clients = clientsOf(6);
        let now = start;
        for (const { afterSeconds, client: index, requests, size } of reports) {
          now += afterSeconds;
          const second = Math.floor(now);
          const before = sumIn(second, clients);
          const client = clients[index]!;
          client.take(reservoir.grant({ clientId: client.id, requests, size, nowSeconds: now }));

          expect(sumIn(second, clients)).to.be.at.most(Math.max(size, before));
        }
        const last = reports.at(-1)?.size ?? 0;
        const later = Math.floor(now) + quotaSeconds + 1;
        for (const client of clients) {
          client.take(reservoir.grant({ clientId: client.id, requests: 1, size: last, nowSeconds: later }));
        }
        expect(sumIn(later, clients)).to.be.at.most(last);
      }),
      { numRuns: 300 },
    );
  });
});
