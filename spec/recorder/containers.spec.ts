import { expect } from 'chai';
import { Container, Inject, Service, Token } from 'typedi';
import {
  DecorationError,
  inject,
  Recorder,
  Traced,
  TracedTask,
  TracingModule,
  type SegmentHandle,
} from '#lib/index.js';
import { MemoryEmitter, startRecording } from '#lib/testing/index.js';

@Service()
class Orders {
  readonly recorder: Recorder;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  place(): void {
    this.recorder.trace('POST /orders', () => this.charge());
  }

  @Traced()
  charge(): void {
    this.recorder.annotate('tenant', true);
    this.recorder.capture('step', () => undefined);
  }

  @TracedTask()
  clean(): void {
    this.charge();
  }
}

class ByProperty {
  @Inject()
  readonly recorder!: Recorder;
}

describe('A container with a recorder of its own', () => {
  const emitters = new Map<string, MemoryEmitter>();
  const modules: TracingModule[] = [];

  const open = (tenant?: string, enabled = true): TracingModule => {
    const emitter = new MemoryEmitter();
    const service = tenant ?? 'process';
    emitters.set(service, emitter);
    const container = tenant === undefined ? {} : { container: Container.of(tenant) };
    const module = TracingModule.forRoot({
      service,
      sampling: 'all',
      emitter,
      enabled,
      ...container,
      logLevel: 'silent',
    });
    modules.push(module);
    return module;
  };
  const sent = (service: string): unknown[] =>
    emitters
      .get(service)!
      .documents.map(({ name, annotations, subsegments }) => [
        name,
        annotations?.['operation'],
        subsegments?.map((subsegment) => subsegment.name),
      ]);

  afterEach(async () => {
    for (const module of modules.splice(0)) await module.close();
    for (const tenant of ['a', 'b']) Container.reset(tenant);
  });

  it('records what begins with it by its own module, the rest by that of the process', () => {
    open();
    open('a');
    open('b');
    Container.get(Orders).place();
    Container.of('a').get(Orders).place();
    Container.of('b').get(Orders).clean();

    expect(sent('process')).to.deep.equal([['process', 'POST /orders', ['Orders.charge']]]);
    expect(sent('a')).to.deep.equal([['a', 'POST /orders', ['Orders.charge']]]);
    expect(sent('b')).to.deep.equal([['b', 'Orders.clean', ['Orders.charge']]]);
  });

  it('goes on in the flow that it is called in, and makes segments of its own in it', () => {
    const { recorder } = open('a');
    const inner = open('b').recorder;
    recorder.trace('outer', () => {
      inner.capture('step', () => undefined);
      inner.trace('inner', () => inner.annotate('where', 'b'));
    });
    const [child] = emitters.get('b')!.documents;
    const [parent] = emitters.get('a')!.documents;

    expect(sent('a')).to.deep.equal([['a', 'outer', ['step']]]);
    expect(child).to.deep.include({ name: 'b', parent_id: parent?.id, trace_id: parent?.trace_id });
  });

  it('is what the container injects, until its module closes', async () => {
    const module = open('a');
    Container.of('a').set({ id: ByProperty, type: ByProperty });

    expect(Container.of('a').get(Recorder)).to.equal(module.recorder);
    expect(Container.of('a').get(ByProperty).recorder).to.equal(module.recorder);
    expect(Container.get(Recorder)).not.to.equal(module.recorder);

    await module.close();
    expect(Container.of('a').get(Recorder)).not.to.equal(module.recorder);
    expect(module.recorder.trace('late', () => 7)).to.equal(7);
  });

  it('records nothing when its module is closed, not even in the flow of another', async () => {
    const { recorder } = open('a');
    const module = open('b');
    await module.close();
    const inner = module.recorder;
    const answer = recorder.trace('outer', () => {
      inner.annotate('late', true);
      inner.beginSubsegment('late').close();
      return inner.capture('late', () => 7);
    });

    expect(answer).to.equal(7);
    expect(sent('a')).to.deep.equal([['a', 'outer', undefined]]);
    expect(emitters.get('a')!.documents[0]?.annotations).to.deep.equal({ operation: 'outer' });
  });

  it("takes nobody else's recorder away when it closes", async () => {
    const module = open('a');
    const another = new Recorder();
    Container.of('a').set(Recorder, another);
    await module.close();

    expect(Container.of('a').get(Recorder)).to.equal(another);
  });

  it('records into a recording for a spec, as everything does', async () => {
    open();
    open('a');
    const recording = startRecording();
    Container.of('a').get(Orders).clean();
    Container.get(Orders).clean();
    await recording.stop();
    Container.of('a').get(Orders).clean();

    expect(recording.traces).to.have.lengthOf(2);
    expect(sent('a')).to.have.lengthOf(1);
  });

  it('records nothing where its module is switched off, though the process records', () => {
    open();
    const { recorder } = open('a', false);
    recorder.trace('op', () => recorder.capture('step', () => undefined));

    expect([sent('process'), sent('a')]).to.deep.equal([[], []]);
  });

  it('is refused where it is none', () => {
    const forRoot = (): unknown => TracingModule.forRoot({ container: Container as never });

    expect(forRoot).to.throw("Give Container.of('tenant')");
  });

  it('is told by name', () => {
    expect(open('a').describe()).to.match(/^container +the container a {2}\(option\)$/m);
  });
});

describe('inject', () => {
  class Plain {
    readonly recorder = inject(Recorder);
    readonly port = inject<number>('inject.port');
    readonly host = inject(HOST);
  }
  const HOST = new Token<string>('host');

  it('gives what the container has, by class, name or token, without decorator metadata', () => {
    Container.set('inject.port', 2000);
    Container.set(HOST, 'localhost');
    const plain = new Plain();

    expect([plain.recorder, plain.port, plain.host]).to.deep.equal([Container.get(Recorder), 2000, 'localhost']);
    Container.remove(['inject.port', HOST]);
  });

  it('says what is wrong where modules import each other', () => {
    expect(() => inject(undefined as never))
      .to.throw(DecorationError, 'import each other')
      .with.property('code', 'INJECTION_UNDEFINED');
  });
});

describe('A recorder stubbed by hand', () => {
  const silent: SegmentHandle = new Recorder().current;
  const stub: Recorder = {
    trace: (_operation, fn) => fn(silent),
    resume: (_header, _operation, fn) => fn(silent),
    capture: (_name, fn) => fn(silent),
    captureCallback: (_name, start, callback) => start(callback),
    annotate: () => undefined,
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

  afterEach(() => Container.reset('stubbed'));

  it('type-checks with its public methods, and leaves every decorated method working', () => {
    Container.of('stubbed').set(Recorder, stub);
    const orders = Container.of('stubbed').get(Orders);

    expect(orders.recorder).to.equal(stub);
    expect(orders.place()).to.equal(undefined);
    expect(orders.clean()).to.equal(undefined);
  });
});
