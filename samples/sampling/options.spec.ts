import { expect } from 'chai';
import { TracingModule, type SegmentDocument } from 'radiograph';
import { byOperation, ignoreProbes, sampleByFile, sampleByRules } from './options.js';

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

  it('take a sampler', () => {
    const { recorder } = started(TracingModule.forRoot({ sampling: byOperation, emitter }));
    recorder.trace('mutation pay', () => undefined);

    expect(documents).to.have.lengthOf(1);
  });
});
