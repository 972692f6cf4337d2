import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { compile } from '../support/compiler.js';

/** An example of each row of the guide's table of places, by its first cell. */
const PLACES: Readonly<Record<string, string>> = {
  class: '@Traced() export class A { m() {} }',
  'class expression': 'export const A = @Traced() class { m() {} };',
  'method, `static` or not, `async` or not': 'export class A { @Traced() static m() {} @Traced() async n() {} }',
  'method with a symbol for a name': 'export class A { @Traced() [Symbol.iterator]() {} }',
  'getter, setter': 'export class A { @Traced() get x() { return 1; } set x(_value) {} }',
  '`accessor x = …`': 'export class A { @Traced() accessor x = 1; }',
  '`#private` method': 'export class A { @Traced() #m() {} }',
  'field that holds a function': 'export class A { @Traced() m = () => 1; }',
  'field that holds anything else': 'export class A { @Traced() x = 1; }',
  overload: 'export class A { @Traced() m(x: string): void; m(x: number): void; m(_x: unknown) {} }',
  'abstract method': 'export abstract class A { @Traced() abstract m(): void; }',
  constructor: 'export class A { @Traced() constructor() {} }',
  parameter: 'export class A { m(@Traced() _x: number) {} }',
};

/** The same for the table of decorators, by the head of the column. */
const STANDING: Readonly<Record<string, (decorator: string) => string>> = {
  class: (decorator) => `${decorator} export class A { m() {} }`,
  method: (decorator) => `export class A { ${decorator} m() {} }`,
  parameter: (decorator) => `export class A { m(${decorator} _x: string) {} }`,
  'accessor, field': (decorator) => `export class A { ${decorator} get x() { return 1; } }`,
};

const IMPORT = "import { Annotate, Metadata, Traced, TracedTask, Untraced } from 'radiograph';\n";
const [places = [], decorators = []] = readTables('guides/decorators');

describe('The table of places in the guide to decorators', () => {
  const [, ...rows] = places;

  it('has a row for each example and no other', () => {
    expect(rows.map(([place]) => place)).to.deep.equal(Object.keys(PLACES));
  });

  for (const [column, dialect] of (['legacy', 'standard'] as const).entries()) {
    it(`says what the compiler says of the ${dialect} dialect`, () => {
      const said = codesOf(dialect, Object.values(PLACES));

      for (const [index, [place = '', ...cells]] of rows.entries()) {
        const cell = cells[column] === 'the same' ? cells[0]! : cells[column]!;
        const codes = said[index] ?? [];
        const [, code] = /TS(\d+)/.exec(cell) ?? [];

        expect(codes.length > 0, `${place}: ${cell}, and ${codes.join()}`).to.equal(cell.includes('does not compile'));
        if (code !== undefined) expect(codes, place).to.include(code);
      }
    });
  }
});

describe('The table of decorators in the guide to decorators', () => {
  const [[, ...columns] = [], ...rows] = decorators;
  const examples = rows.flatMap(([names = '', ...cells]) =>
    [...names.matchAll(/@\w+/g)].flatMap(([name]) =>
      cells.map((cell, column) => ({ name, column: columns[column]!, cell })),
    ),
  );
  const sourceOf = ({ name, column }: { name: string; column: string }): string => {
    const takesValue = ['@Annotate', '@Metadata'].includes(name);
    const args = takesValue ? (column === 'parameter' ? "'key'" : "'key', 'value'") : '';
    return STANDING[column]!(`${name}(${args})`);
  };

  it('names every decorator', () => {
    expect(new Set(examples.map(({ name }) => name))).to.have.property('size', 5);
  });

  it('says yes where it compiles, and no where it does not', () => {
    const said = codesOf('legacy', examples.map(sourceOf));
    const claims = examples.map(({ name, column, cell }) => `${name} on ${column}: ${!cell.startsWith('no')}`);
    const facts = examples.map(({ name, column }, index) => `${name} on ${column}: ${said[index]!.length === 0}`);

    expect(claims).to.deep.equal(facts);
  });
});

/** The codes of the errors in each of the sources. */
function codesOf(dialect: 'legacy' | 'standard', sources: readonly string[]): string[][] {
  const output = compile(
    dialect,
    Object.fromEntries(sources.map((source, index) => [`place-${index}.ts`, IMPORT + source])),
  );
  return sources.map((_source, index) =>
    Array.from(output.matchAll(new RegExp(`^place-${index}\\.ts.*?error TS(\\d+)`, 'gm')), ([, code = '']) => code),
  );
}

/** The tables of a page, as rows of cells. */
function readTables(page: string): string[][][] {
  const text = readFileSync(`docs/${page}.md`, 'utf8');
  return [...text.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) =>
    table
      .trim()
      .split('\n')
      .filter((line) => !/^[ |-]*$/.test(line))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  );
}
