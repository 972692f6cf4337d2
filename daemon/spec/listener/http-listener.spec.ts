import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { HttpListener, type HttpAnswer } from '#lib/listener/http-listener.js';
import { DaemonProcess } from '../support/daemon-process.js';
import { ManualClock } from '../support/manual-clock.js';
import { ask, connected, ended } from '../support/raw-http.js';

const done: HttpAnswer = { status: 200, headers: {}, body: '{}' };

describe('HttpListener', () => {
  let clock: ManualClock;
  let listener: HttpListener | undefined;
  let sockets: Socket[];
  let bad: number;

  beforeEach(() => {
    clock = new ManualClock();
    sockets = [];
    bad = 0;
  });

  afterEach(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    await listener?.close();
    listener = undefined;
  });

  async function opened(onRequest: () => HttpAnswer | Promise<HttpAnswer>) {
    listener = await HttpListener.open({
      bind: { address: '127.0.0.1', port: 0, family: 4 },
      clock,
      maxBodyBytes: 1000,
      onRequest,
      onBadConnection: () => {
        bad += 1;
      },
    });
    return { host: '127.0.0.1', port: listener.port };
  }

  describe('when those who are refused do not hang up', () => {
    it('does so itself, for who comes next', async () => {
      const place = await opened(() => done);
      await Promise.all(
        Array.from({ length: 128 }, async () => {
          const socket = connect({ ...place, allowHalfOpen: true });
          socket.on('error', () => undefined);
          sockets.push(socket);
          socket.write('hello\r\n\r\n');
          await once(socket.resume(), 'end');
        }),
      );
      expect(bad).to.equal(128);
      clock.advance(1000);

      expect((await ask(place, '/')).status).to.equal(200);
    });
  });

  describe('when what follows a request is no HTTP', () => {
    it('answers the request, and nothing else', async () => {
      const waiting: ((answer: HttpAnswer) => void)[] = [];
      const arrived = new EventEmitter();
      const place = await opened(
        () =>
          new Promise((resolve) => {
            waiting.push(resolve);
            arrived.emit('request');
          }),
      );
      const socket = await connected(place);
      sockets.push(socket);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      const closed = ended(socket);
      const asked = once(arrived, 'request');
      socket.write('POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}nonsense\r\n\r\n');
      await asked;
      waiting[0]?.({ ...done, body: '{"done":true}' });
      await closed;

      const received = Buffer.concat(chunks).toString();
      expect(received)
        .to.match(/^HTTP\/1\.1 200 OK\r\n/)
        .and.to.match(/\{"done":true\}$/);
      expect(bad).to.equal(1);
    });

    it('answers it also when all of it comes at once', async () => {
      const place = await opened(() => done);
      const socket = await connected(place);
      sockets.push(socket);
      let received = '';
      socket.on('data', (chunk) => {
        received += String(chunk);
      });
      const closed = ended(socket);
      socket.write('POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}nonsense\r\n\r\n');
      await closed;

      expect(received.match(/HTTP\/1\.1 \d+/g)).to.deep.equal(['HTTP/1.1 200']);
    });
  });

  describe('when a body comes in a million pieces', () => {
    let daemon: DaemonProcess;

    afterEach(() => daemon.dispose());

    it('holds its bytes, and lives in little memory', async () => {
      // Kept one by one, the pieces of a single such body take 400 MB.
      daemon = new DaemonProcess(['--bind', '127.0.0.1:0', '--no-state'], {
        environment: { NODE_OPTIONS: '--max-old-space-size=64' },
      });
      const place = await daemon.listening();
      const socket = await connected(place);
      sockets.push(socket);
      const answered = once(socket, 'data');
      socket.write('POST /GetSamplingRules HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
      socket.write('1\r\n \r\n'.repeat(1_000_000));
      socket.write('2\r\n{}\r\n0\r\n\r\n');
      const [answer] = (await Promise.race([answered, daemon.exit().then((code) => [`exit ${code}`])])) as [unknown];

      expect(String(answer)).to.match(/^HTTP\/1\.1 200 /);
    });
  });
});
