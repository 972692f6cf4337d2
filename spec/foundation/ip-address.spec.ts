import { isIP } from 'node:net';
import { expect } from 'chai';
import { assert, constantFrom, integer, ipV4, ipV6, oneof, property, string, tuple } from 'fast-check';
import { ipVersion } from '#lib/foundation/ip-address.js';

describe('ipVersion', () => {
  for (const text of [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.',
    '.1.2.3.4',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.4\n',
    '::1%lo',
    '::ffff:1.2.3.4',
    ':',
  ]) {
    it(`says of ${JSON.stringify(text)} what net.isIP says`, () => {
      expect(ipVersion(text)).to.equal(isIP(text));
    });
  }

  it('says of any text what net.isIP says', () => {
    const part = oneof(integer({ min: -1, max: 300 }).map(String), constantFrom('', '00', '09', '1 ', 'a'));
    const almost = tuple(part, part, part, part).map((parts) => parts.join('.'));

    assert(property(oneof(ipV4(), ipV6(), almost, string()), (text) => ipVersion(text) === isIP(text)));
  });
});
