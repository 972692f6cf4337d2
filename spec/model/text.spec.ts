import { expect } from 'chai';
import * as fc from 'fast-check';
import { clip, cut } from '#lib/model/text.js';

describe('cut', () => {
  it('leaves a text that fits as it is', () => {
    expect(cut('x'.repeat(250))).to.equal('x'.repeat(250));
    expect(cut('', 1)).to.equal('');
  });

  it('ends what was cut with an ellipsis', () => {
    expect(cut('x'.repeat(251))).to.equal(`${'x'.repeat(249)}…`);
    expect(cut('abcd', 3)).to.equal('ab…');
    expect(cut('abcd', 1)).to.equal('…');
  });

  it('cuts before a pair rather than through it', () => {
    expect(cut('a🛒bc', 3)).to.equal('a…');
    expect(cut('a🛒bc', 4)).to.equal('a🛒…');
  });

  it('keeps to the limit and splits no surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const short = cut(text, limit);

        expect(short).to.have.length.at.most(limit);
        expect(Buffer.from(short, 'utf8').toString('utf8')).to.equal(short);
        expect(text.startsWith(short.replace(/…$/, ''))).to.equal(true);
      }),
    );
  });
});

describe('clip', () => {
  it('answers the beginning, and never half a pair', () => {
    expect([clip('abc', 5), clip('abc', 2), clip('a🛒', 2), clip('a🛒', 3)]).to.deep.equal(['abc', 'ab', 'a', 'a🛒']);
  });
});
