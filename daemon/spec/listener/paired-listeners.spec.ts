import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { ListenError } from '#lib/foundation/errors.js';
import { openPair, type Pair } from '#lib/listener/paired-listeners.js';
import { ManualClock } from '../support/manual-clock.js';

describe('openPair', () => {
  let closers: (() => unknown)[] = [];

  afterEach(async () => {
    await Promise.all(closers.map((close) => close()));
    closers = [];
  });

  async function open(port: number, { anyPort = false, host = '127.0.0.1' } = {}): Promise<Pair> {
    const pair = await openPair({
      bind: { host, port },
      anyPort,
      udp: { onDatagram: () => undefined, onError: () => undefined },
      http: {
        clock: new ManualClock(),
        maxBodyBytes: 1,
        onRequest: () => ({ status: 200, headers: {}, body: '' }),
        onBadConnection: () => undefined,
      },
    });
    closers.push(
      () => pair.udp.close(),
      () => pair.http.close(),
    );
    return pair;
  }

  async function refusal(opening: Promise<unknown>): Promise<ListenError> {
    try {
      await opening;
    } catch (error) {
      if (error instanceof ListenError) {
        return error;
      }
      throw error;
    }
    throw new Error('was not refused');
  }

  async function takeUdp(): Promise<number> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    closers.push(() => socket.close());
    return socket.address().port;
  }

  async function takeTcp(): Promise<number> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost']) {
    it(`takes one port of ${host} for both`, async () => {
      const { udp, http } = await open(0, { host });

      expect(http.port).to.equal(udp.address.port).and.to.be.greaterThan(0);
    });
  }

  for (const [transport, take] of [
    ['udp', takeUdp],
    ['tcp', takeTcp],
  ] as const) {
    describe(`when the port is taken for ${transport} alone`, () => {
      it('says for which, and takes neither', async () => {
        const port = await take();
        const error = await refusal(open(port));

        expect(error.code).to.equal('ADDRESS_IN_USE');
        expect(error.message).to.include(`${transport} 127.0.0.1:${port}`).and.to.include('--any-port');
        expect((await refusal(open(port))).message).to.equal(error.message);
      });

      it('takes another for both when any will do', async () => {
        const port = await take();
        const { udp, http } = await open(port, { anyPort: true });

        expect(http.port).to.equal(udp.address.port).and.not.to.equal(port);
      });
    });
  }

  it('finds a free port for both each time', async () => {
    const pairs = await Promise.all(Array.from({ length: 40 }, () => open(0)));

    expect(new Set(pairs.map(({ http }) => http.port)).size).to.equal(40);
    for (const { udp, http } of pairs) {
      expect(http.port).to.equal(udp.address.port);
    }
  });

  describe('when the host has no address', () => {
    it('says so', async () => {
      const error = await refusal(open(0, { host: 'nowhere.invalid' }));

      expect(error.code).to.equal('HOST_NOT_FOUND');
    });
  });
});
