import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseDaemonAddress, printDaemonAddress, type DaemonAddress } from '#lib/configuration/daemon-address.js';

const at = (host: string, port: number): { host: string; port: number } => ({ host, port });
const both = (host: string, port: number): DaemonAddress => ({ udp: at(host, port), tcp: at(host, port) });
const split: DaemonAddress = { udp: at('10.0.0.1', 2000), tcp: at('xray', 3000) };

describe('parseDaemonAddress', () => {
  const right: Record<string, DaemonAddress> = {
    '127.0.0.1:2000': both('127.0.0.1', 2000),
    'localhost:1': both('localhost', 1),
    'xray-service.default:65535': both('xray-service.default', 65_535),
    'host.with_underscore:2000': both('host.with_underscore', 2000),
    '  127.0.0.1:2000  ': both('127.0.0.1', 2000),
    '[::1]:2000': both('::1', 2000),
    '[fe80::1%eth0]:2000': both('fe80::1%eth0', 2000),
    '[::ffff:127.0.0.1]:2000': both('::ffff:127.0.0.1', 2000),
    'tcp:xray:3000 udp:10.0.0.1:2000': split,
    'udp:10.0.0.1:2000 tcp:xray:3000': split,
    'udp:10.0.0.1:2000   tcp:xray:3000': split,
    'udp:10.0.0.1:2000, tcp:xray:3000': split,
    'udp:10.0.0.1:2000,tcp:xray:3000': split,
    'tcp:[::1]:3000 udp:[::2]:2000': { udp: at('::2', 2000), tcp: at('::1', 3000) },
    'tcpdump.local:2000': both('tcpdump.local', 2000),
  };
  for (const [text, address] of Object.entries(right)) {
    it(`reads ${JSON.stringify(text)}`, () => {
      expect(parseDaemonAddress(text)).to.deep.equal(address);
    });
  }

  const wrong = [
    '',
    ' ',
    'localhost',
    '2000',
    ':2000',
    'localhost:',
    'localhost:port',
    'localhost:0',
    'localhost:65536',
    'localhost:-1',
    'localhost:2000.5',
    'localhost:2000:3000',
    'localhost:2000/',
    'http://localhost:2000',
    'user@localhost:2000',
    '::1:2000',
    '[::1]',
    '[::1:2000',
    '[localhost]:2000',
    '[]:2000',
    'udp:2000',
    'tcp:2000',
    'udp:localhost:2000',
    'udp:localhost:2000 udp:localhost:3000',
    'udp:localhost:2000 localhost:3000',
    'localhost:2000 localhost:3000',
    'udp:localhost tcp:localhost:2000',
    'udp:localhost:2000 tcp:',
    'udp:localhost:2000 tcp:localhost:2000 tcp:localhost:3000',
    'http:localhost:2000 udp:localhost:2000',
  ];
  for (const text of wrong) {
    it(`does not take ${JSON.stringify(text)}`, () => {
      expect(parseDaemonAddress(text)).to.equal(undefined);
    });
  }

  it('reads back what printDaemonAddress prints', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    const hostAndPort = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) });
    fc.assert(
      fc.property(hostAndPort, hostAndPort, (udp, tcp) => {
        expect(parseDaemonAddress(printDaemonAddress({ udp, tcp }))).to.deep.equal({ udp, tcp });
        expect(parseDaemonAddress(printDaemonAddress({ udp, tcp: udp }))).to.deep.equal({ udp, tcp: udp });
      }),
    );
  });

  it('answers an address or nothing to any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]:,% udptcp.0129af'.split('')) }), (text) => {
        const address = parseDaemonAddress(text);
        if (address !== undefined) expect(parseDaemonAddress(printDaemonAddress(address))).to.deep.equal(address);
      }),
    );
  });
});
