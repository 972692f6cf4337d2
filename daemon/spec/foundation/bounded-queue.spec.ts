import { expect } from 'chai';
import * as fc from 'fast-check';
import { BoundedQueue } from '#lib/foundation/bounded-queue.js';

describe('BoundedQueue', () => {
  it('gives items back in the order they came', () => {
    const queue = new BoundedQueue<string>(3);

    queue.put('a');
    queue.put('b');

    expect([queue.take(), queue.take(), queue.take()]).to.deep.equal(['a', 'b', undefined]);
  });

  describe('when it is full', () => {
    it('answers and counts the oldest item, which makes room', () => {
      const queue = new BoundedQueue<string>(2);
      queue.put('a');
      queue.put('b');

      expect(queue.put('c')).to.equal('a');
      expect(queue.dropped).to.equal(1);
      expect([queue.take(), queue.take()]).to.deep.equal(['b', 'c']);
    });
  });

  it('behaves as a list that is cut at its capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.option(fc.nat())), (capacity, steps) => {
        const queue = new BoundedQueue<number>(capacity);
        const list: number[] = [];
        for (const step of steps) {
          if (step === null) {
            expect(queue.take()).to.equal(list.shift());
          } else {
            queue.put(step);
            list.push(step);
            list.splice(0, list.length - capacity);
          }
          expect(queue.size).to.equal(list.length);
        }
      }),
    );
  });

  describe('when its capacity is no whole number of at least 1', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) {
      it(`refuses ${capacity}`, () => {
        expect(() => new BoundedQueue(capacity)).to.throw(RangeError, String(capacity));
      });
    }
  });
});
