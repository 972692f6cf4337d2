import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { CallFailure, JsonExchange } from '#lib/sampling/json-exchange.js';
import { SYSTEM_TIMERS, type Timers } from '#lib/sampling/poller.js';
import { ManualTimers } from '../support/manual-timers.js';
import { FixedClock } from '../support/recording.js';
import { json, SamplingServer } from '../support/sampling-server.js';

describe('JsonExchange', () => {
  let server: SamplingServer;
  const exchanges: JsonExchange[] = [];
  const rawServers: Server[] = [];

  beforeEach(async () => {
    server = await SamplingServer.listen();
  });

  afterEach(async () => {
    for (const exchange of exchanges.splice(0)) exchange.close();
    for (const raw of rawServers.splice(0)) raw.close();
    await server.close();
  });

  const exchangeWith = (daemon: { host: string; port: number }, timers: Timers = SYSTEM_TIMERS): JsonExchange => {
    const exchange = new JsonExchange({ ...daemon, timers });
    exchanges.push(exchange);
    return exchange;
  };

  const failureOf = async (call: Promise<unknown>): Promise<CallFailure> => {
    const thrown = await call.then(
      (answer) => expect.fail(`answered ${JSON.stringify(answer)}`),
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(CallFailure);
    return thrown as CallFailure;
  };

  /** A server that knows nothing of HTTP and does with a connection what the spec says. */
  const rawServer = async (serve: (socket: Socket) => void): Promise<{ host: string; port: number }> => {
    const raw = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => serve(socket));
    });
    rawServers.push(raw);
    raw.listen(0, '127.0.0.1');
    await once(raw, 'listening');
    return { host: '127.0.0.1', port: (raw.address() as AddressInfo).port };
  };

  it('posts JSON and answers what the answer says', async () => {
    server.answerWith(json({ a: ['ü'] }));
    const answer = await exchangeWith(server.daemon).post('/SamplingTargets', '{"b":"ö"}');

    expect(answer).to.deep.equal({ a: ['ü'] });
    expect(server.received[0]).to.deep.include({ method: 'POST', path: '/SamplingTargets', body: { b: 'ö' } });
    expect(server.received[0]?.headers).to.deep.include({
      'content-type': 'application/json',
      'content-length': '10',
      host: `127.0.0.1:${server.port}`,
      connection: 'close',
    });
  });

  it('reaches a daemon by its name', async () => {
    expect(await exchangeWith({ host: 'localhost', port: server.port }).post('/', '{}')).to.deep.equal({});
  });

  it('reads an answer in pieces, whatever type it says it has', async () => {
    server.answerWith((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      for (const piece of ['{"a"', ':[1', ',2]}']) response.write(piece);
      response.end();
    });

    expect(await exchangeWith(server.daemon).post('/', '{}')).to.deep.equal({ a: [1, 2] });
  });

  it('reads a long answer to its end', async () => {
    const rules = Array.from({ length: 5000 }, (_, index) => ({ RuleName: `rule ${index}`, Host: 'x'.repeat(150) }));
    server.answerWith(json(rules));

    expect(await exchangeWith(server.daemon).post('/', '{}')).to.deep.equal(rules);
  });

  for (const status of [201, 301, 307, 400, 403, 404, 405, 429, 500, 503]) {
    it(`takes status ${status} as refused, and says what came with it`, async () => {
      server.answerWith((response) => {
        response.writeHead(status, { location: '/elsewhere' }).end('no\nmore of it');
      });
      const failure = await failureOf(exchangeWith(server.daemon).post('/GetSamplingRules', '{}'));

      expect(failure).to.deep.include({ code: 'SAMPLING_REFUSED', status });
      expect(failure.message).to.equal(
        `POST /GetSamplingRules at 127.0.0.1:${server.port} (TCP) was answered with status ${status}: no.`,
      );
      expect(server.received).to.have.lengthOf(1);
    });
  }

  for (const [what, text] of Object.entries({ 'no JSON': '<html>', nothing: '', 'half of it': '{"a":' })) {
    it(`takes ${what} as unreadable`, async () => {
      server.answerWith((response) => response.end(text));

      expect((await failureOf(exchangeWith(server.daemon).post('/', '{}'))).code).to.equal('SAMPLING_UNREADABLE');
    });
  }

  it('takes an answer without end as unreadable, and hangs up', async () => {
    const isHungUp = new Promise<unknown>((resolve) => {
      server.answerWith((response) => {
        response.once('close', () => resolve(undefined));
        const more = (): boolean => !response.destroyed && response.write('x'.repeat(100_000), () => more());
        more();
      });
    });
    const failure = await failureOf(exchangeWith(server.daemon).post('/', '{}'));
    await isHungUp;

    expect(failure.code).to.equal('SAMPLING_UNREADABLE');
    expect(failure.message).to.match(/more than 1048576 bytes/);
  });

  it('takes a daemon that is not there as unreachable', async () => {
    const { daemon } = server;
    await server.close();
    const failure = await failureOf(exchangeWith(daemon).post('/', '{}'));

    expect(failure).to.deep.include({ code: 'SAMPLING_UNREACHABLE', status: undefined });
    expect(failure.message).to.match(/ECONNREFUSED.*Is the daemon running\?$/);
  });

  for (const [what, serve] of Object.entries<(socket: Socket) => void>({
    'hangs up before it answers': (socket) => socket.destroy(),
    'resets the connection': (socket) => socket.resetAndDestroy(),
    'says something that is no HTTP': (socket) => socket.end('220 mail.example.com ESMTP\r\n'),
    'wants to change the protocol': (socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    'hangs up within an answer': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":'),
    'breaks a chunk': (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}'),
    'has headers without end': (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n{}`),
  })) {
    it(`takes one that ${what} as unreachable`, async () => {
      const failure = await failureOf(exchangeWith(await rawServer(serve)).post('/', '{}'));

      expect(failure.code).to.equal('SAMPLING_UNREACHABLE');
    });
  }

  describe('when no answer comes', () => {
    let timers: ManualTimers;
    beforeEach(() => {
      timers = new ManualTimers(new FixedClock());
    });

    it('gives up after ten seconds, also within an answer, and hangs up', async () => {
      for (const start of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":']) {
        const sockets: Socket[] = [];
        const daemon = await rawServer((socket) => {
          sockets.push(socket);
          socket.write(start);
        });
        const failing = failureOf(exchangeWith(daemon, timers).post('/', '{}'));
        while (sockets.length === 0) await turn();
        const isHungUp = once(sockets[0] as Socket, 'close');
        await timers.advanceMillis(10_000);

        expect((await failing).message).to.match(/nothing within 10000 ms/);
        await isHungUp;
        expect(timers.delays).to.deep.equal([]);
      }
    });

    it('gives up after one second where there is no connection', async () => {
      // An address for documentation (RFC 5737): nobody answers, or somebody says at once that there is no way to it.
      const failing = failureOf(exchangeWith({ host: '192.0.2.1', port: 2000 }, timers).post('/', '{}'));
      await timers.advanceMillis(1000);

      expect((await failing).code).to.equal('SAMPLING_UNREACHABLE');
    });

    it('takes what came while the event loop could not turn, however long that was', async () => {
      const answering = exchangeWith(server.daemon, timers).post('/', '{}');
      await timers.advanceMillis(1000);

      expect(await answering).to.deep.equal({});
    });

    it('leaves no timer behind where one comes', async () => {
      await exchangeWith(server.daemon, timers).post('/', '{}');
      while (timers.delays.length > 0) await turn();
    });
  });

  describe('when it is closed', () => {
    it('aborts what is under way, and takes nothing more', async () => {
      server.answerWith(() => undefined);
      const exchange = exchangeWith(server.daemon);
      const failing = failureOf(exchange.post('/', '{}'));
      await server.untilReceived(1);
      exchange.close();
      exchange.close();

      expect((await failing).code).to.equal('SAMPLING_UNREACHABLE');
      expect((await failureOf(exchange.post('/', '{}'))).message).to.match(/it is closed/);
      expect(server.received).to.have.lengthOf(1);
    });
  });
});
