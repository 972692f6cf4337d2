import { expect } from 'chai';
import * as fc from 'fast-check';
import { PatternSet } from '#lib/sampling/pattern-set.js';
import { seeded } from '../support/recording.js';

/** The numbers of the patterns that the text meets. */
function matching(set: PatternSet, count: number, text: string | undefined): number[] {
  const row = set.find(text);
  const has = (index: number): boolean =>
    ((set.table[row + set.masks + (index >> 5)] as number) & (1 << (index & 31))) !== 0;
  return Array.from({ length: count }, (_, index) => index).filter(has);
}

function setOf(patterns: readonly string[], options: { cells?: number; repeats?: boolean } = {}): PatternSet {
  return new PatternSet(
    patterns.map((pattern, rule) => ({ pattern, rule })),
    { ruleCount: patterns.length, ...options },
  );
}

/** Whether the text meets the pattern, place by place, as the words for it say. */
function isMet(pattern: string, text: string): boolean {
  let reached = new Set([0]);
  const passStars = (): void => {
    for (const place of reached) if (pattern[place] === '*') reached.add(place + 1);
  };
  passStars();
  for (const character of text) {
    const places = [...reached].flatMap((place) => {
      if (pattern[place] === '*') return [place];
      return pattern[place] === '?' || pattern[place] === character ? [place + 1] : [];
    });
    reached = new Set(places);
    passStars();
  }
  return reached.has(pattern.length);
}

describe('PatternSet', () => {
  it('finds all patterns that a text meets', () => {
    const patterns = ['/a/*', '*', '/a/b', '*/b', '/A/?', '/c', ''];
    const set = setOf(patterns);

    expect(matching(set, 7, '/a/b')).to.deep.equal([0, 1, 2, 3, 4]);
    expect(matching(set, 7, '')).to.deep.equal([1, 6]);
    expect(matching(set, 7, undefined)).to.deep.equal([]);
  });

  it('takes one pattern of several of a rule, and every text for a rule that has none', () => {
    const set = new PatternSet(
      [
        { rule: 1, pattern: 'a' },
        { rule: 1, pattern: 'b*' },
      ],
      { ruleCount: 3 },
    );

    expect(matching(set, 3, 'a')).to.deep.equal([0, 1, 2]);
    expect(matching(set, 3, 'bb')).to.deep.equal([0, 1, 2]);
    expect(matching(set, 3, 'c')).to.deep.equal([0, 2]);
    expect(matching(set, 3, undefined)).to.deep.equal([0, 2]);
  });

  it('answers the same with room for all states, for few, and for none', () => {
    const unit = fc.constantFrom('a', 'b', 'c', 'B', 'ß', '😀');
    const pattern = fc.string({ unit: fc.oneof(unit, fc.constantFrom('*', '?')), maxLength: 8 });
    const texts = fc.array(fc.string({ unit, maxLength: 20 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 40 }), texts, (patterns, given) => {
        const [all, ...others] = [
          {},
          { repeats: true },
          { cells: 200 },
          { cells: 200, repeats: true },
          { cells: 0 },
        ].map((options) => {
          const set = setOf(patterns, options);
          return [...given, ...given].map((text) => matching(set, patterns.length, text));
        });
        for (const other of others) expect(other).to.deep.equal(all);
      }),
      { numRuns: 300 },
    );
  });

  it('folds case as regular expressions do, of every character that has one', () => {
    const characters: string[] = [];
    for (let code = 0; code < 0x11_00_00; code += 1) {
      const character = String.fromCodePoint(code);
      if (/[\p{Changes_When_Casefolded}\p{Lowercase}\p{Uppercase}]/u.test(character)) characters.push(character);
    }
    const all = characters.join('');

    expect(characters).to.have.length.above(2500);
    for (const one of characters) {
      const set = setOf([one]);
      const expected = all.match(new RegExp(`\\u{${one.codePointAt(0)!.toString(16)}}`, 'giu')) ?? [];
      for (const other of expected) expect(matching(set, 1, other), `${one} ${other}`).to.deep.equal([0]);
      const others = new Set([one.toLowerCase(), one.toUpperCase(), one.normalize('NFKD')]);
      for (const other of others) {
        const isSame = new RegExp(`^\\u{${one.codePointAt(0)!.toString(16)}}$`, 'iu').test(other);
        expect(matching(set, 1, other), `${one} ${other}`).to.deep.equal(isSame ? [0] : []);
      }
    }
  });

  it('keeps no more than it is given room for', () => {
    const set = setOf(['*a??????????b', '*b??????????a'], { cells: 1000 });
    for (let number = 0; number < 5000; number += 1)
      set.find(number.toString(2).replaceAll('0', 'a').replaceAll('1', 'b'));

    expect(set.table).to.have.length.at.most(2000);
  });

  const letters = Array.from('abcdefghijklmnopqrstuvwxy');
  const crowded: Readonly<Record<string, readonly string[]>> = {
    'short patterns with ? after *': letters.map((letter) => `/*${letter}${'?'.repeat(8)}`),
    'long patterns with ? after *': letters.map((letter) => `*${letter}${'?'.repeat(100)}`),
    'patterns that differ in their length alone': letters.map((_letter, index) => `*a${'?'.repeat(20 + index)}*b`),
    'one pattern of thousands of ?': [`*${'?'.repeat(5000)}`, `*a${'?'.repeat(5000)}`],
  };
  for (const [what, patterns] of Object.entries(crowded)) {
    it(`keeps as much as it may of the states of ${what}, and answers right without the others`, () => {
      const set = setOf(patterns);
      const random = seeded(7);
      for (let number = 0; number < 400; number += 1) {
        const letterOf = (): string => letters[Math.floor(random() * letters.length)] as string;
        const text = `/${Array.from({ length: 300 }, letterOf).join('')}`;
        const found = matching(set, patterns.length, text);
        if (number % 40 > 0) continue;
        expect(found).to.deep.equal([...patterns.keys()].filter((index) => isMet(patterns[index] as string, text)));
      }

      expect(set.weight).to.be.within(1, 131_072);
    });
  }

  it('makes the states of many patterns over several texts, until none is missing', () => {
    const set = setOf(Array.from({ length: 2000 }, (_, index) => `/the/same/beginning/${index}`));
    const texts = ['/the/same/beginning/7', '/the/same/beginning/1999', '/the/same/beginning/', '/other'];
    const rounds = [1, 2, 3, 4, 5, 6, 7].map(() => {
      const found = texts.map((text) => matching(set, 2000, text));
      return { found, weight: set.weight };
    });

    for (const { found } of rounds) expect(found).to.deep.equal([[7], [1999], [], []]);
    expect(rounds[6]?.weight).to.equal(rounds[5]?.weight);
    expect(rounds[6]?.weight).to.be.above(20 * 2000);
  });
});
