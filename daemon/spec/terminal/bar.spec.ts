import { expect } from 'chai';
import * as fc from 'fast-check';
import { drawBar } from '#lib/terminal/bar.js';
import { asciiGlyphs, unicodeGlyphs } from '#lib/terminal/glyphs.js';

describe('drawBar', () => {
  for (const [from, to, unicode, ascii] of [
    [0, 1, '████████', '########'],
    [0, 0.5, '████    ', '####    '],
    [0.5, 1, '    ████', '    ####'],
    [0, 0.07, '▌       ', '#       '],
    [0, 0, '▏       ', '#       '],
    [1, 1, '       ▐', '       #'],
    [0.19, 0.5, ' ▐██    ', ' ###    '],
    [0.25, undefined, '  ░░░░░▸', '  =====>'],
  ] as const) {
    it(`draws ${from} to ${to ?? 'an unknown end'} as |${unicode}|`, () => {
      expect(drawBar({ from, to }, 8, unicodeGlyphs)).to.equal(unicode);
      expect(drawBar({ from, to }, 8, asciiGlyphs)).to.equal(ascii);
    });
  }

  it('fills its width exactly and is never invisible', () => {
    const fraction = fc.double({ noNaN: false });
    fc.assert(
      fc.property(
        fraction,
        fc.option(fraction, { nil: undefined }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(unicodeGlyphs, asciiGlyphs),
        (from, to, width, glyphs) => {
          const bar = drawBar({ from, to }, width, glyphs);
          expect(Array.from(bar)).to.have.length(width);
          expect(bar.trim()).not.to.equal('');
        },
      ),
    );
  });
});
