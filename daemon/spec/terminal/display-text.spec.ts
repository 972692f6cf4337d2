import { expect } from 'chai';
import * as fc from 'fast-check';
import { cleanText, flow, shorten, widthOf, wrapText } from '#lib/terminal/display-text.js';
import { asciiGlyphs, unicodeGlyphs } from '#lib/terminal/glyphs.js';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

describe('cleanText', () => {
  const table: readonly (readonly [what: string, text: string, clean: string])[] = [
    ['plain text', 'GET /orders', 'GET /orders'],
    ['an escape sequence', 'a\u001B[31mb', 'a\uFFFD[31mb'],
    ['an eight-bit escape sequence', 'a\u009B31mb', 'a\uFFFD31mb'],
    ['bells and deletes', 'a\u0007\u007Fb', 'a\uFFFD\uFFFDb'],
    ['line breaks and tabs', 'a\r\n\tb\u2028c', 'a b c'],
    ['text that runs backwards', 'a\u202Eb\u2066c', 'abc'],
    ['characters of no width', 'a\u200Bb\uFEFFc', 'abc'],
    ['half a surrogate pair', 'a\uD800b', 'a\uFFFDb'],
    ['piles of marks', `a${'\u0301'.repeat(50)}`, `a${'\u0301'.repeat(3)}`],
  ];
  for (const [what, text, clean] of table) {
    it(`makes ${what} safe`, () => {
      expect(cleanText(text, unicodeGlyphs)).to.equal(clean);
    });
  }

  it('leaves no control character in any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(cleanText(text, unicodeGlyphs)).not.to.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  describe('when the terminal has ASCII alone', () => {
    it('replaces everything else', () => {
      expect(cleanText('配送 é🚚', asciiGlyphs)).to.equal('?? ??');
      fc.assert(
        fc.property(anyText, (text) => {
          expect(cleanText(text, asciiGlyphs)).to.match(/^[\u0020-\u007E]*$/);
        }),
      );
    });
  });
});

describe('widthOf', () => {
  for (const [text, width] of [
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['配送', 4],
    ['한국', 4],
    ['🚚', 2],
    ['🇫🇷', 4],
    ['❤\uFE0F', 2],
    ['…', 1],
  ] as const) {
    it(`is ${width} for ${text}`, () => {
      expect(widthOf(text)).to.equal(width);
    });
  }
});

describe('shorten', () => {
  it('takes from the middle', () => {
    expect(shorten('OrderService.placeOrder', 12, unicodeGlyphs)).to.equal('OrderSe…rder');
  });

  it('never exceeds the width', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom(unicodeGlyphs, asciiGlyphs),
        (text, width, glyphs) => {
          expect(widthOf(shorten(cleanText(text, glyphs), width, glyphs))).to.be.at.most(width);
        },
      ),
    );
  });
});

describe('wrapText', () => {
  it('breaks between words and shortens the last line', () => {
    expect(wrapText('the card was declined by the bank that issued it', 16, 2, unicodeGlyphs)).to.deep.equal([
      'the card was',
      'declined…ued it',
    ]);
  });

  it('never exceeds the width nor the number of lines', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrapText(cleanText(text, unicodeGlyphs), width, 3, unicodeGlyphs);
        expect(lines).to.have.length.at.most(3);
        expect(Math.max(0, ...lines.map(widthOf))).to.be.at.most(width);
      }),
    );
  });
});

describe('flow', () => {
  it('begins a new line where the next text does not fit', () => {
    expect(flow(['a=1', 'b=2', 'c=3'], '  ', 8, unicodeGlyphs)).to.deep.equal(['a=1  b=2', 'c=3']);
  });
});
