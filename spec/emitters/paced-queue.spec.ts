import { expect } from 'chai';
import fc from 'fast-check';
import { memoryOf } from '#lib/emitters/pace.js';
import { PacedQueue } from '#lib/emitters/paced-queue.js';

describe('PacedQueue', () => {
  it('is a queue, and knows what it holds and gave', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(100), fc.constant('take'), fc.constant('clear'))), (steps) => {
        const queue = new PacedQueue();
        let model: Buffer[] = [];
        let taken = 0;
        for (const step of steps) {
          if (typeof step === 'number') {
            const datagram = Buffer.alloc(step);
            queue.put(datagram);
            model.push(datagram);
          } else if (step === 'take') {
            queue.shift();
            taken += model.shift() === undefined ? 0 : 1;
          } else {
            queue.clear();
            taken += model.length;
            model = [];
          }

          expect(queue.first).to.equal(model[0]);
          expect([queue.size, queue.taken]).to.deep.equal([model.length, taken]);
          expect(queue.bytes).to.equal(model.reduce((sum, { length }) => sum + memoryOf(length), 0));
        }
      }),
    );
  });
});
