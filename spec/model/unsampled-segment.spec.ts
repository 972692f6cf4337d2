import { expect } from 'chai';
import { TraceHeader } from '#lib/model/trace-header.js';
import { UnsampledSegment } from '#lib/model/unsampled-segment.js';
import { startRecording, type SpecRecording } from '../support/recording.js';

describe('UnsampledSegment', () => {
  const ROOT = `1-6553f100-${'a'.repeat(24)}`;
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  it('tells those downstream the trace, itself, that nothing is recorded, and what came in', () => {
    const incoming = TraceHeader.parse(`Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a:1;k=v`);
    const segment = new UnsampledSegment('shop', incoming, recording.engine);

    expect(segment.header()).to.equal(`Root=${ROOT};Parent=${segment.id};Sampled=0;Lineage=a:1;k=v`);
    expect(segment.id).to.match(/^[0-9a-f]{16}$/);
  });

  it('begins a trace where none came in, and keeps to it', () => {
    const segment = new UnsampledSegment('shop', TraceHeader.parse(undefined), recording.engine);

    expect(segment.traceId).to.match(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(segment.header()).to.equal(segment.header());
  });

  it('takes everything and sends nothing', () => {
    const segment = new UnsampledSegment('shop', TraceHeader.parse(undefined), recording.engine);
    segment.annotate().metadata().error().user().http().sql().aws();
    segment.close();
    segment.close();

    expect(segment.isClosed).to.equal(true);
    expect(recording.documents()).to.deep.equal([]);
  });
});
