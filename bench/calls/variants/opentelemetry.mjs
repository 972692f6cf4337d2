import { requirePeer } from '../../peers/install.mjs';
import { detail, Workload, wrapMethods } from '../workload.mjs';

/** OpenTelemetry as its guide shows: active spans, the batch processor, OTLP as protobuf over HTTP. */
export function openTelemetry(port, isSampled) {
  const { context, trace } = requirePeer('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = requirePeer('@opentelemetry/context-async-hooks');
  const { OTLPTraceExporter } = requirePeer('@opentelemetry/exporter-trace-otlp-proto');
  const { resourceFromAttributes } = requirePeer('@opentelemetry/resources');
  const { AlwaysOffSampler, AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor } = requirePeer(
    '@opentelemetry/sdk-trace-base',
  );
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    sampler: isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
    spanProcessors: [
      // With its own limit of 2048 spans it drops some where the machine is busy.
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` }), {
        maxQueueSize: 16_384,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const tracer = trace.getTracer('bench');
  wrapMethods(
    Workload,
    (name, original) =>
      function (index) {
        return tracer.startActiveSpan(`Workload.${name}`, async (span) => {
          span.setAttribute('index', index);
          const { index: number, kind, tags } = detail(index);
          span.setAttributes({ 'detail.index': number, 'detail.kind': kind, 'detail.tags': tags });
          try {
            return await original.call(this, index);
          } finally {
            span.end();
          }
        });
      },
  );
  const workload = new Workload();
  return {
    run: (index) =>
      tracer.startActiveSpan('bench', async (span) => {
        try {
          await workload.top(index);
        } finally {
          span.end();
        }
      }),
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown(),
  };
}
