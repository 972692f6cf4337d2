// A service that is tested without tracing.
// #region imports
import { expect } from 'chai';
import { Recorder, Traced, type SegmentHandle } from 'radiograph';
import { createStubInstance } from 'sinon';
// #endregion

class Payments {
  constructor(private readonly recorder: Recorder) {}

  @Traced()
  async charge(cents: number): Promise<number> {
    this.recorder.annotate('cents', cents);
    return cents;
  }
}

describe('A service whose recorder is stubbed', () => {
  it('works with a stub of sinon', async () => {
    // #region sinon
    const recorder = createStubInstance(Recorder);
    const payments = new Payments(recorder);

    expect(await payments.charge(700)).to.equal(700);
    expect(recorder.annotate.firstCall.args).to.deep.equal(['cents', 700]);
    // #endregion
  });

  it('works with one written by hand', async () => {
    // #region by-hand
    const annotations: unknown[] = [];
    const silent: SegmentHandle = new Recorder().current; // does nothing
    const recorder: Recorder = {
      trace: (_operation, fn) => fn(silent),
      resume: (_header, _operation, fn) => fn(silent),
      capture: (_name, fn) => fn(silent),
      captureCallback: (_name, start, callback) => start(callback),
      annotate: (...given: unknown[]) => void annotations.push(given),
      metadata: () => undefined,
      user: () => undefined,
      error: () => undefined,
      current: silent,
      traceId: undefined,
      header: () => '',
      carrier: () => '',
      beginSegment: () => silent,
      beginSubsegment: () => silent,
      bind: (fn) => fn,
      bindEmitter: (emitter) => emitter,
      flush: async () => undefined,
    };
    const payments = new Payments(recorder);

    expect(await payments.charge(700)).to.equal(700);
    expect(annotations).to.deep.equal([['cents', 700]]);
    // #endregion
  });
});
