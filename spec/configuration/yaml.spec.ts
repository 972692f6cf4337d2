import { deepStrictEqual } from 'node:assert/strict';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseDocument } from 'yaml';
import { readYaml, YamlRefusal, type YamlValue } from '#lib/configuration/yaml.js';
import { printYaml, style } from '../support/yaml-printer.js';

function refusalOf(text: string): YamlRefusal | undefined {
  try {
    readYaml(text);
  } catch (error) {
    expect(error).to.be.an.instanceOf(YamlRefusal);
    return error as YamlRefusal;
  }
  return undefined;
}

/** What the npm package `yaml` makes of the text, which it has to find right. */
function readByPackage(text: string): unknown {
  const document = parseDocument(text);
  expect(document.errors, JSON.stringify(text)).to.deep.equal([]);
  return document.toJS();
}

/** Whatever is read, is read as the package does; and what is not read is refused, by nothing but a refusal. */
function holdToPackage(text: string): void {
  if (refusalOf(text) === undefined) deepStrictEqual(readYaml(text).value, readByPackage(text), JSON.stringify(text));
}

describe('readYaml', () => {
  const refused: readonly [text: string, line: number, column: number, what: RegExp, remedy: RegExp][] = [
    ['a: &x 1', 1, 4, /an anchor/, /in quotes/],
    ['a: *x', 1, 4, /an alias/, /in quotes: '\*'/],
    ['operations: [*]', 1, 14, /an alias/, /in quotes: '\*'/],
    ['a: !!str 1', 1, 4, /a tag/, /Leave it out/],
    ['a: |\n  text', 1, 4, /a block text/, /on one line in double quotes/],
    ['a: >-\n  text', 1, 4, /a folded block text/, /on one line/],
    ['%YAML 1.2\n---\na: 1', 1, 1, /a directive/, /Leave the directive out/],
    ['a: 1\n---\nb: 2', 2, 1, /another document/, /Write one document/],
    ['---\n---\n', 2, 1, /another document/, /Write one document/],
    ['a: 1\n...\n', 2, 1, /another document, or of the end/, /remove the line/],
    ['...', 1, 1, /another document, or of the end/, /remove the line/],
    ['a: [\n---\n]', 2, 1, /another document/, /Write one document/],
    ['--- a', 1, 5, /content beside ---/, /on the next line/],
    ['? a\n: b', 1, 1, /a key of more than one line/, /key: value/],
    ['? a', 1, 1, /a key of more than one line/, /key: value/],
    ['[a, b]: c', 1, 7, /belongs to nothing/, /in quotes if need be/],
    ['{[a]: c}', 1, 2, /a collection for a key/, /Keys are texts/],
    ['a: 1\nb: 2\na: 3', 3, 1, /the key a for the second time/, /Remove one/],
    ['a: 1\n"a": 3', 2, 1, /the key a for the second time/, /Remove one/],
    ['{a: 1, b: 2, "a": 3}', 1, 14, /the key a for the second time/, /Remove one/],
    ['__proto__: 1\n__proto__: 2', 2, 1, /the key __proto__ for the second time/, /Remove one/],
    ['<<: {a: 1}', 1, 1, /a merge key/, /Write the members out/],
    ['1: a', 1, 1, /a key that is no text/, /in quotes/],
    ['~: a', 1, 1, /a key that is no text/, /in quotes/],
    ['{true: a}', 1, 2, /a key that is no text/, /in quotes/],
    [`${'k'.repeat(1001)}: a`, 1, 1, /a key of 1001 characters/, /Shorten it/],
    ['a: b: c', 1, 5, /a second key on one line/, /Begin a mapping on the next line.*in quotes/],
    ['a: - b', 1, 4, /a list beside its key/, /next line/],
    ['a: text\n  goes on', 2, 3, /belongs to nothing/, /on one line, in quotes if need be/],
    ['text\ngoes on', 2, 1, /belongs to nothing/, /on one line/],
    ['- text\n  goes on', 2, 3, /belongs to nothing/, /on one line/],
    ['[text\n goes on]', 2, 2, /belongs to no item/, /each text on one line/],
    ['a: "text\n  goes on"', 1, 4, /in quotes that does not end/, /Close it on the same line/],
    ["a: 'text", 1, 4, /in quotes that does not end/, /Close it/],
    ['a: "text\\"', 1, 4, /in quotes that does not end/, /Close it/],
    ['a: "b"c', 1, 7, /belongs to nothing/, /in quotes/],
    ['a: "b" c', 1, 8, /belongs to nothing/, /in quotes/],
    ['a: "\\d"', 1, 5, /the escape \\d/, /Write \\\\ for a backslash, or .*single quotes/],
    ['a: "12\\x4"', 1, 7, /the escape \\x/, /single quotes/],
    ['a: "\\U00110000"', 1, 5, /the escape \\U00110000/, /single quotes/],
    ['a: 1\n  b: 2', 2, 3, /belongs to nothing/, /indent all members/],
    ['  a: 1\nb: 2', 2, 1, /belongs to nothing/, /indent all members/],
    ['a:\n    b: 1\n  c: 2', 3, 3, /belongs to nothing/, /indent all members/],
    ['a: 1\n- b', 2, 1, /an item of a list among members/, /key: value/],
    ['- a\nb: 1', 2, 1, /belongs to nothing/, /indent all/],
    ['a: 1\nb', 2, 1, /a text where a key was expected/, /key: value, with a space/],
    ['a: 1\nb:2', 2, 1, /a text where a key was expected/, /with a space after the colon/],
    ['{a:1}', 1, 2, /a text where a key was expected/, /with a space after the colon/],
    ['{a}', 1, 2, /a text where a key was expected/, /key: value/],
    ['\ta: 1', 1, 1, /a tab/, /Write spaces/],
    ['a:\n\t- b', 2, 1, /a tab/, /Write spaces/],
    ['a:\tb', 1, 3, /a tab/, /Write spaces/],
    ['a: {\n\tb: 1 }', 2, 1, /a tab/, /Write spaces/],
    ['a: b\u0000', 1, 5, /the control character U\+0000/, /"\\u0000"/],
    ['a: b\rc: d', 1, 5, /the control character U\+000D/, /"\\u000D"/],
    ['a: b\u0085', 1, 5, /the control character U\+0085/, /"\\u0085"/],
    ['\uFEFFa: b', 1, 1, /the control character U\+FEFF/, /"\\uFEFF"/],
    ['[a, b', 1, 6, /the end, before \]/, /Close what is open with \]/],
    ['{a: b', 1, 6, /the end, before \}/, /Close what is open with \}/],
    ['[a, b}', 1, 6, /belongs to no item/, /a comma or \]/],
    ['[a, , b]', 1, 5, /a text that begins with ,/, /in quotes/],
    ['["a" "b"]', 1, 6, /belongs to no item/, /a comma or \]/],
    ['{a: b: c}', 1, 6, /a second colon in one member/, /\{ key: value \}.*in quotes/],
    ['[a: b]', 1, 3, /a key in a list/, /\{ key: value \}/],
    ['[a]#c', 1, 4, /belongs to nothing/, /in quotes/],
    ['a: [\nb]', 2, 1, /a line of a flow collection that is not indented/, /Indent it further/],
    ['- a: [\n  b]', 2, 3, /a line of a flow collection that is not indented/, /Indent it further/],
    ['a: }', 1, 4, /a text that begins with \}/, /in quotes/],
    ['a: @b', 1, 4, /a text that begins with @/, /in quotes/],
    ['a: `b`', 1, 4, /a text that begins with `/, /in quotes/],
    ['a: :b', 1, 4, /a text that begins with :/, /in quotes/],
    ['a: %b', 1, 4, /begins with %/, /in quotes/],
    ['[-]', 1, 2, /a lone -/, /in quotes/],
    ['a: 0123', 1, 4, /octal to YAML 1\.1/, /Take the zero/],
    ['a: 9007199254740993', 1, 4, /more digits than a number keeps/, /in quotes/],
    ['a: 1\r\n\r\nb: *x\r\n', 3, 4, /an alias/, /in quotes/],
    ['# one\n\n---\na:\n  - b: 1\n    c: "\\q"', 6, 9, /the escape \\q/, /single quotes/],
    ['['.repeat(65), 1, 65, /more than 64 levels/, /Nest less/],
    ['- '.repeat(65), 1, 129, /more than 64 levels/, /Nest less/],
  ];
  for (const [text, line, column, what, remedy] of refused) {
    it(`refuses ${JSON.stringify(text).slice(0, 40)} at ${line}:${column}, telling what it is and what to do`, () => {
      const refusal = refusalOf(text);

      expect(refusal).to.include({ line, column });
      expect(refusal?.what).to.match(what);
      expect(refusal?.remedy).to.match(remedy);
      expect(refusal?.message).to.contain(`line ${line}, column ${column}: `);
    });
  }

  const read: readonly [text: string, value: YamlValue][] = [
    ['', null],
    ['# nothing\n\n  # at all', null],
    ['---', null],
    ['# one\n--- # two\na: 1', { a: 1 }],
    ['text', 'text'],
    ['a: 1', { a: 1 }],
    ['a: 1\n', { a: 1 }],
    ['a: 1\r\nb:\r\n  - 2\r\n', { a: 1, b: [2] }],
    ['a:', { a: null }],
    ['a: # nothing\nb: 1', { a: null, b: 1 }],
    ['a:\n  b', { a: 'b' }],
    ['a:\n\n  # a comment\n\n  b: 1\n\n# another\nc: 2', { a: { b: 1 }, c: 2 }],
    ['a:\n- b\n- c\nd: e', { a: ['b', 'c'], d: 'e' }],
    ['a:\n  - b\n  - c\nd: e', { a: ['b', 'c'], d: 'e' }],
    ['-\n- a\n-\n  b\n- # c\n  d: 1', [null, 'a', 'b', { d: 1 }]],
    [
      '- a: 1\n  b: 2\n-   c: 3\n    d: 4',
      [
        { a: 1, b: 2 },
        { c: 3, d: 4 },
      ],
    ],
    ['- - a\n  - b\n- - - c', [['a', 'b'], [['c']]]],
    ['- a:\n  - b\n  c: d', [{ a: ['b'], c: 'd' }]],
    ['a: []\nb: {}\nc: [ ]', { a: [], b: {}, c: [] }],
    ['[a, "b", \'c\', [d], {e: f}, ]', ['a', 'b', 'c', ['d'], { e: 'f' }]],
    ['{a: 1, b: , "c":3, \'d\': "e"}', { a: 1, b: null, c: 3, d: 'e' }],
    ['a: [\n  1, # one\n  2\n]\nb: {\n  c: 3\n}', { a: [1, 2], b: { c: 3 } }],
    ['{\n\t"a": [\n\t\t1\n\t]\n}', { a: [1] }],
    ['{"a":{"b":[true,null,"\\/\\u00e9\\ud83d\\ude00"]}}', { a: { b: [true, null, '/é😀'] } }],
    ['a: http://x:80/y#z?q=[1]', { a: 'http://x:80/y#z?q=[1]' }],
    ['a: GET /orders # the list', { a: 'GET /orders' }],
    ['a: b, c} ]', { a: 'b, c} ]' }],
    ['[GET /orders, POST /a:b]', ['GET /orders', 'POST /a:b']],
    ['a: ^5\\d\\d$', { a: '^5\\d\\d$' }],
    ['a: "^5\\\\d\\\\d$"', { a: '^5\\d\\d$' }],
    ["a: '^5\\d\\d$'", { a: '^5\\d\\d$' }],
    ["a: 'it''s '''", { a: "it's '" }],
    ["''", ''],
    ['"a # b: c, [d]"', 'a # b: c, [d]'],
    [
      '"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\"\\\\\\N\\_\\L\\P\\x41\\u0042\\U0001F600"',
      '\0\u0007\b\t\n\v\f\r\u001B "\\\u0085\u00A0\u2028\u2029AB😀',
    ],
    ['"\ttab"', '\ttab'],
    ['"\u007F\u0085\uFEFF\u2028\uFFFF"', '\u007F\u0085\uFEFF\u2028\uFFFF'],
    ['[null, Null, NULL, ~, nULL]', [null, null, null, null, 'nULL']],
    [
      '[true, True, TRUE, false, False, FALSE, yes, no, on, tRUE]',
      [true, true, true, false, false, false, 'yes', 'no', 'on', 'tRUE'],
    ],
    ['[0, 1, -1, +1, 0o17, 0x1F, 1_000, 1:30, 0b1]', [0, 1, -1, 1, 15, 31, '1_000', '1:30', '0b1']],
    ['[1.0, .5, 1., 1e3, -1.5E-2, 1.2.3, 1e, 2026-11-21]', [1, 0.5, 1, 1000, -0.015, '1.2.3', '1e', '2026-11-21']],
    ['[.inf, -.Inf, +.INF, .nan, inf]', [Infinity, -Infinity, Infinity, Number.NaN, 'inf']],
    ['a b : c d', { 'a b': 'c d' }],
    ['-a: -b', { '-a': '-b' }],
    ['"<<": 1', { '<<': 1 }],
    ['a\u00A0: b\u00A0', { 'a\u00A0': 'b\u00A0' }],
    ['東京: 😀', { 東京: '😀' }],
    ['constructor: 1\ntoString: 2', { constructor: 1, toString: 2 }],
  ];
  for (const [text, value] of read) {
    it(`reads ${JSON.stringify(text).slice(0, 60)}`, () => {
      deepStrictEqual(readYaml(text).value, value);
      deepStrictEqual(readByPackage(text), value);
    });
  }

  it('takes __proto__ for a member like any other', () => {
    for (const text of ['__proto__: {a: 1}', '{__proto__: {a: 1}}']) {
      const { value } = readYaml(text);

      expect(Object.keys(value as object)).to.deep.equal(['__proto__']);
      expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
    }
  });

  const scalar = fc.oneof(
    fc.constantFrom<YamlValue>(null, true, false, 0, 1.5, -7, 1e21, Infinity, -Infinity, Number.NaN),
    fc.constantFrom(
      '',
      ' ',
      'null',
      '1',
      '0x1',
      '- a',
      'a: b',
      'a #b',
      '*',
      '&x',
      '---',
      "it's",
      '"',
      '\\',
      '\n',
      '\u0085',
      '<<',
      '#',
      'true',
      '~',
    ),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...Array.from(`ab 1:-#,[]{}'"\\?!|>%@*&`)), maxLength: 8 }),
  );
  const { value: anyValue } = fc.letrec<{ value: YamlValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .dictionary(fc.oneof(fc.string({ maxLength: 5 }), fc.constant('__proto__')), tie('value'), { maxKeys: 4 })
        .map((members) => ({ ...members })),
    ),
  }));

  it('reads what a printer with random ways of writing has written, as the package does', () => {
    fc.assert(
      fc.property(anyValue, style, (value, choices) => {
        const text = printYaml(value, choices);

        deepStrictEqual(readYaml(text).value, value, text);
        deepStrictEqual(readByPackage(text), value, text);
      }),
      { numRuns: 1500 },
    );
  });

  it('reads JSON as it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5, noUnicodeString: false }),
        fc.constantFrom(undefined, 1, 2, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, undefined, indent);

          // 1e21 and more are printed with an exponent; what is larger than a whole number can be is refused.
          if (/more digits/.test(refusalOf(text)?.what ?? '')) return;
          deepStrictEqual(readYaml(text).value, JSON.parse(text) as unknown, text);
        },
      ),
      { numRuns: 500 },
    );
  });

  const pieces = [
    [
      'a',
      'b',
      '1',
      '-0',
      '1e3',
      '.5',
      '0x1f',
      '00',
      '.inf',
      'null',
      '~',
      'true',
      'é',
      '😀',
      '\u00A0',
      '\u2028',
      '__proto__',
    ],
    [':', ': ', ' ', '  ', '\n', '\n  ', '\n    ', '\r\n', '\t', '- ', '-', '\n- ', '\n  - ', '? ', '#', ' # c'],
    [
      ',',
      ', ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '""',
      "'x'",
      '"y"',
      '"a": 1',
      '\\',
      '\\n',
      'k: [1, 2]',
      'k: {x: y}',
      '\n  c: d',
    ],
    ['---', '\n---\n', '...', '|', '>', '&', '*', '!', '%', '@', '`', '<<', '=', '\uFEFF', 'a: b', '\na: b'],
  ].flat();

  it('reads what it reads of any pieces put together as the package does', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => holdToPackage(parts.join(''))),
      { numRuns: 10_000 },
    );
  });

  it('reads what it reads of right documents that were changed at random as the package does', () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat({ max: 3 }),
      added: fc.oneof(fc.constant(''), fc.constantFrom(...pieces)),
    });
    fc.assert(
      fc.property(anyValue, style, fc.array(change, { minLength: 1, maxLength: 3 }), (value, choices, changes) => {
        let text = printYaml(value, choices);
        for (const { at, removed, added } of changes) {
          const index = Math.floor(at * text.length);
          text = text.slice(0, index) + added + text.slice(index + removed);
        }
        holdToPackage(text);
      }),
      { numRuns: 3000 },
    );
  });

  describe('when a text is long or deep', () => {
    const many = 100_000;
    const texts: Record<string, string> = {
      brackets: '['.repeat(many),
      'open mappings': '{a: '.repeat(many),
      dashes: '- '.repeat(many),
      'lines that go in': Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
      spaces: `a:${' '.repeat(many)}b`,
      'spaces behind': `a: b${' '.repeat(many)}:`,
      colons: `a: ${'b:'.repeat(many)}`,
      quotes: `a: ${"'".repeat(many)}`,
      backslashes: `a: "${'\\\\'.repeat(many)}`,
      hashes: `a: ${'# '.repeat(many)}`,
      digits: `a: ${'1'.repeat(many)}x`,
      'line ends': '\n'.repeat(many),
      items: '- a\n'.repeat(many),
      members: Array.from({ length: many }, (_, index) => `k${index}: [{a: "b"}]`).join('\n'),
      commas: `[${'a,'.repeat(many)}]`,
      'open quotes': `- "a\n`.repeat(many),
    };
    for (const [what, text] of Object.entries(texts)) {
      // In the square of its length it would take longer than a spec may.
      it(`answers or refuses: ${what}`, () => {
        expect(() => refusalOf(text)).not.to.throw();
      });
    }

    it('reads 64 levels', () => {
      expect(refusalOf(`${'['.repeat(64)}${']'.repeat(64)}`)).to.equal(undefined);
    });
  });

  describe('when asked on which line a member stands', () => {
    const { lineOf } = readYaml(
      ['# text', 'a: 1', 'list:', '  - x: 1', '    y: 2', '  - {x: 1,', '     "y.z": [1,', '     2]}', 'b[0]: 1'].join(
        '\n',
      ),
    );
    const table: Record<string, number> = {
      a: 2,
      list: 3,
      'list[0]': 4,
      'list[0].x': 4,
      'list[0].y': 5,
      'list[1]': 6,
      'list[1].x': 6,
      'list[1].y.z': 7,
      'list[1].y.z[0]': 7,
      'list[1].y.z[1]': 8,
      'b[0]': 9,
      'list[0].absent': 4,
      'list[7].x': 3,
      'a.b.c': 2,
      absent: 1,
      '': 1,
    };
    for (const [path, line] of Object.entries(table)) {
      it(`answers ${line} for ${path || 'nothing'}`, () => {
        expect(lineOf(path)).to.equal(line);
      });
    }
  });
});
