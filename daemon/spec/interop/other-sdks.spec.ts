import { expect } from 'chai';
import { startDaemon, type Daemon } from '#lib/daemon.js';
import { sendRaw } from '../support/raw-http.js';

const nowSeconds = Math.floor(Date.now() / 1000);

/**
 * What a sampler puts on the wire, and what its reader needs of the answers. Written down from the sources of
 * aws-xray-sdk-python 2.15 (and what botocore 1.43 sends), aws-xray-sdk-go 2.0.3 and the X-Ray sampler of
 * opentelemetry-java-contrib.
 */
interface Sampler {
  readonly name: string;
  readonly headers: readonly string[];
  readonly rulesBody: string;
  readonly targetsBody: string;
  /** Members without which it fails, or leaves the rule out. */
  readonly neededOfRules: readonly string[];
  readonly neededOfTargets: readonly string[];
  readonly neededOfAnswers: readonly string[];
}

const samplers: readonly Sampler[] = [
  {
    name: 'aws-xray-sdk-python',
    headers: [
      'Accept-Encoding: identity',
      'Content-Type: application/json',
      'User-Agent: Botocore/1.43.11 ua/2.1 os/linux lang/python#3.11.7',
      'amz-sdk-invocation-id: 45e32acd-c69f-4e47-bc03-e6e89a54d653',
      'amz-sdk-request: attempt=1',
    ],
    rulesBody: '{}',
    targetsBody: `{"SamplingStatisticsDocuments": [{"RuleName": "Default", "ClientID": "8a1fd0e1c6f04b7f9d2e3c4b", "RequestCount": 12, "BorrowCount": 2, "SampledCount": 3, "Timestamp": ${nowSeconds}}]}`,
    neededOfRules: [
      'RuleName',
      'Priority',
      'FixedRate',
      'ReservoirSize',
      'Host',
      'ServiceName',
      'HTTPMethod',
      'URLPath',
      'ServiceType',
      'Version',
      'ResourceARN',
    ],
    neededOfTargets: ['RuleName', 'FixedRate'],
    neededOfAnswers: ['SamplingTargetDocuments', 'LastRuleModification'],
  },
  {
    name: 'aws-xray-sdk-go',
    headers: ['User-Agent: Go-http-client/1.1', 'Accept-Encoding: gzip'],
    rulesBody: '{"NextToken": null}',
    targetsBody: `{"SamplingStatisticsDocuments":[{"BorrowCount":2,"ClientID":"8a1fd0e1c6f04b7f9d2e3c4b","RequestCount":12,"RuleName":"Default","SampledCount":3,"Timestamp":${nowSeconds}}]}`,
    neededOfRules: [
      'RuleName',
      'Version',
      'ResourceARN',
      'Priority',
      'FixedRate',
      'ReservoirSize',
      'ServiceName',
      'ServiceType',
      'Host',
      'HTTPMethod',
      'URLPath',
    ],
    neededOfTargets: ['RuleName', 'FixedRate'],
    neededOfAnswers: ['SamplingTargetDocuments', 'LastRuleModification', 'UnprocessedStatistics'],
  },
  {
    name: 'the X-Ray sampler of OpenTelemetry for Java, which writes milliseconds',
    headers: [
      'Content-Type: application/json',
      'User-Agent: Java/17.0.9',
      'Accept: text/html, image/gif, image/jpeg, */*; q=0.2',
    ],
    rulesBody: '{}',
    targetsBody: `{"SamplingStatisticsDocuments":[{"BorrowCount":2,"ClientID":"8a1fd0e1c6f04b7f9d2e3c4b","RequestCount":12,"RuleName":"Default","SampledCount":5,"Timestamp":${nowSeconds}123}]}`,
    neededOfRules: [
      'Attributes',
      'FixedRate',
      'Host',
      'HTTPMethod',
      'Priority',
      'ReservoirSize',
      'ResourceARN',
      'ServiceName',
      'ServiceType',
      'URLPath',
      'Version',
    ],
    neededOfTargets: ['RuleName', 'FixedRate'],
    neededOfAnswers: ['SamplingTargetDocuments', 'LastRuleModification', 'UnprocessedStatistics'],
  },
];

const texts = ['RuleName', 'RuleARN', 'ResourceARN', 'ServiceName', 'ServiceType', 'Host', 'HTTPMethod', 'URLPath'];
/** Go reads these into integers, and takes no `1.0` and no `1e3` for one. */
const wholes = ['Priority', 'ReservoirSize', 'Version', 'Interval', 'ReservoirQuota'];

describe('A sampler of another language', () => {
  let daemon: Daemon;

  beforeEach(async () => {
    daemon = await startDaemon({ bind: '127.0.0.1:0' });
  });

  afterEach(() => daemon.close());

  async function exchange({ headers }: Sampler, path: string, body: string) {
    const lines = [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${daemon.address.port}`,
      ...headers,
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    const answer = await sendRaw(daemon.address, `${lines.join('\r\n')}\r\n\r\n${body}`);
    const split = answer.indexOf('\r\n\r\n');
    const text = answer.slice(split + 4);
    const parsed: Record<string, unknown> = JSON.parse(text);
    return { head: answer.slice(0, split), text, parsed };
  }

  function checkMembers(object: Record<string, unknown>, names: readonly string[], text: string): void {
    for (const name of names) {
      expect(object, name).to.have.property(name);
      if (texts.includes(name)) {
        expect(object[name], name).to.be.a('string').and.not.to.equal('');
      } else if (wholes.includes(name)) {
        expect(text).to.match(new RegExp(`"${name}":\\d+[,}]`));
      } else if (name !== 'Attributes') {
        expect(object[name], name).to.be.a('number');
      }
    }
  }

  for (const sampler of samplers) {
    describe(sampler.name, () => {
      it('fetches rules that it can read', async () => {
        const { head, text, parsed } = await exchange(sampler, '/GetSamplingRules', sampler.rulesBody);
        const [record] = parsed['SamplingRuleRecords'] as Record<string, unknown>[];

        expect(head).to.match(/^HTTP\/1\.1 200 OK\r\n/);
        // A body in chunks would have another form, and an answer that was not asked for compression must have none.
        expect(head.toLowerCase()).to.include(`content-length: ${text.length}`).and.not.to.include('content-encoding');
        checkMembers(record?.['SamplingRule'] as Record<string, unknown>, sampler.neededOfRules, text);
        expect(record).to.have.nested.property('SamplingRule.Attributes').that.deep.equals({});
        expect(record).to.include({ CreatedAt: 0 }).and.to.have.property('ModifiedAt').that.is.a('number');
      });

      it('reports what it has counted, and reads what to do', async () => {
        const { head, text, parsed } = await exchange(sampler, '/SamplingTargets', sampler.targetsBody);
        const [target] = parsed['SamplingTargetDocuments'] as Record<string, unknown>[];

        expect(head).to.match(/^HTTP\/1\.1 200 OK\r\n/);
        expect(parsed['UnprocessedStatistics']).to.deep.equal([]);
        expect(parsed).to.include.keys(sampler.neededOfAnswers);
        expect(parsed['LastRuleModification']).to.be.a('number');
        checkMembers(target ?? {}, sampler.neededOfTargets, text);
        checkMembers(target ?? {}, ['Interval', 'ReservoirQuota'], text);
        expect(target?.['ReservoirQuotaTTL'], 'in seconds, ahead').to.be.within(nowSeconds, nowSeconds + 60);
      });

      it('has its report in the summaries, at its time', async () => {
        await exchange(sampler, '/SamplingTargets', sampler.targetsBody);
        const { parsed } = await exchange(sampler, '/SamplingStatisticSummaries', '{}');
        const [summary] = parsed['SamplingStatisticSummaries'] as Record<string, unknown>[];

        expect(summary).to.include({ RuleName: 'Default', RequestCount: 12, BorrowCount: 2 });
        expect(summary?.['Timestamp']).to.equal(Math.floor(nowSeconds / 10) * 10);
      });
    });
  }

  it('is told of an unknown rule by a code of four hundred, by which Go fetches the rules again', async () => {
    const [, go] = samplers;
    const { parsed } = await exchange(go!, '/SamplingTargets', go!.targetsBody.replace('Default', 'gone'));
    const [unprocessed] = parsed['UnprocessedStatistics'] as Record<string, unknown>[];

    expect(unprocessed).to.include({ RuleName: 'gone' });
    expect(unprocessed?.['ErrorCode']).to.match(/^4/);
  });
});
