import { expect } from 'chai';
import * as fc from 'fast-check';
import { DataPolicy } from '#lib/model/data-policy.js';
import { HOSTILE_VALUES } from '../support/hostile.js';

const snapshot = (value: unknown, policy = new DataPolicy()): string => policy.snapshot('value', value);
const copyOf = (value: unknown, policy?: DataPolicy): unknown => JSON.parse(snapshot(value, policy));

describe('snapshot', () => {
  class Point {
    readonly x = 1;
    readonly #secret = 2;
    get y(): number {
      return this.#secret;
    }
    move(): void {}
  }
  const shared = { n: 1 };
  const circular: Record<string, unknown> = { name: 'loop' };
  circular['list'] = [circular];

  const table: readonly [what: string, value: unknown, copy: unknown][] = [
    ['text', 'x', 'x'],
    ['a number', 1.5, 1.5],
    ['NaN', Number.NaN, null],
    ['true', true, true],
    ['null', null, null],
    ['undefined', undefined, null],
    ['a bigint', 12_345_678_901_234_567_890n, '12345678901234567890'],
    ['a bigint inside', { a: [1n] }, { a: ['1'] }],
    ['a symbol', Symbol('s'), '[symbol]'],
    ['a function', function named() {}, '[function named]'],
    [
      'an arrow function',
      (
        () => () =>
          1
      )(),
      '[function]',
    ],
    ['a class', Point, '[function Point]'],
    ['members that JSON has no word for', { a: 1, b: undefined, c: () => 1, d: Symbol('s') }, { a: 1 }],
    ['items that JSON has no word for', [1, undefined, () => 1, Symbol('s')], [1, null, '[function]', '[symbol]']],
    ['a sparse array', [1, , 3], [1, null, 3]], // oxlint-disable-line no-sparse-arrays
    ['an instance of a class', new Point(), { x: 1 }],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', { at: new Date(Number.NaN) }, { at: 'Invalid Date' }],
    ['a map', new Map([['a', { b: 1 }]]), [['a', { b: 1 }]]],
    ['a set', { tags: new Set(['a', 'b']) }, { tags: ['a', 'b'] }],
    ['a map inside', { a: { b: new Map([[1, 2]]) } }, { a: { b: [[1, 2]] } }],
    ['an error', new TypeError('no'), { name: 'TypeError', message: 'no' }],
    [
      'an error with members',
      Object.assign(new Error('no'), { code: 'E1' }),
      { name: 'Error', message: 'no', code: 'E1' },
    ],
    ['a URL, by its toJSON', new URL('http://a/b'), 'http://a/b'],
    ['a toJSON that answers an object', { toJSON: () => ({ kept: 1n }) }, { kept: '1' }],
    ['a toJSON that answers itself', { a: 1, toJSON() { return this; } }, { a: 1 }], // prettier-ignore
    ['a toJSON that answers nothing', { a: { toJSON: () => undefined } }, {}],
    ['a toJSON that throws', { a: 1, toJSON: () => { throw new Error('no'); } }, { a: 1 }], // prettier-ignore
    ['a getter that throws', { a: 1, get b() { throw new Error('no'); } }, { a: 1, b: '[threw when read]' }], // prettier-ignore
    ['a boxed text', Object('x'), 'x'],
    ['bytes', { body: Buffer.alloc(1000) }, { body: '[1000 bytes]' }],
    ['typed arrays', new Float64Array(2), '[16 bytes]'],
    ['a cycle', circular, { name: 'loop', list: ['[circular]'] }],
    ['one object in two places', [shared, shared], [{ n: 1 }, { n: 1 }]],
    ['a member called __proto__', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['members under symbols', { a: 1, [Symbol('s')]: 2 }, { a: 1 }],
  ];
  for (const [what, value, copy] of table) {
    it(`writes ${what}`, () => {
      expect(copyOf(value)).to.deep.equal(copy);
    });
  }

  it('reads the value at once', () => {
    const order = { total: 1 };
    const text = snapshot(order);
    order.total = 2;

    expect(JSON.parse(text)).to.deep.equal({ total: 1 });
  });

  it('reads each member once', () => {
    let reads = 0;
    const counted = { get a() { return (reads += 1); } }; // prettier-ignore

    expect(copyOf(counted)).to.deep.equal({ a: 1 });
    expect(reads).to.equal(1);
  });

  it('writes plain data as JSON.stringify does', () => {
    // Keys and texts at random look secret now and then.
    const policy = new DataPolicy({ redact: false });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(snapshot(value, policy)).to.equal(JSON.stringify(value));
      }),
    );
  });

  describe('when the value is deep', () => {
    it('names where it ends, after 32 levels', () => {
      let deep: unknown = 'bottom';
      for (let level = 0; level < 100_000; level += 1) deep = { in: deep };

      expect(snapshot(deep)).to.equal(`${'{"in":'.repeat(32)}"[too deep]"${'}'.repeat(32)}`);
    });
  });

  describe('when the value is wide', () => {
    it('says how many items are missing', () => {
      const copy = copyOf(Array.from({ length: 1_000_000 }, () => 7)) as unknown[];

      expect(copy).to.have.length(1001);
      expect(copy.at(-1)).to.equal('[999000 more]');
    });

    it('says how many members are missing', () => {
      const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, 1]));
      const copy = copyOf(wide) as Record<string, unknown>;

      expect(Object.keys(copy)).to.have.length(1001);
      expect(copy['…']).to.equal('[99000 more]');
    });

    it('says how many members of a set and pairs of a map are missing', () => {
      const numbers = Array.from({ length: 1500 }, (_, index) => index);

      expect((copyOf(new Set(numbers)) as unknown[]).at(-1)).to.equal('[500 more]');
      expect((copyOf(new Map(numbers.map((each) => [each, 1]))) as unknown[]).at(-1)).to.equal('[500 more]');
    });
  });

  describe('when objects refer to each other in many ways, as those of an ORM do', () => {
    it('comes to an end', () => {
      const users = Array.from({ length: 30 }, (_, id) => ({ id, friends: [] as unknown[] }));
      for (const user of users) user.friends = users;

      expect(snapshot(users)).to.have.length.below(2_000_000);
    });
  });

  describe('when the value is hostile', () => {
    for (const [what, make] of Object.entries(HOSTILE_VALUES)) {
      it(`writes JSON for ${what}`, () => {
        expect(() => copyOf(make())).not.to.throw();
        expect(() => copyOf([{ inner: make() }])).not.to.throw();
      });
    }

    it('writes JSON for anything at all', () => {
      const anything = fc.anything({
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withNullPrototype: true,
        withSparseArray: true,
        withTypedArray: true,
      });
      fc.assert(
        fc.property(anything, (value) => {
          expect(() => copyOf(value)).not.to.throw();
        }),
      );
    });
  });
});
