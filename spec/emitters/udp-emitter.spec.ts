import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { UdpEmitter, type Lookup } from '#lib/emitters/udp-emitter.js';
import { Diagnostics } from '#lib/foundation/diagnostics.js';
import { RememberingLogger } from '../support/recording.js';

/** A daemon as far as UDP is concerned. */
class Sink {
  readonly texts: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (message) => this.texts.push(message.toString()));
  }

  static async listen(port = 0, address = '127.0.0.1'): Promise<Sink> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const sink = new Sink(socket);
    socket.bind(port, address);
    await once(socket, 'listening');
    return sink;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get documents(): string[] {
    return this.texts.map((text) => text.slice(text.indexOf('\n') + 1));
  }

  async received(count: number): Promise<string[]> {
    while (this.texts.length < count) await once(this.#socket, 'message');
    return this.documents;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }
}

describe('UdpEmitter', () => {
  const emitters: UdpEmitter[] = [];
  let logger: RememberingLogger;
  let diagnostics: Diagnostics;
  let sink: Sink;

  beforeEach(async () => {
    logger = new RememberingLogger();
    diagnostics = new Diagnostics(logger, 'debug');
    sink = await Sink.listen();
  });

  afterEach(async () => {
    for (const emitter of emitters.splice(0)) await emitter.close();
    await sink.close().catch(() => undefined);
  });

  const emitterTo = (host: string, port: number, lookup?: Lookup): UdpEmitter => {
    const emitter = new UdpEmitter({ host, port, diagnostics, ...(lookup && { lookup }) });
    emitters.push(emitter);
    return emitter;
  };

  describe('when the daemon listens', () => {
    it('sends the header line and the document in one datagram', async () => {
      emitterTo('127.0.0.1', sink.port).emit('{"name":"ü"}');
      await sink.received(1);

      expect(sink.texts).to.deep.equal(['{"format":"json","version":1}\n{"name":"ü"}']);
    });

    it('sends all, in order, that came before it had a socket', async () => {
      const emitter = emitterTo('127.0.0.1', sink.port);
      for (const name of ['1', '2', '3']) emitter.emit(name);
      await emitter.flush();

      expect(await sink.received(3)).to.deep.equal(['1', '2', '3']);
      expect(diagnostics.counts).to.deep.equal({ 'documents sent': 3 });
    });

    it('reaches an IPv6 address', async () => {
      const six = await Sink.listen(0, '::1');
      emitterTo('::1', six.port).emit('six');

      expect(await six.received(1)).to.deep.equal(['six']);
      await six.close();
    });

    it('reaches localhost though it resolves to IPv6 first', async () => {
      const lookup: Lookup = async () => [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ];
      emitterTo('localhost', sink.port, lookup).emit('home');

      expect(await sink.received(1)).to.deep.equal(['home']);
    });
  });

  describe('when no daemon listens, and then one does', () => {
    it('counts and says once what is lost, then goes on and says that it is over', async () => {
      const { port } = sink;
      await sink.close();
      const emitter = emitterTo('127.0.0.1', port);
      for (const name of ['a', 'b', 'c']) {
        emitter.emit(name);
        await emitter.flush();
      }
      expect(diagnostics.counts['DAEMON_UNREACHABLE']).to.equal(3);
      expect(logger.lines.filter((line) => line.includes('DAEMON_UNREACHABLE'))).to.have.lengthOf(1);

      sink = await Sink.listen(port);
      emitter.emit('d');
      await emitter.flush();
      emitter.emit('e');
      await emitter.flush();

      expect(await sink.received(2)).to.deep.equal(['d', 'e']);
      expect(logger.lines.at(-1)).to.equal(
        'warn radiograph: DAEMON_UNREACHABLE is over; 3 document(s) were lost meanwhile.',
      );
    });

    it('loses none of those that come in one go after it is back', async () => {
      const { port } = sink;
      await sink.close();
      const emitter = emitterTo('127.0.0.1', port);
      emitter.emit('lost');
      await emitter.flush();
      sink = await Sink.listen(port);
      for (let index = 0; index < 20; index += 1) emitter.emit(String(index));
      await emitter.flush();

      expect(await sink.received(20)).to.have.lengthOf(20);
    });
  });

  describe('when nobody listens and documents come in one go', () => {
    it('accounts for every one, as sent or as lost', async () => {
      const { port } = sink;
      await sink.close();
      const emitter = emitterTo('127.0.0.1', port);
      for (let round = 0; round < 3; round += 1) {
        for (let index = 0; index < 10; index += 1) emitter.emit('x');
        await emitter.flush();
      }
      const { 'documents sent': sent = 0, DAEMON_UNREACHABLE: lost = 0 } = diagnostics.counts;

      expect(sent + lost).to.equal(30);
      expect(lost).to.be.at.least(15);
    });
  });

  describe('when the host name moves to another address', () => {
    it('follows it', async () => {
      let address = '127.0.0.2';
      const lookup: Lookup = async () => [{ address, family: 4 }];
      const emitter = emitterTo('daemon.internal', sink.port, lookup);
      emitter.emit('lost');
      await emitter.flush();
      address = '127.0.0.1';
      emitter.emit('lost too');
      await emitter.flush();
      emitter.emit('found');
      await emitter.flush();

      expect(await sink.received(1)).to.deep.equal(['found']);
      expect(diagnostics.counts['DAEMON_UNREACHABLE']).to.equal(2);
    });
  });

  describe('when the host name has several addresses and the first refuses', () => {
    it('goes on with the next', async () => {
      const lookup: Lookup = async () => [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ];
      const emitter = emitterTo('daemon.internal', sink.port, lookup);
      emitter.emit('lost');
      await emitter.flush();
      await turn();
      emitter.emit('found');

      expect(await sink.received(1)).to.deep.equal(['found']);
    });
  });

  describe('when the host name does not resolve', () => {
    it('keeps the documents until it does', async () => {
      let isKnown = false;
      let asked: (() => void) | undefined;
      const lookup: Lookup = async () => {
        asked?.();
        if (isKnown) return [{ address: '127.0.0.1', family: 4 }];
        throw new Error('ENOTFOUND');
      };
      const emitter = emitterTo('daemon.internal', sink.port, lookup);
      const first = new Promise<void>((resolve) => {
        asked = resolve;
      });
      emitter.emit('kept');
      await first;
      await turn();
      isKnown = true;
      await emitter.flush();

      expect(await sink.received(1)).to.deep.equal(['kept']);
      expect(logger.lines.filter((line) => line.includes('DAEMON_UNRESOLVED'))).to.have.lengthOf(2);
    });

    it('gives them up at a flush, counted', async () => {
      const lookup: Lookup = async () => {
        throw new Error('ENOTFOUND');
      };
      const emitter = emitterTo('daemon.internal', sink.port, lookup);
      emitter.emit('1');
      emitter.emit('2');
      await emitter.flush();

      expect(diagnostics.counts['DAEMON_UNRESOLVED']).to.equal(2);
    });

    it('refuses what is more than it may keep, counted', async () => {
      let known: ((value: { address: string; family: number }[]) => void) | undefined;
      const lookup: Lookup = () =>
        new Promise((resolve) => {
          known = resolve;
        });
      const emitter = emitterTo('daemon.internal', sink.port, lookup);
      for (let index = 0; index < 1002; index += 1) emitter.emit('x');
      known?.([{ address: '127.0.0.1', family: 4 }]);

      expect(diagnostics.counts['SEND_QUEUE_FULL']).to.equal(2);
    });
  });

  describe('when a document is larger than a datagram', () => {
    it('counts it and sends the next', async () => {
      const emitter = emitterTo('127.0.0.1', sink.port);
      emitter.emit('x'.repeat(65_500));
      emitter.emit('next');

      expect(await sink.received(1)).to.deep.equal(['next']);
      expect(diagnostics.counts['DOCUMENT_TOO_LARGE']).to.equal(1);
    });
  });

  describe('when it is closed', () => {
    it('has sent what was emitted, takes no more, and closes once', async () => {
      const emitter = emitterTo('127.0.0.1', sink.port);
      emitter.emit('last');
      const closing = emitter.close();
      expect(emitter.close()).to.equal(closing);
      await closing;
      emitter.emit('too late');

      expect(await sink.received(1)).to.deep.equal(['last']);
      expect(diagnostics.counts).to.deep.equal({ 'documents sent': 1, 'emitted after close': 1 });
    });

    it('leaves no handle behind', async () => {
      const sockets = (): number => process.getActiveResourcesInfo().filter((type) => type.startsWith('UDP')).length;
      const before = sockets();
      const emitter = new UdpEmitter({ host: '127.0.0.1', port: sink.port, diagnostics });
      emitter.emit('x');
      await emitter.flush();
      await emitter.close();
      await turn();

      expect(sockets()).to.equal(before);
    });
  });
});
