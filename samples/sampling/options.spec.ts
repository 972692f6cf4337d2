import { expect } from 'chai';
import { TracingModule, type SegmentDocument } from 'radiograph';
import {
  byOperation,
  captureAnomalies,
  goOn,
  ignoreProbes,
  sampleByFile,
  sampleByRules,
  sampleCentrally,
} from './options.js';

describe('The options of the sampling guide', () => {
  const modules: TracingModule[] = [];
  const documents: SegmentDocument[] = [];
  const emitter = {
    emit: (text: string) => documents.push(JSON.parse(text) as SegmentDocument),
    flush: async () => undefined,
    close: async () => undefined,
  };
  const started = (tracing: TracingModule): TracingModule => {
    modules.push(tracing);
    return tracing;
  };

  afterEach(async () => {
    for (const tracing of modules.splice(0)) await tracing.close();
    documents.length = 0;
  });

  it('record what the rules say', () => {
    const { recorder } = started(sampleByRules(emitter));
    for (let time = 0; time < 5; time += 1) {
      recorder.trace('POST /checkout', () => undefined);
      recorder.trace('GET /ready', () => undefined);
    }

    expect(documents.map(({ annotations }) => annotations?.['operation'])).to.deep.equal(
      Array.from({ length: 5 }).fill('POST /checkout'),
    );
  });

  it('print what is in force', () => {
    expect(started(sampleByRules(emitter)).describe()).to.contain(
      "sweeps { className: 'Sweeper', methodName: 'sweep*' }: { rate: 0, perMinute: 1 }; ",
    );
    expect(started(sampleByFile(emitter)).describe()).to.contain(
      "sampling            { httpMethod: 'GET', urlPath: '/health' }: { rate: 0, perSecond: 0 }; ",
    );
    expect(started(ignoreProbes(emitter)).describe()).to.contain("{ httpMethod: 'GET', urlPath: '/favicon.ico' }");
  });

  it('tell sampling of the request', () => {
    const tracing = started(
      TracingModule.forRoot({
        sampling: { rules: [{ attributes: { tenant: 'gold-*' }, rate: 1 }], default: { rate: 0 } },
        emitter,
      }),
    );
    const answered: string[] = [];
    goOn(tracing, 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?', (segment) =>
      answered.push(segment.responseHeader()),
    );

    expect(answered).to.deep.equal(['Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1']);
    expect(documents[0]?.http?.request).to.include({ url: 'https://shop.example/checkout?step=2' });
  });

  it('ask the daemon', () => {
    expect(started(sampleCentrally('127.0.0.1:2')).describe()).to.match(
      /^sampling +central.*rate: 0.05, perSecond: 1/m,
    );
  });

  it('capture anomalies', () => {
    const { recorder } = started(captureAnomalies(emitter));
    for (const status of [200, 429, 503])
      recorder.trace('GET /orders', (segment) => segment.http({ response: { status } }));

    expect(documents.map(({ http }) => http?.response)).to.deep.equal([{ status: 503 }]);
  });

  it('take a sampler', () => {
    const { recorder } = started(TracingModule.forRoot({ sampling: byOperation, emitter }));
    recorder.trace('mutation pay', () => undefined);

    expect(documents).to.have.lengthOf(1);
  });
});
