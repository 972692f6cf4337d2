import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { UdpEmitter } from '#lib/emitters/udp-emitter.js';
import { Diagnostics } from '#lib/foundation/diagnostics.js';
import { RememberingLogger, startRecording, type SpecRecording } from '../support/recording.js';
import { tapSockets, type Tap } from '../support/tapped-socket.js';
import { validateDatagram, validateTrace } from '../support/wire-validator/index.js';

/** As it is installed beside us: in the repository the workspace, elsewhere the package. */
const DAEMON = join(
  dirname(createRequire(import.meta.url).resolve('radiograph-daemon/package.json')),
  'bin/radiograph-daemon.js',
);

/** A segment or subsegment in what the daemon prints. */
interface Shown {
  readonly id: string;
  readonly name: string;
  readonly metadata?: Record<string, Record<string, unknown>>;
  readonly subsegments?: readonly Shown[];
}

interface ShownTrace {
  readonly trace_id: string;
  readonly partial: boolean;
  readonly segments: readonly Shown[];
  readonly orphans: readonly Shown[];
}

/** The daemon itself, in a process of its own. */
class Daemon {
  readonly #child: ChildProcess;
  readonly port: number;
  #printed = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
  }

  static async start(): Promise<Daemon> {
    // What has arrived is shown at the end: no pause in between is long enough for the daemon to show a part.
    const flags = ['--bind', '127.0.0.1:0', '--json', '--quiet-for', '60000', '--no-state'];
    const child = spawn(process.execPath, [DAEMON, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = createInterface({ input: child.stderr });
    const [line] = (await once(lines, 'line')) as [string];
    return new Daemon(child, Number(/:(\d+)$/.exec(line)?.[1]));
  }

  /** Ends it; resolves to what it has put together. */
  async stop(): Promise<ShownTrace[]> {
    const ended = Promise.all([once(this.#child, 'exit'), once(this.#child.stdout!, 'close')]);
    this.#child.kill('SIGTERM');
    await ended;
    return this.#printed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ShownTrace);
  }

  /** Ends it where a failed spec left it behind. */
  dispose(): void {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
  }
}

function below(root: Shown): Shown[] {
  const found = [...(root.subsegments ?? [])];
  for (const entity of found) for (const child of entity.subsegments ?? []) found.push(child);
  return found;
}

describe('A trace on its way to the daemon', function () {
  this.timeout(60_000);

  let daemon: Daemon;
  let tap: Tap;
  let recording: SpecRecording;

  beforeEach(async () => {
    daemon = await Daemon.start();
    tap = tapSockets();
    const diagnostics = new Diagnostics(new RememberingLogger(), 'debug');
    const emitter = new UdpEmitter({ host: '127.0.0.1', port: daemon.port, diagnostics, openSocket: tap.openSocket });
    recording = startRecording({ emitter, diagnostics });
  });

  afterEach(async () => {
    await recording.stop();
    daemon.dispose();
  });

  /** Sends what was recorded; answers the root as the daemon shows it, when everything on the way was right. */
  async function arrive(): Promise<Shown> {
    await recording.engine.flush();
    const traces = await daemon.stop();
    for (const datagram of tap.sent) expect(validateDatagram(datagram)).to.deep.equal([]);
    const documents = tap.sent.map((datagram) => JSON.parse(datagram.toString().split('\n')[1] ?? '') as unknown);
    expect(validateTrace(documents)).to.deep.equal([]);
    expect(recording.diagnostics.counts).to.deep.equal({ 'documents sent': tap.sent.length });
    expect(traces).to.have.length(1);
    expect(traces[0]).to.deep.include({ partial: false, orphans: [] });
    expect(traces[0]?.segments).to.have.length(1);
    return traces[0]?.segments[0] as Shown;
  }

  /** Every subsegment that was recorded is there, once, and what it was called. */
  function expectAll(root: Shown, recorded: readonly string[]): void {
    const found = below(root).map(({ id, name }) => `${id} ${name}`);
    expect(found.length).to.equal(recorded.length);
    expect(found.toSorted().join('\n')).to.equal(recorded.toSorted().join('\n'));
  }

  describe('when it has 300 KB', () => {
    it('arrives whole', async () => {
      const recorded: string[] = [];
      recording.recorder.trace('op', () => {
        for (let count = 0; count < 60; count += 1) {
          recording.recorder.capture(`part ${count}`, (part) => {
            recorded.push(`${part.id} part ${count}`);
            part.metadata('text', String(count % 10).repeat(5000));
          });
        }
      });
      const root = await arrive();

      expectAll(root, recorded);
      expect(tap.sent.reduce((sum, { length }) => sum + length, 0)).to.be.above(300_000);
      for (const { name, metadata } of below(root)) {
        expect(metadata?.['default']?.['text']).to.equal((name.at(-1) as string).repeat(5000));
      }
    });
  });

  describe('when it has 20,000 subsegments beside each other', () => {
    it('arrives whole', async () => {
      const recorded: string[] = [];
      recording.recorder.trace('op', () => {
        for (let count = 0; count < 20_000; count += 1) {
          recording.recorder.capture('item', ({ id }) => recorded.push(`${id} item`));
        }
      });

      expectAll(await arrive(), recorded);
    });
  });

  describe('when it has 20,000 subsegments within each other', () => {
    it('arrives whole', async () => {
      const recorded: string[] = [];
      const call = (level: number): void => {
        recording.recorder.capture(`level ${level}`, ({ id }) => {
          recorded.push(`${id} level ${level}`);
          if (level < 4) for (let count = 0; count < 10; count += 1) call(level + 1);
        });
      };
      recording.recorder.trace('op', () => {
        for (let count = 0; count < 18; count += 1) call(1);
      });

      expect(recorded).to.have.length(19_998);
      expectAll(await arrive(), recorded);
    });
  });

  describe('when one metadata value has 5 MB', () => {
    it('arrives with every subsegment, the value cut', async () => {
      const recorded: string[] = [];
      recording.recorder.trace('op', () => {
        for (const name of ['before', 'large', 'after']) {
          recording.recorder.capture(name, (part) => {
            recorded.push(`${part.id} ${name}`);
            part.metadata('kept', name);
            if (name === 'large') part.metadata('value', 'x'.repeat(5_000_000));
          });
        }
      });
      const root = await arrive();

      expectAll(root, recorded);
      for (const { name, metadata } of below(root)) expect(metadata?.['default']?.['kept']).to.equal(name);
      const large = below(root).find(({ name }) => name === 'large')?.metadata?.['default']?.['value'];
      expect(String(large).length).to.be.within(1, 64_000);
      expect(large).to.match(/5\D?000\D?00\d/);
    });
  });
});
