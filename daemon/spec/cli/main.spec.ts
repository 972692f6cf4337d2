import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DaemonProcess, nowhere } from '../support/daemon-process.js';
import { datagramOf, segment, subsegment, traceId } from '../support/documents.js';
import { ask } from '../support/raw-http.js';
import { sendDatagrams } from '../support/sender.js';

const anywhere = ['--bind', '127.0.0.1:0'];

describe('radiograph-daemon', () => {
  let processes: DaemonProcess[] = [];

  afterEach(() => {
    for (const daemon of processes) {
      daemon.dispose();
    }
    processes = [];
  });

  function run(flags: readonly string[], options: ConstructorParameters<typeof DaemonProcess>[1] = {}): DaemonProcess {
    const daemon = new DaemonProcess(flags, options);
    processes.push(daemon);
    return daemon;
  }

  async function drawnIn(environment: Record<string, string>): Promise<string> {
    const daemon = run(anywhere, { environment });
    await sendDatagrams(await daemon.listening(), [datagramOf(segment(1, { fault: true }))]);
    await daemon.exit('SIGTERM');
    return daemon.stdout;
  }

  it('prints each trace as a waterfall', async () => {
    const daemon = run([...anywhere, '--quiet-for', '1', '--width', '60']);
    await sendDatagrams(await daemon.listening(), [datagramOf(segment(1, { subsegments: [subsegment(2)] }))]);
    await daemon.printed('subsegment 2');

    expect(await daemon.exit('SIGTERM')).to.equal(0);
    expect(daemon.stdout.split('\n')).to.deep.equal([
      `${traceId} · 1.00 s · 1 segment`,
      '1 subsegment',
      '● segment 1      ███████████████████████████████████  1.00 s',
      '└─ subsegment 2          ▐█████████████████▎          500 ms',
      '',
      '',
    ]);
    expect(daemon.stderr.split('\n').slice(1)).to.deep.equal([
      `Sampling rules in force: 1, kept in ${nowhere}/radiograph`,
      'received 1: 1 accepted, 0 rejected; traces: 1 handed over',
      '',
    ]);
  });

  describe('when --json is given', () => {
    it('prints each trace as a line of JSON', async () => {
      const daemon = run([...anywhere, '--quiet-for', '1', '--json']);
      await sendDatagrams(await daemon.listening(), [datagramOf(segment(1))]);
      await daemon.printed('\n');
      await daemon.exit('SIGINT');

      expect(JSON.parse(daemon.stdout)).to.deep.include({ trace_id: traceId, segments: [segment(1)] });
    });
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    describe(`when it is told ${signal}`, () => {
      it('prints what is still open and ends well', async () => {
        const daemon = run([...anywhere, '--json']);
        const open = segment(1, { end_time: undefined, in_progress: true });
        await sendDatagrams(await daemon.listening(), [datagramOf(open), datagramOf('junk')]);

        expect(await daemon.exit(signal)).to.equal(0);
        expect(JSON.parse(daemon.stdout)).to.deep.include({ partial: true, trace_id: traceId });
        expect(daemon.stderr).to.include(
          'received 2: 1 accepted, 1 rejected (not-json 1); traces: 1 handed over, 1 partial',
        );
      });
    });
  }

  describe('when a parent holds a channel to it', () => {
    it('tells its address, and ends when the parent lets go', async () => {
      const daemon = run(anywhere, { ipc: true });
      const { port } = await daemon.listening();
      if (daemon.messages.length === 0) {
        await once(daemon.child, 'message');
      }

      expect(daemon.messages).to.deep.equal([{ type: 'listening', address: '127.0.0.1', port }]);

      daemon.child.disconnect();
      expect(await daemon.exit()).to.equal(0);
      expect(daemon.stderr).to.include('received 0');
    });

    it('ends by a signal as well', async () => {
      const daemon = run(anywhere, { ipc: true });
      await daemon.listening();

      expect(await daemon.exit('SIGTERM')).to.equal(0);
    });
  });

  describe('when rules are changed', () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'radiograph-daemon-'));
    });

    afterEach(() => rmSync(folder, { recursive: true }));

    const amounts = JSON.stringify({ SamplingRuleUpdate: { RuleName: 'Default', FixedRate: 0.5 } });

    async function rateAfter(flags: readonly string[], environment: Record<string, string>): Promise<unknown> {
      const daemon = run([...anywhere, ...flags], { environment });
      const { status } = await ask(await daemon.listening(), '/UpdateSamplingRule', { body: amounts });
      expect(status).to.equal(200);
      await daemon.exit('SIGTERM');
      expect(daemon.stderr).to.include('1 requests, 1 rule changes');
      const { body } = await ask(await run([...anywhere, ...flags], { environment }).listening(), '/GetSamplingRules');
      const records = body['SamplingRuleRecords'] as { SamplingRule: { FixedRate: number } }[];
      return records[0]?.SamplingRule.FixedRate;
    }

    it('keeps them where the environment puts state', async () => {
      expect(await rateAfter([], { XDG_STATE_HOME: folder })).to.equal(0.5);
      expect(existsSync(join(folder, 'radiograph', 'sampling-rules.json'))).to.equal(true);
    });

    it('keeps them in the home of the user where the environment says nothing of use', async () => {
      expect(await rateAfter([], { XDG_STATE_HOME: 'relative', HOME: folder })).to.equal(0.5);
      expect(existsSync(join(folder, '.local', 'state', 'radiograph', 'sampling-rules.json'))).to.equal(true);
    });

    it('keeps them where --state says', async () => {
      expect(await rateAfter(['--state', join(folder, 'here')], {})).to.equal(0.5);
      expect(readdirSync(join(folder, 'here'))).to.deep.equal(['sampling-rules.json']);
    });

    it('keeps nothing with --no-state', async () => {
      expect(await rateAfter(['--no-state'], { XDG_STATE_HOME: folder })).to.equal(1);
      expect(readdirSync(folder)).to.deep.equal([]);
    });

    it('keeps nothing where the user has no home', async () => {
      expect(await rateAfter([], { XDG_STATE_HOME: '', HOME: '' })).to.equal(1);
      expect(existsSync(join('.local', 'state', 'radiograph'))).to.equal(false);
    });

    it('starts without the usual folder where that cannot be, and says so', async () => {
      writeFileSync(join(folder, 'file'), '');
      expect(await rateAfter([], { XDG_STATE_HOME: join(folder, 'file') })).to.equal(1);
      const daemon = run(anywhere, { environment: { XDG_STATE_HOME: join(folder, 'file') } });
      await daemon.listening();
      await daemon.exit('SIGTERM');
      expect(daemon.stderr).to.include(
        `changes are not kept, since ${join(folder, 'file', 'radiograph')} cannot be used`,
      );
    });

    it('does not start with rules that it cannot read, and says how to go on', async () => {
      writeFileSync(join(folder, 'sampling-rules.json'), 'x');
      const daemon = run([...anywhere, '--state', folder]);

      expect(await daemon.exit()).to.equal(1);
      expect(daemon.stderr).to.match(/^radiograph-daemon: .*sampling-rules\.json cannot be read.*--no-state/);
    });
  });

  describe('when its port is taken', () => {
    it('says so with a remedy and ends with 1', async () => {
      const { port } = await run(anywhere).listening();
      const second = run(['--bind', `127.0.0.1:${port}`]);

      expect(await second.exit()).to.equal(1);
      expect(second.stdout).to.equal('');
      expect(second.stderr).to.match(
        /^radiograph-daemon: Cannot listen on udp 127\.0\.0\.1:\d+: the port is taken.*--any-port/,
      );
    });

    it('takes a free one with --any-port, and says so', async () => {
      const { port } = await run(anywhere).listening();
      const second = run(['--bind', `127.0.0.1:${port}`, '--any-port']);
      const other = await second.listening();
      await second.exit('SIGTERM');

      expect(other.port).not.to.equal(port);
      expect(second.stderr).to.include(`Port ${port} is taken`);
      expect(second.stderr).to.include(`AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:${other.port}`);
    });
  });

  describe('when it is bound to IPv6', () => {
    it('receives there', async () => {
      const daemon = run(['--bind', '[::1]:0', '--json']);
      const address = await daemon.listening();
      await sendDatagrams(address, [datagramOf(segment(1))]);
      await daemon.exit('SIGTERM');

      expect(address.host).to.equal('::1');
      expect(daemon.stdout).to.include(traceId);
    });
  });

  describe('when the reader of its output is gone', () => {
    it('ends quietly', async () => {
      const daemon = run([...anywhere, '--json', '--quiet-for', '1']);
      const address = await daemon.listening();
      daemon.child.stdout?.destroy();
      await sendDatagrams(address, [datagramOf(segment(1))]);

      expect(await daemon.exit()).to.equal(0);
      expect(daemon.stderr.split('\n')).to.have.length(3);
    });
  });

  describe('when a flag is wrong', () => {
    it('says which and ends with 2', async () => {
      const daemon = run(['--jsn']);

      expect(await daemon.exit()).to.equal(2);
      expect(daemon.stdout).to.equal('');
      expect(daemon.stderr).to.match(/^radiograph-daemon: There is no flag --jsn\. Did you mean --json\?/);
    });
  });

  for (const [flag, expected] of [
    ['--version', /^radiograph-daemon \d+\.\d+\.\d+\n$/],
    ['--help', /^Usage: radiograph-daemon/],
  ] as const) {
    describe(`when ${flag} is given`, () => {
      it('prints it on the standard output and ends', async () => {
        const daemon = run([flag]);

        expect(await daemon.exit()).to.equal(0);
        expect(daemon.stdout).to.match(expected);
        expect(daemon.stderr).to.equal('');
      });
    });
  }

  describe('when the environment speaks of colour and encoding', () => {
    it('colours by FORCE_COLOR', async () => {
      expect(await drawnIn({ FORCE_COLOR: '1' })).to.include('\u001B[31m');
    });

    it('draws in plain ASCII where the locale is C', async () => {
      expect(await drawnIn({ LC_ALL: 'C' })).to.match(/^[\n\u0020-\u007E]+$/);
    });
  });
});
