import { expect } from 'chai';
import { DaemonClient } from '#lib/sampling/daemon-client.js';
import { CallFailure } from '#lib/sampling/json-exchange.js';
import { SYSTEM_TIMERS } from '#lib/sampling/poller.js';
import { json, SamplingServer } from '../support/sampling-server.js';

const ruleOf = (name: string): object => ({ RuleName: name, Priority: 1, FixedRate: 0, ReservoirSize: 0, Version: 1 });

describe('DaemonClient', () => {
  let server: SamplingServer;
  let client: DaemonClient;

  beforeEach(async () => {
    server = await SamplingServer.listen();
    const clientId = 'abcdef1234567890abcdef10';
    client = new DaemonClient({ daemon: server.daemon, clientId, service: 'shop', timers: SYSTEM_TIMERS });
  });

  afterEach(async () => {
    client.close();
    await server.close();
  });

  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'none',
      (thrown: unknown) => (thrown instanceof CallFailure ? thrown.code : String(thrown)),
    );

  it('puts the pages of an answer together', async () => {
    const pages = [
      { SamplingRuleRecords: [{ SamplingRule: ruleOf('a'), ModifiedAt: 2 }], NextToken: '1' },
      { SamplingRuleRecords: [{ SamplingRule: { RuleName: 'b' } }], NextToken: '2' },
      { SamplingRuleRecords: [{ SamplingRule: ruleOf('c'), ModifiedAt: 1 }], NextToken: null },
    ];
    server.answerWith((response, { body }) => {
      const { NextToken = '0' } = body as { NextToken?: string };
      response.end(JSON.stringify(pages[Number(NextToken)]));
    });
    const { definitions, skipped, modifiedAt } = await client.rules();

    expect(server.received.map(({ path, body }) => ({ path, body }))).to.deep.equal([
      { path: '/GetSamplingRules', body: {} },
      { path: '/GetSamplingRules', body: { NextToken: '1' } },
      { path: '/GetSamplingRules', body: { NextToken: '2' } },
    ]);
    expect(definitions.map(({ name }) => name)).to.deep.equal(['a', 'c']);
    expect({ skipped: skipped.length, modifiedAt }).to.deep.equal({ skipped: 1, modifiedAt: 2000 });
  });

  it('gives up on pages without end', async () => {
    server.answerWith(json({ SamplingRuleRecords: [], NextToken: 'again' }));

    expect(await codeOf(client.rules())).to.equal('SAMPLING_UNREADABLE');
    expect(server.received).to.have.lengthOf(100);
  });

  it('gives up on more than a thousand rules, of one page or of several', async () => {
    const recordsOf = (count: number): object[] =>
      Array.from({ length: count }, (_, index) => ({ SamplingRule: ruleOf(`${index}`) }));
    server.answerWith(json({ SamplingRuleRecords: recordsOf(1000) }));
    expect((await client.rules()).definitions).to.have.lengthOf(1000);

    server.answerWith(json({ SamplingRuleRecords: recordsOf(1001) }));
    expect(await codeOf(client.rules())).to.equal('SAMPLING_UNREADABLE');
    server.answerWith((response, { body }) => {
      const NextToken = 'NextToken' in (body as object) ? undefined : '2';
      response.end(JSON.stringify({ SamplingRuleRecords: recordsOf(501), NextToken }));
    });
    expect(await codeOf(client.rules())).to.equal('SAMPLING_UNREADABLE');
  });

  it('takes what is no answer of the service as unreadable', async () => {
    expect([await codeOf(client.rules()), await codeOf(client.targets([], 0))]).to.deep.equal([
      'SAMPLING_UNREADABLE',
      'SAMPLING_UNREADABLE',
    ]);
  });

  it('reports statistics in its name', async () => {
    server.answerWith(json({ SamplingTargetDocuments: [{ RuleName: 'a', FixedRate: 1 }], LastRuleModification: 3 }));
    const traces = { traces: 0, anomalies: 0, sampledAnomalies: 0 };
    const answer = await client.targets([{ name: 'a', requests: 3, sampled: 2, borrowed: 1, ...traces }], 5000);

    expect(answer.targets[0]).to.deep.include({ name: 'a', rate: 1 });
    expect(answer.modifiedAt).to.equal(3000);
    expect(server.received[0]).to.deep.include({
      path: '/SamplingTargets',
      body: {
        SamplingStatisticsDocuments: [
          {
            RuleName: 'a',
            ClientID: 'abcdef1234567890abcdef10',
            Timestamp: 5,
            RequestCount: 3,
            SampledCount: 2,
            BorrowCount: 1,
          },
        ],
      },
    });
  });
});
