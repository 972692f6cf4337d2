import { expect } from 'chai';
import { formatBindAddress, parseBindAddress } from '#lib/listener/bind-address.js';

describe('parseBindAddress', () => {
  for (const [text, host, port] of [
    ['127.0.0.1:2000', '127.0.0.1', 2000],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['localhost:65535', 'localhost', 65_535],
    ['[::1]:2000', '::1', 2000],
    ['[::ffff:127.0.0.1]:2000', '::ffff:127.0.0.1', 2000],
  ] as const) {
    it(`reads ${text}, and formatBindAddress writes it again`, () => {
      expect(parseBindAddress(text)).to.deep.equal({ host, port });
      expect(formatBindAddress({ host, port })).to.equal(text);
    });
  }

  for (const text of [
    '',
    ':',
    ':2000',
    '2000',
    'host',
    'host:',
    'host:x',
    'host:65536',
    '::1:2000',
    '[x]:1',
    'a b:1',
    'udp:h:1',
  ]) {
    it(`refuses "${text}"`, () => {
      expect(() => parseBindAddress(text))
        .to.throw(`"${text}"`)
        .with.property('code', 'BAD_ADDRESS');
    });
  }
});
