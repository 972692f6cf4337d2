/**
 * What fails in other packages that record for X-Ray, and users of them report: a spec for each, with real parts. Those of them
 * that are about decorators stand in spec/decorators/shared, those about loading and bundling in spec/package.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { Container } from 'typedi';
import { Recorder, Traced, TracingModule } from '#lib/index.js';
import type { SegmentDocument } from '#lib/model/document.js';
import { printTrace } from '#lib/testing/index.js';
import { startRecording, type SpecRecording } from '../support/recording.js';

class Shop {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  @Traced('call')
  async call(path: string): Promise<string> {
    const response = await fetch(`${this.#url}/${path}`);
    return await response.text();
  }
}

/** A daemon as far as UDP is concerned. */
async function listen(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

async function nextDocument(socket: Socket): Promise<SegmentDocument> {
  const [message] = (await once(socket, 'message')) as [Buffer];
  const text = message.toString();
  return JSON.parse(text.slice(text.indexOf('\n') + 1)) as SegmentDocument;
}

describe('What users of X-Ray suffer elsewhere', () => {
  let recording: SpecRecording;
  let recorder: Recorder;

  beforeEach(() => {
    recording = startRecording();
    ({ recorder } = recording);
  });

  afterEach(() => recording.stop());

  const childrenOf = (name: string): string[] => {
    const { children } = recording.trace().find(name);
    return children.map((child) => `${child.name}:${child.children.length}`);
  };

  describe('when two invocations with different trace ids are interleaved in one process', () => {
    it('lands the work of each under its own trace id', async () => {
      const roots = ['1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa', '1-5759e988-bbbbbbbbbbbbbbbbbbbbbbbb'] as const;
      let waiting = 0;
      let goOn = (): void => undefined;
      const arrived = new Promise<void>((resolve) => (goOn = resolve));
      const invoke = (root: string): Promise<void> =>
        recorder.resume(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`, 'invoke', async () => {
          // Both are at work before either goes on.
          waiting += 1;
          if (waiting === roots.length) goOn();
          await arrived;
          await recorder.capture(`work ${root}`, async (work) => {
            await new Promise((resolve) => setImmediate(resolve));
            expect(Container.get(Recorder).current.id).to.equal(work.id);
            expect(recorder.traceId).to.equal(root);
          });
        });
      await Promise.all(roots.map(invoke));

      const found = recording.documents().map(({ trace_id, subsegments }) => [trace_id, subsegments?.[0]?.name]);
      expect(found).to.have.deep.members(roots.map((root) => [root, `work ${root}`]));
    });
  });

  describe('when fetch is called within what is recorded', () => {
    let server: Server;
    let shop: Shop;

    beforeEach(async () => {
      server = createServer((request, response) => response.end(request.url));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      shop = new Shop(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });

    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    it('makes three calls at once siblings', async () => {
      const answers = await recorder.trace('op', () => Promise.all(['a', 'b', 'c'].map((path) => shop.call(path))));

      expect(answers).to.deep.equal(['/a', '/b', '/c']);
      expect(childrenOf('spec')).to.deep.equal(['call:0', 'call:0', 'call:0']);
    });

    it('makes three calls one after another siblings', async () => {
      await recorder.trace('op', async () => {
        for (const path of ['a', 'b', 'c']) {
          await recorder.capture('call', () => shop.call(path));
        }
      });

      expect(childrenOf('spec')).to.deep.equal(['call:1', 'call:1', 'call:1']);
    });

    it('gives each of two blocks at once its own calls', async () => {
      const block = (name: string): Promise<string[]> =>
        recorder.capture(name, () => Promise.all([shop.call('a'), shop.call('b')]));
      await recorder.trace('op', () => Promise.all([block('A'), block('B')]));

      expect(printTrace(recording.trace()).split('\n').slice(1)).to.deep.equal([
        '├─ A',
        '│  ├─ call',
        '│  └─ call',
        '└─ B',
        '   ├─ call',
        '   └─ call',
      ]);
    });
  });

  describe('when a segment carries 100 KB of metadata', () => {
    it('arrives all the same, with a note in the place of what is too large', async () => {
      const daemon = await listen('127.0.0.1');
      const tracing = TracingModule.forRoot({
        service: 'large',
        sampling: 'all',
        daemonAddress: `127.0.0.1:${daemon.address().port}`,
      });
      const arrives = nextDocument(daemon);
      tracing.recorder.trace('op', (segment) => {
        segment.metadata('large', 'x'.repeat(100_000)).metadata('small', 'kept').annotate('order', 'o1');
      });
      const { metadata, annotations } = await arrives;
      await tracing.close();
      daemon.close();

      expect(metadata?.['default']?.['small']).to.equal('kept');
      expect(metadata?.['default']?.['large']).to.match(/…\[cut: 100000 characters\]$/);
      expect(annotations).to.include({ order: 'o1' });
    });
  });

  describe('when metadata is circular', () => {
    it('keeps what can be kept and throws nowhere', () => {
      const order: Record<string, unknown> = { id: 'o1' };
      order['self'] = order;
      recorder.trace('op', (segment) => segment.metadata('order', order).metadata('other', 1));
      const { metadata } = recording.trace().find('spec');

      expect(metadata['default']?.['order']).to.include({ id: 'o1' });
      expect(metadata['default']).to.include({ other: 1 });
    });
  });

  describe('when a child is never closed', () => {
    it('sends its parent with it', () => {
      recorder.trace('op', () => void recorder.beginSubsegment('forgotten'));
      const [document] = recording.documents();

      expect(document?.end_time).to.be.a('number');
      expect(document?.subsegments?.[0]).to.deep.include({ name: 'forgotten', in_progress: true });
    });
  });

  describe('when an error is added', () => {
    for (const { what, thrown, flags } of [
      { what: 'a mistake of the caller', thrown: Object.assign(new Error('x'), { status: 404 }), flags: ['error'] },
      { what: 'a failure', thrown: new Error('x'), flags: ['fault'] },
      {
        what: 'a refusal for load',
        thrown: Object.assign(new Error('x'), { statusCode: 429 }),
        flags: ['error', 'throttle'],
      },
    ]) {
      it(`flags ${what} as ${flags.join(' and ')}`, () => {
        recorder.trace('op', () => recorder.capture('work', (work) => work.error(thrown)));
        const { document } = recording.trace().find('work');

        expect(['error', 'fault', 'throttle'].filter((flag) => Object.hasOwn(document, flag))).to.deep.equal(flags);
      });
    }
  });

  describe('when a segment is closed twice', () => {
    it('is sent once, and the second close counted', () => {
      const segment = recorder.beginSegment('op');
      segment.close();
      segment.close();

      expect(recording.documents()).to.have.lengthOf(1);
      expect(recording.diagnostics.counts['CLOSED_ALREADY']).to.equal(1);
    });
  });

  describe('when the address of the daemon is one of IPv6', () => {
    const isThere = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));
    const before = process.env['AWS_XRAY_DAEMON_ADDRESS'];

    afterEach(() => {
      if (before === undefined) delete process.env['AWS_XRAY_DAEMON_ADDRESS'];
      else process.env['AWS_XRAY_DAEMON_ADDRESS'] = before;
    });

    const title = 'sends what is recorded there';
    if (isThere) {
      it(title, async () => {
        const daemon = await listen('::1');
        process.env['AWS_XRAY_DAEMON_ADDRESS'] = `[::1]:${daemon.address().port}`;
        const tracing = TracingModule.forRoot({ service: 'six', sampling: 'all' });
        const arrives = nextDocument(daemon);
        tracing.recorder.trace('op', () => undefined);

        expect(await arrives).to.include({ name: 'six' });
        await tracing.close();
        daemon.close();
      });
    } else {
      it.skip(`${title} (this machine has no ::1)`);
    }
  });

  describe('when the key of an annotation has a dot in it', () => {
    it('makes it one that X-Ray takes, and says so once', () => {
      recorder.trace('op', (segment) => segment.annotate('user.id', 'u1').annotate('user.id', 'u2'));

      expect(recording.trace().find('spec').annotations).to.include({ user_id: 'u2' });
      expect(recording.diagnostics.counts['VALUE_REFUSED']).to.equal(2);
      expect(recording.logger.lines.filter((line) => line.includes('user.id'))).to.have.lengthOf(1);
    });
  });
});
