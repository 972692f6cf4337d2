// Each variant answers { run(index): Promise, close?(): Promise }; it runs alone in a fresh process.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { detail, makeRequest, Workload } from './workload.mjs';

const HEADER = '{"format":"json","version":1}\n';

export const variants = {
  'plain methods': async () => {
    const workload = new Workload();
    return { run: (index) => workload.top(index) };
  },

  'floor, not sampled': async () => {
    const storage = new AsyncLocalStorage();
    const request = makeRequest((_name, _index, body) => (storage.getStore() === undefined ? undefined : body()));
    return { run: (index) => storage.run({}, request, index) };
  },

  'floor, traced': async (port) => {
    const storage = new AsyncLocalStorage();
    const socket = await connect(port);
    const finished = finishedDocument();
    const request = makeRequest((_name, index, body) => {
      const started = performance.now();
      return storage.run({ index, started }, () => body().then((value) => (performance.now(), value)));
    });
    return {
      run: async (index) => {
        await storage.run({ index }, request, index);
        finished.start_time = index;
        socket.send(HEADER + JSON.stringify(finished));
      },
      close: () => new Promise((resolve) => socket.close(resolve)),
    };
  },

  'radiograph, disabled': (port) => radiograph(port, { enabled: false }),
  'radiograph, not sampled': (port) => radiograph(port, { sampling: 'none' }),
  'radiograph, traced': (port) => radiograph(port, { sampling: 'all' }),

  'official SDK, traced': (port) => official(port, true),
  'official SDK, not sampled': (port) => official(port, false),
};

async function radiograph(port, options) {
  const { Annotate, Metadata, Traced, TracingModule } = await import('radiograph');
  const { prototype } = Workload;
  for (const name of ['leaf', 'middle', 'top']) {
    const decorators = [Traced(), Annotate('index', (index) => index), Metadata('detail', detail)];
    let descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    for (const decorate of decorators.toReversed()) descriptor = decorate(prototype, name, descriptor) ?? descriptor;
    Object.defineProperty(prototype, name, descriptor);
  }
  const tracing = TracingModule.forRoot({ service: 'bench', daemonAddress: `127.0.0.1:${port}`, ...options });
  const workload = new Workload();
  return {
    run: (index) => tracing.recorder.trace('op', () => workload.top(index)),
    close: () => tracing.close(),
  };
}

async function official(port, isSampled) {
  process.env.AWS_XRAY_DAEMON_ADDRESS = `127.0.0.1:${port}`;
  const { default: sdk } = await import('aws-xray-sdk-core');
  sdk.middleware.disableCentralizedSampling();
  const request = makeRequest((name, index, body) =>
    sdk.captureAsyncFunc(name, async (subsegment) => {
      subsegment.addAnnotation('index', index);
      subsegment.addMetadata('detail', detail(index));
      await body();
      subsegment.close();
    }),
  );
  const namespace = sdk.getNamespace();
  return {
    run: (index) =>
      namespace.runAndReturn(async () => {
        const segment = new sdk.Segment('bench');
        segment.notTraced = !isSampled;
        sdk.setSegment(segment);
        await request(index);
        segment.close();
      }),
  };
}

async function connect(port) {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.connect(port, '127.0.0.1', resolve));
  return socket;
}

/** A document of the size and shape that the workload leaves. */
function finishedDocument() {
  const entity = (name, subsegments) => ({
    id: '53995c3f42cd8ad8',
    name,
    start_time: 1_478_293_361.271,
    end_time: 1_478_293_361.272,
    annotations: { index: 1 },
    metadata: { default: { detail: detail(1) } },
    ...(subsegments && { subsegments }),
  });
  const middle = () => entity('Workload.middle', [entity('Workload.leaf'), entity('Workload.leaf')]);
  const root = entity('bench', [entity('Workload.top', [middle(), middle(), middle()])]);
  return { trace_id: '1-5759e988-bd862e3fe1be46a994272793', ...root };
}
