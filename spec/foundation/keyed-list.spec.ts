import { expect } from 'chai';
import * as fc from 'fast-check';
import { KeyedList } from '#lib/foundation/keyed-list.js';

function entriesOf<Value>({ first }: KeyedList<Value>): [string, Value][] {
  const entries: [string, Value][] = [];
  for (let entry = first; entry !== undefined; entry = entry.next) entries.push([entry.key, entry.value]);
  return entries;
}

describe('KeyedList', () => {
  it('has what a Map has, in the same order, few keys or many', () => {
    const key = fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('__proto__', 'constructor'));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat()), { maxLength: 200, size: 'max' }), (pairs) => {
        const list = new KeyedList<number>();
        const map = new Map<string, number>();
        for (const [each, value] of pairs) {
          list.set(each, value);
          map.set(each, value);
        }

        expect(entriesOf(list)).to.deep.equal([...map]);
        for (const [each] of pairs) expect(list.get(each)).to.equal(map.get(each));
        expect(list.get('a key that is not there')).to.equal(undefined);
      }),
    );
  });

  describe('when there are a hundred thousand keys', () => {
    it('searches none of them one after the other', () => {
      const list = new KeyedList<number>();
      for (let number = 0; number < 100_000; number += 1) list.set(`key ${number}`, number);

      expect(list.get('key 99999')).to.equal(99_999);
      expect(entriesOf(list)).to.have.length(100_000);
    });
  });
});
