import { expect } from 'chai';
import * as fc from 'fast-check';
import { fit, printObject, type Member } from '#lib/model/fit.js';

describe('fit', () => {
  const member = (key: string, length: number): Member => ({ key, text: JSON.stringify('x'.repeat(length)) });

  it('leaves what fits as it is', () => {
    const members = [member('a', 10), member('b', 20)];

    expect(fit(members, 1000)).to.deep.equal({ kept: members, leftOut: 0 });
  });

  it('replaces the largest by a note of its size, in its place', () => {
    const { kept, leftOut } = fit([member('a', 100), member('b', 5000), member('c', 200)], 1000);

    expect(kept.map(({ key, text }) => [key, text.length < 100 ? text : text.length])).to.deep.equal([
      ['a', 102],
      ['b', '"[cut: 5002 bytes, more than fits into the document]"'],
      ['c', 202],
    ]);
    expect(leftOut).to.equal(0);
  });

  it('leaves out where notes are not enough, and makes room for saying so', () => {
    const { kept, leftOut } = fit(
      Array.from({ length: 100 }, (_, index) => member(`k${index}`, 20)),
      1000,
    );

    expect(kept.length + leftOut).to.equal(100);
    expect(printObject(kept).length).to.be.below(900);
  });

  it('never takes more room than there is, and never makes a value larger', () => {
    const members = fc.array(fc.tuple(fc.string(), fc.nat(3000)).map(([key, length]) => member(key, length)));
    fc.assert(
      fc.property(members, fc.integer({ min: -100, max: 5000 }), (given, room) => {
        const { kept, leftOut } = fit(given, room);

        expect(kept.length + leftOut).to.equal(given.length);
        if (kept.length > 0) expect(Buffer.byteLength(printObject(kept)) - 1).to.be.at.most(room);
        for (const { key, text } of kept) {
          const largest = Math.max(...given.filter((each) => each.key === key).map((each) => each.text.length));
          expect(text.length).to.be.at.most(largest);
        }
      }),
    );
  });
});
