import { expect } from 'chai';
import { TracedTask } from '#lib/decorators/traced-task.js';
import type { Decider } from '#lib/sampling/decider.js';
import { RuleSet } from '#lib/sampling/rule-set.js';
import type { SamplingRequest } from '#lib/sampling/sampler.js';
import { startRecording, type SpecRecording } from '../support/recording.js';

const ROOT = '1-5759e988-bd862e3fe1be46a994272793';

class Restock {
  @TracedTask('restock')
  run(): void {}

  @TracedTask()
  static nightly(): void {}
}

describe('Sampling of a trace that begins', () => {
  const asked: SamplingRequest[] = [];
  let isSampled: boolean;
  let recording: SpecRecording;

  const decider: Decider = {
    decide: (request) => {
      asked.push(request);
      return { isSampled, ruleName: 'orders', tally: undefined };
    },
    close: () => undefined,
  };

  beforeEach(() => {
    asked.length = 0;
    isSampled = true;
    recording = startRecording({ decider, ignored: new RuleSet([{ criteria: { urlPath: '/health*' }, rule: true }]) });
  });

  afterEach(() => recording.stop());

  const requests: readonly (readonly [url: string, host: string | undefined, path: string])[] = [
    ['https://shop.example/orders?id=1', 'shop.example', '/orders'],
    ['http://shop.example:8080/orders/7#top', 'shop.example:8080', '/orders/7'],
    ['http://[::1]:8080/', '[::1]:8080', '/'],
    ['https://shop.example', 'shop.example', '/'],
    ['https://shop.example?x=/y', 'shop.example', '/'],
    ['https://user:secret@shop.example/a', 'shop.example', '/a'],
    ['/orders?next=http://other.example/', undefined, '/orders'],
    ['/a//b', undefined, '/a//b'],
    ['/login/http://z/health', undefined, '/login/http://z/health'],
    ['/x://metrics.internal/', undefined, '/x://metrics.internal/'],
    ['', undefined, ''],
    ['nonsense', undefined, 'nonsense'],
  ];

  for (const [url, host, urlPath] of requests) {
    it(`sees the host ${host} and the path "${urlPath}" in "${url}"`, () => {
      const http = { request: { method: 'PUT', url, userAgent: 'curl' } };
      recording.recorder.trace('op', () => undefined, { http, attributes: { tenant: 'acme' } });

      expect(asked[0]).to.deep.include({ operation: 'op', service: 'spec', host, urlPath, httpMethod: 'PUT' });
      expect(asked[0]).to.deep.include({ userAgent: 'curl', attributes: { tenant: 'acme' } });
    });
  }

  it('takes what the request lacks from the operation', () => {
    recording.recorder.trace('GET /orders', () => undefined, { http: { request: { userAgent: 'curl' } } });
    const url = new URL('http://shop.example/a?b') as unknown as string;
    recording.recorder.trace('GET /orders', () => undefined, { http: { request: { url } } });

    expect(asked[0]).to.include({ httpMethod: 'GET', urlPath: '/orders', userAgent: 'curl' });
    expect(asked[1]).to.include({ httpMethod: 'GET', urlPath: '/a', host: 'shop.example' });
  });

  it('is asked all the same where the request cannot be read', () => {
    const http = {
      get request(): never {
        throw new Error('hostile');
      },
    };
    isSampled = false;
    recording.recorder.trace('GET /orders', () => undefined, { http });

    expect(asked[0]).to.include({ operation: 'GET /orders', urlPath: '/orders' });
    expect(recording.documents()).to.deep.equal([]);
  });

  it('records the request that came in', () => {
    recording.recorder.trace('op', () => undefined, { http: { request: { method: 'GET', url: '/a' } } });

    expect(recording.documents()[0]?.http).to.deep.equal({ request: { method: 'GET', url: '/a' } });
  });

  for (const [operation, httpMethod, urlPath] of [
    ['GET /orders/7?x=1', 'GET', '/orders/7'],
    ['place order', undefined, undefined],
    ['Get /orders', undefined, undefined],
    ['/orders', undefined, undefined],
  ] as const) {
    it(`takes "${operation}" for ${httpMethod === undefined ? 'no request' : 'a request'}`, () => {
      recording.recorder.trace(operation, () => undefined);

      expect(asked[0]).to.include({ operation, httpMethod, urlPath });
    });
  }

  it('is told the class and the method of a task', () => {
    new Restock().run();
    Restock.nightly();

    expect(asked[0]).to.include({ operation: 'restock', className: 'Restock', methodName: 'run' });
    expect(asked[1]).to.include({ operation: 'Restock.nightly', className: 'Restock', methodName: 'nightly' });
  });

  it('leaves its rule on the segment', () => {
    recording.recorder.trace('op', (segment) => segment.aws({ accountId: '123456789012' }));

    expect(recording.documents()[0]?.aws).to.have.nested.property('xray.sampling_rule_name', 'orders');
    expect(recording.documents()[0]?.aws).to.have.property('account_id', '123456789012');
  });

  describe('when the header says', () => {
    it('is not asked', () => {
      recording.recorder.resume(`Root=${ROOT};Sampled=1`, 'op', () => undefined);

      expect(asked).to.deep.equal([]);
      expect(recording.documents()[0]?.aws).to.not.have.nested.property('xray.sampling_rule_name');
    });
  });

  describe('when the header asks', () => {
    for (const answer of [true, false]) {
      it(`answers Sampled=${Number(answer)} in the response header`, () => {
        isSampled = answer;
        const headers = recording.recorder.resume(`Root=${ROOT};Sampled=?`, 'op', (segment) => [
          segment.responseHeader(),
          recording.recorder.capture('inner', (subsegment) => subsegment.responseHeader()),
        ]);

        const expected = `Root=${ROOT};Sampled=${Number(answer)}`;
        expect(headers).to.deep.equal([expected, expected]);
      });
    }
  });

  describe('when nobody asks', () => {
    it('answers no header', () => {
      for (const header of [`Root=${ROOT}`, `Root=${ROOT};Sampled=1`, `Root=${ROOT};Sampled=0`, '']) {
        expect(recording.recorder.resume(header, 'op', (segment) => segment.responseHeader())).to.equal('');
      }
      expect(recording.recorder.current.responseHeader()).to.equal('');
    });
  });

  describe('when the request is to be ignored', () => {
    it('records nothing, whatever the header says, and asks nobody', () => {
      recording.recorder.resume(`Root=${ROOT};Sampled=1`, 'GET /health?x', () => undefined);
      recording.recorder.trace('GET /health', () => undefined);

      expect(recording.documents()).to.deep.equal([]);
      expect(asked).to.deep.equal([]);
    });
  });
});
