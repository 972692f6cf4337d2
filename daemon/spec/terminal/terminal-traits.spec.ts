import { expect } from 'chai';
import {
  isColored,
  isUnicode,
  widthFor,
  type ColorChoice,
  type OutputSurroundings,
} from '#lib/terminal/terminal-traits.js';

function surroundings(members: Partial<OutputSurroundings> = {}): OutputSurroundings {
  return { isTerminal: true, columns: 80, environment: {}, platform: 'linux', ...members };
}

describe('isColored', () => {
  const table: readonly (readonly [boolean, ColorChoice, boolean, Record<string, string>])[] = [
    [true, 'auto', true, {}],
    [true, 'auto', true, { NO_COLOR: '' }],
    [false, 'auto', true, { NO_COLOR: '1' }],
    [false, 'auto', true, { TERM: 'dumb' }],
    [false, 'auto', false, {}],
    [true, 'auto', false, { FORCE_COLOR: '1' }],
    [true, 'auto', false, { FORCE_COLOR: '' }],
    [false, 'auto', true, { FORCE_COLOR: '0' }],
    [true, 'auto', true, { FORCE_COLOR: '1', NO_COLOR: '1' }],
    [true, 'always', false, { NO_COLOR: '1' }],
    [false, 'never', true, { FORCE_COLOR: '1' }],
  ];
  for (const [answer, choice, isTerminal, environment] of table) {
    const where = `${isTerminal ? 'a terminal' : 'a pipe'} with ${JSON.stringify(environment)}`;
    it(`answers ${answer} for ${choice} on ${where}`, () => {
      expect(isColored(surroundings({ isTerminal, environment }), choice)).to.equal(answer);
    });
  }
});

describe('isUnicode', () => {
  const table: readonly (readonly [boolean, Record<string, string>])[] = [
    [true, {}],
    [true, { LANG: 'en_US.UTF-8' }],
    [true, { LC_CTYPE: 'de_DE.utf8', LANG: 'C' }],
    [false, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }],
    [false, { LANG: 'en_US.ISO-8859-1' }],
    [true, { LC_ALL: '', LANG: 'C.UTF-8' }],
  ];
  for (const [answer, environment] of table) {
    it(`answers ${answer} for ${JSON.stringify(environment)}`, () => {
      expect(isUnicode(surroundings({ environment }))).to.equal(answer);
    });
  }
});

describe('widthFor', () => {
  it('takes the wish, then the columns of the terminal, then 100', () => {
    expect(widthFor(surroundings(), 60)).to.equal(60);
    expect(widthFor(surroundings(), undefined)).to.equal(80);
    expect(widthFor(surroundings({ isTerminal: false }), undefined)).to.equal(100);
    expect(widthFor(surroundings({ columns: 0 }), undefined)).to.equal(100);
  });
});
