import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { memoryOf, USUAL_PACE } from '#lib/emitters/pace.js';
import { UdpEmitter, type Lookup } from '#lib/emitters/udp-emitter.js';
import { Diagnostics } from '#lib/foundation/diagnostics.js';
import type { SegmentDocument } from '#lib/model/document.js';
import { RememberingLogger } from '../support/recording.js';
import { jamSockets, tapSockets } from '../support/tapped-socket.js';
import { validateDatagram } from '../support/wire-validator/index.js';

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

  type Parts = Partial<ConstructorParameters<typeof UdpEmitter>[0]>;
  const emitterTo = (host: string, port: number, parts: Parts = {}): UdpEmitter => {
    const emitter = new UdpEmitter({ host, port, diagnostics, ...parts });
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
      emitterTo('localhost', sink.port, { lookup }).emit('home');

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
      const emitter = emitterTo('daemon.internal', sink.port, { lookup });
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
      const emitter = emitterTo('daemon.internal', sink.port, { lookup });
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
      const emitter = emitterTo('daemon.internal', sink.port, { lookup });
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
      const emitter = emitterTo('daemon.internal', sink.port, { lookup });
      emitter.emit('1');
      emitter.emit('2');
      await emitter.flush();

      expect(diagnostics.counts['DAEMON_UNRESOLVED']).to.equal(2);
    });

    it('says why there is no socket to an address, which is no host name that has none', async () => {
      const emitter = emitterTo('255.255.255.255', 2000);
      emitter.emit('1');
      await emitter.flush();

      expect(diagnostics.counts).to.deep.equal({ SEND_FAILED: 1 });
      expect(logger.lines.join('\n')).to.match(
        /SEND_FAILED: No socket to 255\.255\.255\.255: .*(EACCES|EADDRNOTAVAIL|ENETUNREACH)/,
      );
    });

    it('keeps no more than it may while the event loop does not turn, and counts the others', async () => {
      const pace = { burstBytes: 2 ** 40, bytesPerMilli: 2 ** 30 };
      const emitter = emitterTo('127.0.0.1', sink.port, { pace });
      emitter.emit('first');
      await emitter.flush();
      const document = 'x'.repeat(1000);
      for (let index = 0; index < 60_000; index += 1) emitter.emit(document);

      // 64 MiB, at 1.6 kB each, are kept until their callbacks come.
      expect(diagnostics.counts['SEND_QUEUE_FULL']).to.be.within(15_000, 25_000);
    });

    it('refuses what is more than it may keep, counted', async () => {
      let known: ((value: { address: string; family: number }[]) => void) | undefined;
      const lookup: Lookup = () =>
        new Promise((resolve) => {
          known = resolve;
        });
      const emitter = emitterTo('daemon.internal', sink.port, { lookup });
      const document = 'x'.repeat(64_000);
      for (let index = 0; index < 1025; index += 1) emitter.emit(document);
      known?.([{ address: '127.0.0.1', family: 4 }]);

      // 64 MiB, and the last one that it takes.
      expect(diagnostics.counts).to.deep.equal({ SEND_QUEUE_FULL: 4 });
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

  describe('when documents are larger than the system sends', () => {
    const trace = `1-6553f100-${'a'.repeat(24)}`;
    const times = { start_time: 1_700_000_000, end_time: 1_700_000_001 };
    const idOf = (index: number): string => index.toString(16).padStart(16, '0');

    function segment(count: number, text: string): string {
      const subsegments = Array.from({ length: count }, (_, index) => ({
        id: idOf(index + 1),
        name: 'child',
        ...times,
        metadata: { default: { text } },
      }));
      return JSON.stringify({ id: idOf(0), name: 'root', trace_id: trace, ...times, subsegments });
    }

    function idsIn(documents: readonly string[]): string[] {
      const pending = documents.map((text) => JSON.parse(text) as SegmentDocument);
      for (const { subsegments = [] } of pending) pending.push(...subsegments);
      return pending.map(({ id }) => id).toSorted();
    }

    it('splits what no IPv4 datagram holds', async () => {
      const emitter = emitterTo('127.0.0.1', sink.port);
      emitter.emit(segment(60, 'x'.repeat(5000)));
      await emitter.flush();
      const documents = await sink.received(diagnostics.counts['documents sent'] ?? 0);

      expect(idsIn(documents)).to.deep.equal(Array.from({ length: 61 }, (_, index) => idOf(index)));
      for (const text of sink.texts) expect(validateDatagram(Buffer.from(text))).to.deep.equal([]);
    });

    it('splits smaller on EMSGSIZE, and remembers for the next', async () => {
      const tap = tapSockets(9216);
      const emitter = emitterTo('127.0.0.1', sink.port, { openSocket: tap.openSocket });
      emitter.emit(segment(60, 'x'.repeat(900)));
      await emitter.flush();
      const documents = await sink.received(diagnostics.counts['documents sent'] ?? 0);

      expect(idsIn(documents)).to.deep.equal(Array.from({ length: 61 }, (_, index) => idOf(index)));
      for (const { length } of tap.sent) expect(length).to.be.at.most(9216);
      const refusedBefore = tap.refused.length;
      expect(refusedBefore).to.be.within(1, 10);

      emitter.emit(segment(60, 'y'.repeat(900)));
      await emitter.flush();
      expect(tap.refused).to.have.length(refusedBefore);
      expect(diagnostics.counts).to.have.all.keys('documents sent');
    });

    it('cuts one entity that is too large alone', async () => {
      const tap = tapSockets(1500);
      const emitter = emitterTo('127.0.0.1', sink.port, { openSocket: tap.openSocket });
      emitter.emit(segment(1, 'x'.repeat(5000)));
      await emitter.flush();
      const documents = await sink.received(diagnostics.counts['documents sent'] ?? 0);

      expect(idsIn(documents)).to.deep.equal([idOf(0), idOf(1)]);
      expect(documents.join('\n')).to.contain('[cut: 5002 bytes');
    });

    it('counts what cannot be split far enough', async () => {
      const tap = tapSockets(100);
      const emitter = emitterTo('127.0.0.1', sink.port, { openSocket: tap.openSocket });
      emitter.emit(segment(3, 'x'));
      emitter.emit('x');
      await emitter.flush();

      expect(await sink.received(1)).to.deep.equal(['x']);
      expect(diagnostics.counts).to.deep.equal({ 'documents sent': 1, DOCUMENT_TOO_LARGE: 1 });
    });
  });

  describe('when very many documents come at once', () => {
    const emitAll = (emitter: UdpEmitter, count: number): string[] => {
      const documents = Array.from({ length: count }, (_, index) => String(index).padEnd(300, 'x'));
      for (const document of documents) emitter.emit(document);
      return documents;
    };

    it('lets the receiver read in between, so that all arrive, in order', async () => {
      // Node reads 32 datagrams of a socket in one turn of the event loop; the buffer of this one holds 166.
      const pace = { burstBytes: 25 * memoryOf(330), bytesPerMilli: USUAL_PACE.bytesPerMilli };
      const emitter = emitterTo('127.0.0.1', sink.port, { pace });
      const documents = emitAll(emitter, 2000);
      await emitter.flush();

      expect(await sink.received(2000)).to.deep.equal(documents);
      expect(diagnostics.counts).to.deep.equal({ 'documents sent': 2000 });
    });

    it('sends a few of them in the same turn', async () => {
      const tap = tapSockets();
      const emitter = emitterTo('127.0.0.1', sink.port, { openSocket: tap.openSocket });
      emitter.emit('first');
      await emitter.flush();
      emitAll(emitter, 50);

      expect(tap.sent).to.have.length(51);
    });

    it('closes when all have left', async () => {
      const tap = tapSockets();
      const emitter = emitterTo('127.0.0.1', sink.port, { openSocket: tap.openSocket });
      emitAll(emitter, 500);
      await emitter.close();

      expect(tap.sent).to.have.length(500);
    });

    it('does not keep the process alive for them', async () => {
      const timers = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
      const emitter = emitterTo('127.0.0.1', sink.port);
      emitter.emit('first');
      await emitter.flush();
      const before = timers();
      emitAll(emitter, 500);

      expect(timers()).to.equal(before);
    });

    it('sends the first ahead of their turn where too many wait, and says so', async () => {
      const pace = { burstBytes: 100_000, bytesPerMilli: 0 };
      const emitter = emitterTo('127.0.0.1', sink.port, { pace });
      emitter.emit('first');
      await emitter.flush();
      for (let index = 0; index < 1500; index += 1) emitter.emit('x'.repeat(64_000));
      pace.bytesPerMilli = 100_000;
      await emitter.flush();

      // One is within the burst; of the others 64 MiB may wait, and each counts 65,792 bytes.
      const ahead = 1500 - 1 - 1020;
      expect(diagnostics.counts).to.deep.equal({
        'documents sent': 1501,
        'documents sent ahead of their turn': ahead,
      });
    });
  });

  describe('when the system does not take datagrams at once', () => {
    it('leaves each as it was until it is taken', async () => {
      const jam = jamSockets();
      const emitter = emitterTo('127.0.0.1', sink.port, { openSocket: jam.openSocket });
      const documents = Array.from({ length: 20 }, (_, index) => String(index).padEnd(300, String(index)));
      emitter.emit('before');
      await emitter.flush();
      jam.jam();
      for (const document of documents) emitter.emit(document);
      jam.release();
      await emitter.flush();

      expect(await sink.received(21)).to.deep.equal(['before', ...documents]);
      expect(diagnostics.counts).to.deep.equal({ 'documents sent': 21 });
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
