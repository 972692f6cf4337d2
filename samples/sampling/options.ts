import { TracingModule, type Emitter, type Sampler, type SegmentHandle } from 'radiograph';

export function sampleByRules(emitter: Emitter): TracingModule {
  // #region rules
  return TracingModule.forRoot({
    service: 'shop',
    sampling: {
      rules: [
        { name: 'checkout', operation: 'POST /checkout*', rate: 1 },
        { name: 'search', httpMethod: 'GET', urlPath: '/search*', rate: 0.01, perSecond: 2 },
        { name: 'partners', host: 'partner-??.example.com', rate: 0.2 },
        { name: 'gold', attributes: { tenant: 'gold-*' }, rate: 0.5 },
        { name: 'sweeps', className: 'Sweeper', methodName: 'sweep*', perMinute: 1 },
        { name: 'probes', operation: 'GET /ready', rate: 0 },
      ],
      default: { rate: 0.05, perSecond: 1 },
    },
    // #endregion
    emitter,
  });
}

export function sampleByFile(emitter: Emitter): TracingModule {
  return TracingModule.forRoot({
    service: 'shop',
    // #region file
    sampling: { file: 'samples/sampling/sampling-rules.json' },
    // #endregion
    emitter,
  });
}

export function ignoreProbes(emitter: Emitter): TracingModule {
  return TracingModule.forRoot({
    service: 'shop',
    sampling: 'all',
    // #region ignore
    ignore: [
      '/health*', // every method, every host, whatever the query
      'OPTIONS',
      'GET /favicon.ico',
      { userAgent: 'ELB-HealthChecker/*' },
      { host: 'metrics.internal', urlPath: '/metrics' },
    ],
    // #endregion
    emitter,
  });
}

/** What a framework would do for each request that comes in. */
export function goOn(tracing: TracingModule, header: string, work: (segment: SegmentHandle) => void): void {
  // #region request
  tracing.recorder.resume(header, 'POST /checkout', work, {
    http: { request: { method: 'POST', url: 'https://shop.example/checkout?step=2', userAgent: 'curl/8' } },
    attributes: { tenant: 'gold-7' },
  });
  // #endregion
}

export function sampleCentrally(daemonAddress: string): TracingModule {
  return TracingModule.forRoot({
    service: 'shop',
    daemonAddress,
    // #region central
    sampling: { central: true, rate: 0.05, perSecond: 1 },
    // #endregion
  });
}

export function captureAnomalies(emitter: Emitter): TracingModule {
  return TracingModule.forRoot({
    service: 'shop',
    sampling: 'none',
    // #region anomalies
    adaptiveSampling: {
      anomalyConditions: [
        { errorCodeRegex: /5\d\d/ },
        { operations: ['POST /orders*'], highLatencyMs: 2000, usage: 'anomaly-trace-capture' },
        { errorCodeRegex: '429', usage: 'sampling-boost' },
      ],
      anomalyCaptureLimit: { anomalyTracesPerSecond: 5 },
    },
    // #endregion
    emitter,
  });
}

// #region sampler
/** Mutations always, and of the queries one of a hundred. */
export const byOperation: Sampler = {
  isSampled: ({ operation }) => operation.startsWith('mutation ') || Math.random() < 0.01,
};
// #endregion
