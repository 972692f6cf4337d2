import { expect } from 'chai';
import * as fc from 'fast-check';
import type { JsonObject } from '#lib/protocol/json.js';
import { Members } from '#lib/protocol/members.js';

const readers: Record<string, (members: Members) => unknown> = {
  text: (members) => members.text('Host', { min: 1, max: 5 }),
  number: (members) => members.number('FixedRate', { min: 0, max: 1 }),
  integer: (members) => members.integer('Priority', { min: 1, max: 9999 }),
  time: (members) => members.time('Timestamp'),
  object: (members) => members.object('SamplingRule'),
  list: (members) => members.list('Tags', { min: 0, max: 2 }),
  texts: (members) => members.texts('Attributes', { max: 2, text: { min: 1, max: 3 } }),
};

describe('Members', () => {
  const good: readonly (readonly [kind: string, object: JsonObject, value: unknown])[] = [
    ['text', { Host: 'a' }, 'a'],
    ['text', { Host: '😀😀😀😀😀' }, '😀😀😀😀😀'],
    ['number', { FixedRate: 0.05 }, 0.05],
    ['integer', { Priority: 1 }, 1],
    ['time', { Timestamp: 1_700_000_000 }, 1_700_000_000],
    ['time', { Timestamp: 1_700_000_000.25 }, 1_700_000_000.25],
    ['time', { Timestamp: 1_700_000_000_250 }, 1_700_000_000.25],
    ['time', { Timestamp: '2023-11-14T22:13:20Z' }, 1_700_000_000],
    ['object', { SamplingRule: {} }, {}],
    ['list', { Tags: [1, 2] }, [1, 2]],
    ['texts', {}, {}],
    ['texts', { Attributes: { a: 'b' } }, { a: 'b' }],
  ];
  for (const [kind, object, value] of good) {
    it(`reads a ${kind} of ${JSON.stringify(object)}`, () => {
      const members = new Members(object);

      expect(readers[kind]?.(members)).to.deep.equal(value);
      expect(members.problems).to.deep.equal([]);
    });
  }

  const bad: readonly (readonly [kind: string, object: JsonObject, said: string])[] = [
    ['text', {}, 'Host is missing; it takes a text of 1 to 5 characters.'],
    ['text', { Host: null }, 'Host is missing; it takes a text of 1 to 5 characters.'],
    ['text', { Host: '' }, 'Host was ""; it takes a text of 1 to 5 characters.'],
    ['text', { Host: 'abcdef' }, 'Host was "abcdef"; it takes a text of 1 to 5 characters.'],
    ['text', { Host: 'x'.repeat(61) }, 'Host was a text of 61 characters; it takes a text of 1 to 5 characters.'],
    ['text', { Host: 5 }, 'Host was 5; it takes a text of 1 to 5 characters.'],
    ['number', { FixedRate: 1.5 }, 'FixedRate was 1.5; it takes a number from 0 to 1.'],
    ['number', { FixedRate: '0.5' }, 'FixedRate was "0.5"; it takes a number from 0 to 1.'],
    ['integer', { Priority: 1.5 }, 'Priority was 1.5; it takes a whole number from 1 to 9999.'],
    ['integer', { Priority: true }, 'Priority was true; it takes a whole number from 1 to 9999.'],
    ['time', { Timestamp: -1 }, 'Timestamp was -1; it takes a time in seconds since 1970.'],
    ['time', { Timestamp: 'soon' }, 'Timestamp was "soon"; it takes a time in seconds since 1970.'],
    ['object', { SamplingRule: [] }, 'SamplingRule was a list of 0; it takes an object.'],
    ['list', { Tags: [1, 2, 3] }, 'Tags was a list of 3; it takes a list of 0 to 2.'],
    ['list', { Tags: {} }, 'Tags was an object; it takes a list of 0 to 2.'],
    [
      'texts',
      { Attributes: { a: 'long!' } },
      'Attributes was an object; it takes up to 2 texts by name, names and texts of 1 to 3 characters each.',
    ],
  ];
  for (const [kind, object, said] of bad) {
    it(`says what is wrong with a ${kind} of ${JSON.stringify(object).slice(0, 40)}`, () => {
      const members = new Members(object);
      readers[kind]?.(members);

      expect(members.problems).to.deep.equal([said]);
    });
  }

  it('keeps a member named __proto__ a member', () => {
    const object: JsonObject = JSON.parse('{ "Attributes": { "__proto__": "x" } }');
    const read = new Members(object).texts('Attributes', { max: 1, text: { max: 10 } });

    expect(Object.entries(read)).to.deep.equal([['__proto__', 'x']]);
  });

  it('never throws, and says at most one thing of each member', () => {
    const names = ['Host', 'FixedRate', 'Priority', 'Timestamp', 'SamplingRule', 'Tags', 'Attributes'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), (object) => {
        for (const read of Object.values(readers)) {
          const members = new Members(object);
          read(members);
          expect(members.problems.length).to.be.at.most(1);
        }
      }),
    );
  });
});
