// What is loaded, in a fresh process each: the code is run as it stands, where `load` is `require` or `import()`, and `only` takes
// the one value that a package written for `require` has.
export const OURS = 'radiograph';
export const OFFICIAL = 'official SDK';

/** `first`: one traced call in a trace of its own, of those whose documents leave by UDP. */
export const variants = {
  [OURS]: {
    setUp: `
      const { TracingModule } = await load('radiograph');
      const { recorder } = TracingModule.forRoot({ service: 'shop', sampling: 'all' });`,
    first: `recorder.trace('POST /orders', () => recorder.capture('Orders.place', () => undefined));`,
    handler: 'scripts/package/consumers/handler.ts',
  },
  [OFFICIAL]: {
    setUp: `
      const xray = only(await load('aws-xray-sdk-core'));
      xray.middleware.disableCentralizedSampling();`,
    first: `
      xray.getNamespace().run(() => {
        const segment = new xray.Segment('shop');
        xray.setSegment(segment);
        xray.captureFunc('Orders.place', () => undefined);
        segment.close();
      });`,
    handler: 'bench/load/handlers/official.mjs',
  },
  'Powertools Tracer': {
    setUp: `
      const { Tracer } = await load('@aws-lambda-powertools/tracer');
      new Tracer({ serviceName: 'shop' });`,
    handler: 'bench/load/handlers/powertools.mjs',
  },
  OpenTelemetry: {
    setUp: `
      const { context, trace } = await load('@opentelemetry/api');
      const { AsyncLocalStorageContextManager } = await load('@opentelemetry/context-async-hooks');
      const { OTLPTraceExporter } = await load('@opentelemetry/exporter-trace-otlp-proto');
      const { resourceFromAttributes } = await load('@opentelemetry/resources');
      const { BasicTracerProvider, BatchSpanProcessor } = await load('@opentelemetry/sdk-trace-base');
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(new BasicTracerProvider({
        resource: resourceFromAttributes({ 'service.name': 'shop' }),
        spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
      }));`,
    handler: 'bench/load/handlers/opentelemetry.mjs',
  },
  'dd-trace': {
    setUp: `only(await load('dd-trace')).init({ service: 'shop', startupLogs: false });`,
  },
};
