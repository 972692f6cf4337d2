import { once } from 'node:events';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { maxBodyBytes } from '#lib/api/x-ray-api.js';
import { startDaemon, type Daemon } from '#lib/daemon.js';
import { datagramOf, segment } from '../support/documents.js';
import { ManualClock } from '../support/manual-clock.js';
import { ask, connected, ended, sendRaw } from '../support/raw-http.js';
import { sendDatagrams } from '../support/sender.js';

const rule = JSON.stringify({
  SamplingRule: {
    RuleName: 'a',
    Priority: 1,
    FixedRate: 0,
    ReservoirSize: 0,
    ServiceName: '*',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: '*',
    URLPath: '*',
    ResourceARN: '*',
    Version: 1,
  },
});

describe('The X-Ray API', () => {
  let clock: ManualClock;
  let daemon: Daemon;

  beforeEach(async () => {
    clock = new ManualClock();
    daemon = await startDaemon({ bind: '127.0.0.1:0', clock });
  });

  afterEach(() => daemon.close());

  it('answers in JSON, for nobody to keep', async () => {
    const { status, headers, body } = await ask(daemon.address, '/GetSamplingRules');

    expect(status).to.equal(200);
    expect(headers).to.include({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(headers['x-amzn-requestid']).to.match(/^[0-9a-f-]{36}$/);
    expect(headers).not.to.have.any.keys('access-control-allow-origin', 'x-amzn-errortype');
    expect(body['SamplingRuleRecords']).to.have.length(1);
  });

  describe('when the request is written in another way', () => {
    for (const [what, options] of [
      ['without a body', { body: '' }],
      ['with null for what is absent', { body: '{"NextToken":null}' }],
      ['with a member that is unknown', { body: '{"Surprise":1}' }],
      ['with a signature', { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x', 'x-amz-date': 'x' } }],
      ['with the type of other AWS protocols', { headers: { 'content-type': 'application/x-amz-json-1.1' } }],
      ['with a byte order mark', { body: '\uFEFF{}' }],
    ] as const) {
      it(`takes it ${what}`, async () => {
        expect((await ask(daemon.address, '/GetSamplingRules', options)).status).to.equal(200);
      });
    }

    it('takes it with a query', async () => {
      expect((await ask(daemon.address, '/GetSamplingRules?x=1')).status).to.equal(200);
    });
  });

  describe('when a request cannot be meant', () => {
    const bad: readonly (readonly [
      what: string,
      path: string,
      options: Parameters<typeof ask>[2],
      status: number,
      type: string,
      said: string,
    ])[] = [
      ['path is unknown', '/SamplingTarget', {}, 404, 'UnknownOperationException', '/SamplingTargets'],
      ['path is the root', '/', { method: 'GET', body: '' }, 404, 'UnknownOperationException', '/GetSamplingRules'],
      ['method is GET', '/GetSamplingRules', { method: 'GET', body: '' }, 405, 'MethodNotAllowedException', 'POST'],
      [
        'method is DELETE',
        '/DeleteSamplingRule',
        { method: 'DELETE', body: '' },
        405,
        'MethodNotAllowedException',
        'DELETE',
      ],
      ['body is no JSON', '/GetSamplingRules', { body: '{' }, 400, 'SerializationException', 'no JSON'],
      [
        'body is no UTF-8',
        '/GetSamplingRules',
        { body: Buffer.from([0x22, 0xff, 0x22]) },
        400,
        'SerializationException',
        'no UTF-8',
      ],
      ['body is no object', '/GetSamplingRules', { body: '[]' }, 400, 'SerializationException', 'object'],
      ['body is null', '/GetSamplingRules', { body: 'null' }, 400, 'SerializationException', 'object'],
      [
        'body is compressed',
        '/GetSamplingRules',
        { headers: { 'content-encoding': 'gzip' } },
        415,
        'UnsupportedMediaTypeException',
        'plain JSON',
      ],
      [
        'body is too large',
        '/CreateSamplingRule',
        { body: ' '.repeat(maxBodyBytes + 1) },
        413,
        'RequestEntityTooLargeException',
        String(maxBodyBytes),
      ],
      [
        'member is missing',
        '/SamplingTargets',
        {},
        400,
        'InvalidRequestException',
        'SamplingStatisticsDocuments is missing',
      ],
      [
        'member has another type',
        '/SamplingTargets',
        { body: '{"SamplingStatisticsDocuments":"all"}' },
        400,
        'InvalidRequestException',
        'was "all"; it takes a list of 0 to 25',
      ],
      [
        'member is no text',
        '/DeleteSamplingRule',
        { body: '{"RuleName":{"a":1}}' },
        400,
        'InvalidRequestException',
        'RuleName was an object; it takes a text of 1 to 32 characters.',
      ],
      [
        'rule is no object',
        '/CreateSamplingRule',
        { body: '{"SamplingRule":7}' },
        400,
        'InvalidRequestException',
        'was 7',
      ],
    ];
    for (const [what, path, options, status, type, said] of bad) {
      it(`answers ${status} where the ${what}`, async () => {
        const answer = await ask(daemon.address, path, options);

        expect(answer.status).to.equal(status);
        expect(answer.headers['x-amzn-errortype']).to.equal(type);
        expect(answer.headers.allow).to.equal(status === 405 ? 'POST' : undefined);
        expect(answer.body).to.include({ __type: type });
        expect(answer.body['Message']).to.include(said);
        expect(daemon.counters().api).to.deep.include({ requests: 1, refusedByType: { [type]: 1 }, failed: 0 });
      });
    }

    it('answers reports that are no objects one by one', async () => {
      const { status, body } = await ask(daemon.address, '/SamplingTargets', {
        body: '{"SamplingStatisticsDocuments":[null,"x",[],{"RuleName":5}]}',
      });

      expect(status).to.equal(200);
      expect(body['SamplingTargetDocuments']).to.deep.equal([]);
      expect(body['UnprocessedStatistics']).to.have.length(4);
    });

    it('counts a part that is larger than its whole as the whole', async () => {
      const most = 2_147_483_647;
      const Timestamp = clock.epochMillis() / 1000;
      const counts = { RuleName: 'Default', ClientID: 'x'.repeat(24), Timestamp, RequestCount: 2 };
      const reports = [{ ...counts, SampledCount: most, BorrowCount: most }];
      await ask(daemon.address, '/SamplingTargets', { body: JSON.stringify({ SamplingStatisticsDocuments: reports }) });
      const { body } = await ask(daemon.address, '/SamplingStatisticSummaries');

      expect(body)
        .to.have.nested.property('SamplingStatisticSummaries[0]')
        .that.includes({ RequestCount: 2, SampledCount: 2, BorrowCount: 2 });
    });

    it('takes anomalies that were traced for no more than there were, so that they stop no boost', async () => {
      const { SamplingRule } = JSON.parse(rule) as { SamplingRule: object };
      const boosted = { ...SamplingRule, SamplingRateBoost: { MaxRate: 1, CooldownWindowMinutes: 1 } };
      await ask(daemon.address, '/CreateSamplingRule', { body: JSON.stringify({ SamplingRule: boosted }) });
      const Timestamp = clock.epochMillis() / 1000;
      const anomalies = (AnomalyCount: number, SampledAnomalyCount: number) => ({
        RuleName: 'a',
        ServiceName: 's',
        Timestamp,
        TotalCount: 9,
        AnomalyCount,
        SampledAnomalyCount,
      });
      const { body } = await ask(daemon.address, '/SamplingTargets', {
        body: JSON.stringify({
          SamplingStatisticsDocuments: [
            { RuleName: 'a', ClientID: 'x'.repeat(24), Timestamp, RequestCount: 9, SampledCount: 0 },
          ],
          SamplingBoostStatisticsDocuments: [anomalies(0, 7), anomalies(3, 0)],
        }),
      });

      expect(body).to.have.nested.property('SamplingTargetDocuments[0].SamplingBoost.BoostRate');
    });

    it('answers a depth that would be too much to walk', async () => {
      const deep = `{"SamplingRule":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`;

      expect((await ask(daemon.address, '/CreateSamplingRule', { body: deep })).status).to.equal(400);
    });
  });

  describe('when a browser asks for a page', () => {
    const port = (): string => String(daemon.address.port);
    for (const [what, headers] of [
      ['of another site', () => ({ origin: 'https://evil.example' })],
      ['that hides its site', () => ({ origin: 'null' })],
      ['of another port of this machine', () => ({ origin: 'http://127.0.0.1:3000' })],
      [
        'whose name was made to lead here',
        () => ({ origin: `http://evil.example:${port()}`, host: `evil.example:${port()}` }),
      ],
      ['of another site, by what it says of that', () => ({ 'sec-fetch-site': 'cross-site' })],
      ['of another port, by what it says of that', () => ({ 'sec-fetch-site': 'same-site' })],
    ] as const) {
      it(`changes nothing for one ${what}`, async () => {
        const asked = headers();
        const { status, body } = await ask(daemon.address, '/CreateSamplingRule', {
          headers: { 'content-type': 'text/plain', ...asked },
          body: rule,
        });

        expect(status).to.equal(403);
        expect(body['__type']).to.equal('AccessDeniedException');
        expect(daemon.counters().sampling.ruleChanges).to.equal(0);
      });
    }

    it('allows no other site to ask', async () => {
      const { status, headers } = await ask(daemon.address, '/CreateSamplingRule', {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
        body: '',
      });

      expect(status).to.equal(403);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).to.deep.equal([]);
    });

    for (const host of ['127.0.0.1', 'localhost']) {
      it(`answers one of its own at ${host}`, async () => {
        const headers = {
          host: `${host}:${port()}`,
          origin: `http://${host}:${port()}`,
          'sec-fetch-site': 'same-origin',
        };

        expect((await ask(daemon.address, '/GetSamplingRules', { headers })).status).to.equal(200);
      });
    }

    it('answers who asks by another name and is no page, as containers do', async () => {
      const headers = { host: 'xray-daemon:2000' };

      expect((await ask(daemon.address, '/GetSamplingRules', { headers })).status).to.equal(200);
    });
  });

  describe('when any bytes arrive', () => {
    it('lives, and answers the next request', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
            fc
              .tuple(
                fc.constantFrom('POST', 'GET', 'PUT', 'CONNECT', 'PRI', 'post'),
                fc.constantFrom('/SamplingTargets', '/CreateSamplingRule', '*', 'http://x/', '/%00', '//'),
                fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'FTP'),
                fc.constantFrom(
                  'Content-Length: 5',
                  'Transfer-Encoding: chunked',
                  'Upgrade: websocket',
                  'Expect: x',
                  'x',
                ),
                fc.string({ maxLength: 50 }),
              )
              .map(([method, path, version, header, body]) =>
                Buffer.from(`${method} ${path} ${version}\r\nHost: a\r\nConnection: close\r\n${header}\r\n\r\n${body}`),
              ),
          ),
          async (bytes) => {
            await sendRaw(daemon.address, bytes);
          },
        ),
        { numRuns: 150 },
      );

      expect((await ask(daemon.address, '/GetSamplingRules')).status).to.equal(200);
      expect(daemon.counters().api.failed).to.equal(0);
    });

    it('answers any JSON for any operation', async () => {
      const paths = [
        '/GetSamplingRules',
        '/SamplingTargets',
        '/SamplingStatisticSummaries',
        '/CreateSamplingRule',
        '/UpdateSamplingRule',
        '/DeleteSamplingRule',
      ];
      const member = fc.constantFrom(
        'SamplingStatisticsDocuments',
        'SamplingBoostStatisticsDocuments',
        'SamplingRule',
        'SamplingRuleUpdate',
        'RuleName',
        'RuleARN',
        'NextToken',
        'Timestamp',
        'RequestCount',
        'Tags',
        'Attributes',
        '__proto__',
      );
      const { value } = fc.letrec((tie) => ({
        value: fc.oneof(
          { depthSize: 'small' },
          fc.constantFrom('Default', 'a', '', 1, -1, 1e300, 0.5, null, true),
          fc.array(tie('value'), { maxLength: 4 }),
          fc.dictionary(member, tie('value'), { maxKeys: 5 }),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...paths), value, async (path, body) => {
          const { status } = await ask(daemon.address, path, { body: JSON.stringify(body) });
          expect(status).to.be.oneOf([200, 400]);
        }),
        { numRuns: 300 },
      );
    });
  });

  describe('when what arrives is no HTTP', () => {
    it('says so, and counts it', async () => {
      expect(await sendRaw(daemon.address, 'hello\r\n\r\n')).to.match(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(daemon.counters().api.badConnections).to.equal(1);
    });

    it('refuses endless headers', async () => {
      const answer = await sendRaw(daemon.address, `POST / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);

      expect(answer).to.match(/^HTTP\/1\.1 431 /);
    });

    it('drops connections beyond those that it takes, and counts them', async () => {
      const sockets = await Promise.all(Array.from({ length: 140 }, () => connected(daemon.address)));
      const first = sockets.map((socket) => ended(socket.resume()));
      await Promise.race(first);
      for (const socket of sockets) {
        socket.destroy();
      }
      await Promise.all(first);

      expect(daemon.counters().api.badConnections).to.be.at.least(1);
      // The other side may still be ending them.
      let answer: Awaited<ReturnType<typeof ask>> | undefined;
      while (answer === undefined) {
        answer = await ask(daemon.address, '/GetSamplingRules').catch(() => undefined);
      }
      expect(answer.status).to.equal(200);
    });

    it('ends a connection that sends a body without end', async () => {
      const socket = await connected(daemon.address);
      const closed = ended(socket);
      socket.write('POST /SamplingTargets HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n');
      const chunk = Buffer.alloc(1024 * 1024);
      let sent = 0;
      while (!socket.destroyed && sent < 64) {
        sent += 1;
        if (!socket.write(chunk)) {
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
        }
      }
      await closed;

      expect(sent).to.be.lessThan(64);
    });
  });

  describe('when it is closed', () => {
    it('ends connections that are kept alive, that have asked half, and that have asked nothing', async () => {
      const sockets = await Promise.all([1, 2, 3].map(() => connected(daemon.address)));
      const [alive, half] = sockets;
      alive?.write('POST /GetSamplingRules HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}');
      await once(alive!, 'data');
      half?.write('POST /GetSamplingRules HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{');
      const closed = sockets.map((socket) => ended(socket.resume()));

      // The clock stands still: nothing here waits for time to pass.
      await Promise.all([daemon.close(), ...closed]);
      expect(clock.pendingTasks).to.equal(0);
    });

    it('takes documents and requests of one address until then', async () => {
      await sendDatagrams(daemon.address, [datagramOf(segment(1))]);
      await ask(daemon.address, '/GetSamplingRules');
      await daemon.close();

      expect(daemon.counters()).to.include({ accepted: 1 });
      expect(daemon.counters().api.requests).to.equal(1);
    });
  });
});
