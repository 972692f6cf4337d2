import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { DaemonError, startDaemon, type AssembledTrace, type Daemon, type DaemonOptions } from '#lib/daemon.js';
import { datagramOf, idOf, independent, outline, segment } from './support/documents.js';
import { ManualClock } from './support/manual-clock.js';
import { ordersRule as rule } from './support/sampling-rule.js';
import { ask } from './support/raw-http.js';
import { sendDatagrams } from './support/sender.js';

describe('startDaemon', () => {
  let open: Daemon[] = [];

  afterEach(async () => {
    await Promise.all(open.map((daemon) => daemon.close()));
    open = [];
  });

  async function started(options: DaemonOptions = {}) {
    const traces: AssembledTrace[] = [];
    const daemon = await startDaemon({ bind: '127.0.0.1:0', onTrace: (trace) => traces.push(trace), ...options });
    open.push(daemon);
    return { daemon, traces };
  }

  async function refusal(options: DaemonOptions): Promise<DaemonError> {
    try {
      open.push(await startDaemon(options));
    } catch (error) {
      if (DaemonError.is(error)) {
        return error;
      }
      throw error;
    }
    throw new Error('was not refused');
  }

  for (const bind of ['127.0.0.1:0', '[::1]:0', '0.0.0.0:0', '[::]:0', 'localhost:0']) {
    describe(`when it is bound to ${bind}`, () => {
      it('hands over a trace sent to it', async () => {
        const trace = await new Promise<AssembledTrace>((resolve, reject) => {
          started({ bind, quietForMillis: 1, onTrace: resolve })
            .then(({ daemon }) => {
              const host = bind.startsWith('[') ? '::1' : '127.0.0.1';
              return sendDatagrams({ host, port: daemon.address.port }, [datagramOf(segment(1))]);
            })
            .catch(reject);
        });

        expect(outline(trace)).to.deep.equal(['segment 1']);
      });
    });
  }

  describe('when it is closed', () => {
    it('takes what was already sent, hands over what is open, and keeps its counters', async () => {
      const { daemon, traces } = await started({ clock: new ManualClock() });
      const many = Array.from({ length: 50 }, (_, index) => datagramOf(independent(index + 2, 1)));
      await sendDatagrams(daemon.address, [...many, datagramOf(segment(1)), Buffer.from('x'), Buffer.alloc(0)]);

      await Promise.all([daemon.close(), daemon.close()]);

      expect(traces).to.have.length(1);
      expect(traces[0]?.segments[0]?.children).to.have.length(50);
      expect(daemon.counters()).to.deep.equal({
        received: 53,
        accepted: 51,
        rejected: 2,
        rejectedByReason: { 'no-newline': 2 },
        ignoredMembers: 0,
        socketErrors: 0,
        callbackErrors: 0,
        api: { requests: 0, refusedByType: {}, failed: 0, badConnections: 0 },
        sampling: { rules: 1, ruleChanges: 0, stateErrors: 0, reports: 0, refusedReports: 0, boosts: 0 },
        replaced: 0,
        handedOver: 1,
        handedOverPartial: 0,
        handedOverAgain: 0,
        evicted: 0,
        openTraces: 0,
        settledTraces: 0,
      });
    });
  });

  describe('when its callback throws', () => {
    it('counts that and goes on', async () => {
      const { daemon } = await started({
        onTrace: () => {
          throw new Error('full');
        },
      });
      await sendDatagrams(daemon.address, [datagramOf(segment(1))]);
      await daemon.close();

      expect(daemon.counters()).to.include({ handedOver: 1, callbackErrors: 1 });
    });
  });

  describe('when any bytes arrive', () => {
    it('lives and takes the next document', async () => {
      const { daemon, traces } = await started({ clock: new ManualClock() });
      const junk = fc.sample(fc.uint8Array({ maxLength: 2000 }), 200);
      const documents = fc.sample(fc.object({ key: fc.constantFrom('id', 'name', 'subsegments', '__proto__') }), 100);
      // In small steps, so that the system's buffer never overflows.
      for (const bytes of [...junk, ...documents.map(datagramOf)]) {
        await sendDatagrams(daemon.address, [bytes]);
      }
      await sendDatagrams(daemon.address, [datagramOf(segment(1))]);
      await daemon.close();

      expect(daemon.counters()).to.include({ received: 301, rejected: 300, accepted: 1 });
      expect(traces.map(outline)).to.deep.equal([['segment 1']]);
    });
  });

  describe('when the port is taken', () => {
    it('refuses with a remedy', async () => {
      const { daemon } = await started();
      const { port } = daemon.address;
      const error = await refusal({ bind: `127.0.0.1:${port}` });

      expect(error.code).to.equal('ADDRESS_IN_USE');
      expect(error.message).to.include(`127.0.0.1:${port}`).and.to.include('--any-port');
      expect(error.cause).to.have.property('code', 'EADDRINUSE');
    });

    it('takes another one when any port will do', async () => {
      const { daemon } = await started();
      const other = await started({ bind: `127.0.0.1:${daemon.address.port}`, anyPort: true });

      expect(other.daemon.address.port).not.to.equal(daemon.address.port);
    });
  });

  describe('when it is given a folder for its state', () => {
    let stateFolder: string;

    beforeEach(() => {
      stateFolder = mkdtempSync(join(tmpdir(), 'radiograph-daemon-'));
    });

    afterEach(() => rmSync(stateFolder, { recursive: true }));

    it('knows its rules again', async () => {
      const first = await started({ stateFolder });
      await ask(first.daemon.address, '/CreateSamplingRule', { body: JSON.stringify({ SamplingRule: rule }) });
      await first.daemon.close();
      const second = await started({ stateFolder });
      const { body } = await ask(second.daemon.address, '/GetSamplingRules');

      expect(body).to.have.nested.property('SamplingRuleRecords[0].SamplingRule').that.includes(rule);
    });

    it('has the rules of another daemon that has the same one', async () => {
      const [first, second] = [await started({ stateFolder }), await started({ stateFolder })];
      await ask(first.daemon.address, '/CreateSamplingRule', { body: JSON.stringify({ SamplingRule: rule }) });
      const { body } = await ask(second.daemon.address, '/GetSamplingRules');

      expect(body['SamplingRuleRecords']).to.have.length(2);
    });

    it('does not start with a file that it cannot read, and leaves that as it is', async () => {
      const path = join(stateFolder, 'sampling-rules.json');
      writeFileSync(path, '{"format"');
      const error = await refusal({ bind: '127.0.0.1:0', stateFolder });

      expect(error.code).to.equal('STATE_UNREADABLE');
      expect(readFileSync(path, 'utf8')).to.equal('{"format"');
    });

    it('says once why its file cannot be read any more, and when it can again', async () => {
      const said: (string | undefined)[] = [];
      const { daemon } = await started({ stateFolder, onStateTrouble: (message) => said.push(message) });
      const path = join(stateFolder, 'sampling-rules.json');
      writeFileSync(path, '{"format"');
      await ask(daemon.address, '/GetSamplingRules');
      await ask(daemon.address, '/GetSamplingRules');

      expect(said).to.have.length(1);
      expect(said[0]).to.include(path).and.to.include('not JSON');
      rmSync(path);
      await ask(daemon.address, '/GetSamplingRules');
      expect(said.slice(1)).to.deep.equal([undefined]);
    });

    it('refuses a change that it could not keep, and goes on', async () => {
      const { daemon } = await started({ stateFolder: join(stateFolder, 'a') });
      writeFileSync(join(stateFolder, 'a'), '');
      const refused = await ask(daemon.address, '/CreateSamplingRule', {
        body: JSON.stringify({ SamplingRule: rule }),
      });
      const { body } = await ask(daemon.address, '/GetSamplingRules');

      expect(refused.status).to.equal(500);
      expect(refused.body['Message']).to.include('Nothing was changed');
      expect(body['SamplingRuleRecords']).to.have.length(1);
      // One for the change, one for what has become of the folder.
      expect(daemon.counters().sampling).to.include({ ruleChanges: 0, stateErrors: 2 });
    });
  });

  describe('when it cannot be started as told', () => {
    for (const [options, code, said] of [
      [{ bind: 'nowhere' }, 'BAD_ADDRESS', '"nowhere"'],
      [{ bind: '192.0.2.1:0' }, 'ADDRESS_NOT_AVAILABLE', '192.0.2.1:0'],
      [{ quietForMillis: -1 }, 'BAD_OPTION', 'quietForMillis was -1'],
      [{ quietForMillis: 0.5 }, 'BAD_OPTION', '0 to 3600000'],
      [{ maxOpenTraces: 0 }, 'BAD_OPTION', 'maxOpenTraces'],
      [{ maxHeldBytes: 1 }, 'BAD_OPTION', 'maxHeldBytes'],
      [{ stateFolder: '' }, 'BAD_OPTION', 'stateFolder was ""'],
    ] as const) {
      it(`refuses ${JSON.stringify(options)} by ${code}`, async () => {
        const error = await refusal({ bind: '127.0.0.1:0', ...options });

        expect(error.code).to.equal(code);
        expect(error.message).to.include(said);
      });
    }
  });

  it('hands over a trace of a caller and a called service as one', async () => {
    const { daemon, traces } = await started();
    await sendDatagrams(daemon.address, [
      datagramOf(segment(3, { parent_id: idOf(2) })),
      datagramOf(independent(2, 1)),
      datagramOf(segment(1)),
    ]);
    await daemon.close();

    expect(traces.map(outline)).to.deep.equal([['segment 1', '  subsegment 2', '    segment 3']]);
  });
});
