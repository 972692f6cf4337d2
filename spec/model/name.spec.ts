import { expect } from 'chai';
import * as fc from 'fast-check';
import { cleanName } from '#lib/model/name.js';

/** Every name that X-Ray takes, as its developer guide describes it. */
const LEGAL = /^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]{1,200}$/u;

describe('cleanName', () => {
  const table: readonly [what: string, name: unknown, clean: string][] = [
    ['a plain name', 'OrderService.place', 'OrderService.place'],
    ['every sign that is allowed', '_.:/%&#=+\\-@', '_.:/%&#=+\\-@'],
    ['letters and digits of any script', 'Läden 東京 ٣', 'Läden 東京 ٣'],
    ['letters beyond the basic plane', '𝒳-ray', '𝒳-ray'],
    ['signs that are not allowed', 'a?b;c*d(e)f!g$h~i^j<k>l', 'abcdefghijkl'],
    ['quotes and brackets', '[a] {b} "c" \'d\' `e` |f|', 'a b c d e f'],
    ['emoji', 'checkout 🛒 now', 'checkout now'],
    ['half of a surrogate pair', 'a\ud83db', 'ab'],
    ['control characters', 'a\u0000b\u001bc', 'abc'],
    ['white space of every kind', ' a\tb\r\nc\u00a0d\u2003e\u2028f\ufeffg  ', 'a b c d e f g'],
    ['what is left between two spaces', 'a ! b', 'a b'],
    ['nothing', '', 'unnamed'],
    ['white space alone', ' \n ', 'unnamed'],
    ['only signs that are not allowed', '🛒!?', 'unnamed'],
    ['a long name', 'x'.repeat(500), 'x'.repeat(200)],
    ['a pair across the limit', `${'x'.repeat(199)}𝒳y`, 'x'.repeat(199)],
    ['a pair across the limit, in the last place', `${'x'.repeat(199)}𝒳`, 'x'.repeat(199)],
    ['a space at the limit', `${'x'.repeat(199)} y`, 'x'.repeat(199)],
    ['a number', 404, '404'],
    ['undefined', undefined, 'unnamed'],
    ['a symbol', Symbol('s'), 'unnamed'],
    ['an object', Object.create(null), 'unnamed'],
  ];
  for (const [what, name, clean] of table) {
    it(`cleans ${what}`, () => {
      expect(cleanName(name)).to.equal(clean);
    });
  }

  const anyName = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('a', ' ', '!', '\n', '𝒳', '🛒', 'é', '\u00a0'), maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('x', '𝒳', ' '), minLength: 195, maxLength: 210 }),
  );

  it('answers a name that X-Ray takes, whatever it is given', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(cleanName(name)).to.match(LEGAL);
        expect(cleanName(name)).to.have.length.at.most(200);
      }),
    );
  });

  it('leaves a clean name as it is', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const clean = cleanName(name);
        expect(cleanName(clean)).to.equal(clean);
      }),
    );
  });
});
