import { expect } from 'chai';
import * as fc from 'fast-check';
import { cleanAnnotationKey, toAnnotationValue } from '#lib/model/annotations.js';

describe('cleanAnnotationKey', () => {
  const table: readonly [what: string, key: string, clean: string][] = [
    ['a plain key', 'orderId_2', 'orderId_2'],
    ['dots and dashes', 'user.id-2', 'user_id_2'],
    ['spaces', 'user id', 'user_id'],
    ['letters beyond ASCII', 'größe', 'gr__e'],
    ['nothing', '', '_'],
    ['__proto__', '__proto__', '__proto__'],
    ['a long key', 'x'.repeat(600), 'x'.repeat(500)],
  ];
  for (const [what, key, clean] of table) {
    it(`cleans ${what}`, () => {
      expect(cleanAnnotationKey(key)).to.equal(clean);
    });
  }

  it('answers a key that X-Ray takes, and leaves it as it is the next time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (key) => {
        const clean = cleanAnnotationKey(key);
        expect(clean).to.match(/^[A-Za-z0-9_]{1,500}$/);
        expect(cleanAnnotationKey(clean)).to.equal(clean);
      }),
    );
  });
});

describe('toAnnotationValue', () => {
  const table: readonly [what: string, value: unknown, annotation: unknown][] = [
    ['text', 'x', 'x'],
    ['empty text', '', ''],
    ['long text', 'x'.repeat(1001), `${'x'.repeat(999)}…`],
    ['0', 0, 0],
    ['a fraction', -1.5, -1.5],
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['true', true, true],
    ['false', false, false],
    ['a bigint', 12_345_678_901_234_567_890n, '12345678901234567890'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    ['null', null, undefined],
    ['undefined', undefined, undefined],
    ['an object', {}, undefined],
    ['an array', ['x'], undefined],
    ['a function', () => 1, undefined],
    ['a symbol', Symbol('s'), undefined],
  ];
  for (const [what, value, annotation] of table) {
    it(`turns ${what} into ${String(annotation).slice(0, 30)}`, () => {
      expect(toAnnotationValue(value)).to.equal(annotation);
    });
  }

  it('answers what X-Ray indexes or nothing, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true }), (value) => {
        const annotation = toAnnotationValue(value);
        expect(['string', 'number', 'boolean', 'undefined']).to.include(typeof annotation);
        if (typeof annotation === 'string') expect(annotation).to.have.length.at.most(1000);
        if (typeof annotation === 'number') expect(annotation).to.be.finite;
      }),
    );
  });
});
