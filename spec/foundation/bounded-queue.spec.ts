import { expect } from 'chai';
import * as fc from 'fast-check';
import { BoundedQueue } from '#lib/foundation/bounded-queue.js';

describe('BoundedQueue', () => {
  it('gives back what it took, oldest first, and is empty then', () => {
    const queue = new BoundedQueue<string>(3);
    queue.offer('a');
    queue.offer('b');

    expect(queue.size).to.equal(2);
    expect(queue.drain()).to.deep.equal(['a', 'b']);
    expect(queue.size).to.equal(0);
  });

  describe('when it is full', () => {
    it('refuses the newcomer, keeps what waits, and counts', () => {
      const queue = new BoundedQueue<number>(2);

      expect([1, 2, 3, 4].map((item) => queue.offer(item))).to.deep.equal([true, true, false, false]);
      expect(queue.refused).to.equal(2);
      expect(queue.drain()).to.deep.equal([1, 2]);
    });

    it('takes again after it was drained', () => {
      const queue = new BoundedQueue<number>(1);
      queue.offer(1);
      queue.drain();

      expect(queue.offer(2)).to.equal(true);
    });
  });

  it('accounts for every item: taken, waiting or refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.array(fc.option(fc.nat())), (capacity, moves) => {
        const queue = new BoundedQueue<number>(capacity);
        let drained = 0;
        let offered = 0;
        for (const move of moves) {
          if (move === null) drained += queue.drain().length;
          else {
            queue.offer(move);
            offered += 1;
          }
          expect(queue.size).to.be.at.most(capacity);
        }
        expect(drained + queue.size + queue.refused).to.equal(offered);
      }),
    );
  });
});
