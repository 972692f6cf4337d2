import { expect } from 'chai';
import * as fc from 'fast-check';
import { DataPolicy } from '#lib/model/data-policy.js';
import { KeyPaths } from '#lib/model/key-paths.js';

const endsAt = (pattern: string, path: readonly string[]): boolean => {
  const paths = new KeyPaths([pattern]);
  return paths.endsAt(path.reduce((state, key) => paths.step(state, key), paths.start));
};

/** The same by an expression over the joined path. */
const matches = (pattern: string, path: readonly string[]): boolean => {
  const source = pattern.split('.').map((level) => (level === '**' ? '(?:/[^/]+)*' : level === '*' ? '/[^/]+' : `/${level}`)); // prettier-ignore
  return new RegExp(`^${source.join('')}$`).test(path.map((key) => `/${key}`).join(''));
};

describe('KeyPaths', () => {
  const table: readonly [pattern: string, ends: string[], doesNot: string[]][] = [
    ['login.body.pin', ['login.body.pin'], ['login.body', 'login.body.pin.x', 'body.pin', 'login.body.PIN']],
    ['login.*.pin', ['login.body.pin', 'login.0.pin'], ['login.pin', 'login.a.b.pin']],
    ['login.**.pin', ['login.pin', 'login.a.pin', 'login.a.b.pin'], ['pin', 'login', 'login.pins']],
    ['**.pin', ['pin', 'a.pin', 'a.b.pin'], ['pin.a']],
    ['login.**', ['login', 'login.a', 'login.a.b'], ['a.login']],
    ['a.**.b.*', ['a.b.c', 'a.x.b.c', 'a.b.b.b'], ['a.b', 'a.c']],
  ];
  for (const [pattern, ends, doesNot] of table) {
    it(`ends where ${pattern} says`, () => {
      expect(ends.filter((path) => !endsAt(pattern, path.split('.')))).to.deep.equal([]);
      expect(doesNot.filter((path) => endsAt(pattern, path.split('.')))).to.deep.equal([]);
    });
  }

  it('ends where an expression over the whole path matches', () => {
    const level = fc.constantFrom('a', 'b', '*', '**');
    const key = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), fc.array(key, { maxLength: 8 }), (levels, path) => {
        expect(endsAt(levels.join('.'), path)).to.equal(matches(levels.join('.'), path));
      }),
      { numRuns: 2000 },
    );
  });

  it('leads through objects, lists, maps and what toJSON answers', () => {
    const policy = new DataPolicy({ redact: { paths: ['order.*.note', 'order.list.1.x', 'whole'] } });
    const order = {
      a: { note: 'n', kept: 'k' },
      b: new Map([['note', 'n']]),
      c: { toJSON: () => ({ note: 'n' }) },
      list: [{ x: 'kept' }, { x: 1 }],
      note: 'kept',
    };

    expect(JSON.parse(policy.snapshot('order', order))).to.deep.equal({
      a: { note: '[redacted]', kept: 'k' },
      b: [['note', '[redacted]']],
      c: { note: '[redacted]' },
      list: [{ x: 'kept' }, { x: '[redacted]' }],
      note: 'kept',
    });
    expect(policy.snapshot('whole', { a: 1 })).to.equal('"[redacted]"');
  });
});
