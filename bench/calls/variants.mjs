// Everything that is measured: `open(port)` answers { run(index), flush?(), close?(), statistics?() }, alone in a fresh process.
// `sends` is what the sink has to find of each request; in what way is `expects`; what sends nothing is run
// `factor` times as often.
import { SyncWorkload, ThrowingWorkload, Workload } from './workload.mjs';

const FAST = 20;

const withPlain = (open) => async (port) => open(await import('./variants/plain.mjs'), port);
const withFloor = (open) => async (port) => open(await import('./variants/floor.mjs'), port);
const withOfficial = (open) => async (port) => open(await import('./variants/official.mjs'), port);

function plain(Class, more = {}) {
  return { factor: FAST, open: withPlain((module) => module.plain(Class)), ...more };
}

function radiograph(Class, options, { how = {}, ...more }) {
  return {
    open: async (port) => (await import('./variants/radiograph.mjs')).radiograph(port, Class, options, how),
    ...more,
  };
}

const TRACED = { sampling: 'all' };
const DOCUMENTS = { sends: 'documents', expects: { hasOwnIds: true } };
/** The official SDK sends a member that no document of the service has; the daemon does not mind. */
const OFFICIAL = { sends: 'documents', expects: { hasOwnIds: true, tolerates: 'notTraced' } };
/** What goes over TCP cannot outrun the sink, but needs the event loop to turn as often as it does for requests. */
const OVER_TCP = { perTurn: 1 };

export const variants = {
  'plain methods': plain(Workload),
  'plain methods, 50 in flight': plain(Workload, { inFlight: 50 }),
  'plain sync methods': plain(SyncWorkload),
  'plain methods that throw': plain(ThrowingWorkload, { factor: 2 }),

  'floor, not sampled': { factor: FAST, open: withFloor((module) => module.unsampledFloor()) },
  'floor, traced': { sends: 'documents', open: withFloor((module, port) => module.tracedFloor(port)) },
  'floor, traced, own times': {
    sends: 'documents',
    open: withFloor((module, port) => module.tracedFloor(port, { ownTimes: true })),
  },

  'radiograph, disabled': radiograph(Workload, { enabled: false }, { factor: FAST }),
  'radiograph, not sampled': radiograph(Workload, { sampling: 'none' }, { factor: FAST }),
  'radiograph, not sampled, anomalies captured': radiograph(
    Workload,
    { sampling: 'none', adaptiveSampling: {} },
    { factor: FAST },
  ),
  'radiograph, not sampled, after an anomaly': radiograph(
    Workload,
    { sampling: 'none', adaptiveSampling: { anomalyCaptureLimit: { anomalyTracesPerSecond: 0 } } },
    { factor: FAST, how: { afterAnomaly: true } },
  ),
  'radiograph, context missing, ignored': radiograph(
    Workload,
    { contextMissing: 'IGNORE_ERROR' },
    { factor: FAST, how: { withoutTrace: true } },
  ),
  'radiograph, context missing, logged': radiograph(Workload, {}, { how: { withoutTrace: true } }),
  'radiograph, traced': radiograph(Workload, TRACED, DOCUMENTS),
  'radiograph, traced, 50 in flight': radiograph(Workload, TRACED, { ...DOCUMENTS, inFlight: 50 }),
  'radiograph, traced sync methods': radiograph(SyncWorkload, TRACED, DOCUMENTS),
  'radiograph, traced methods that throw': radiograph(ThrowingWorkload, TRACED, {
    sends: 'documents',
    expects: { hasOwnIds: true, faults: 6 },
    perTurn: 5,
  }),
  'radiograph, traced class': radiograph(Workload, TRACED, { ...DOCUMENTS, how: { style: 'class' } }),
  'radiograph, traced, parameter annotations': radiograph(Workload, TRACED, {
    ...DOCUMENTS,
    how: { style: 'parameters' },
  }),

  'official SDK, not sampled': { open: withOfficial((module, port) => module.official(port, false)) },
  'official SDK, traced': { ...OFFICIAL, open: withOfficial((module, port) => module.official(port, true)) },

  'Powertools, traced': {
    ...OFFICIAL,
    expects: { ...OFFICIAL.expects, namespace: 'bench' },
    open: async (port) => (await import('./variants/powertools.mjs')).powertools(port),
  },
  'OpenTelemetry, not sampled': {
    factor: FAST,
    open: async (port) => (await import('./variants/opentelemetry.mjs')).openTelemetry(port, false),
  },
  'OpenTelemetry, traced': {
    ...OVER_TCP,
    sends: 'otlp',
    open: async (port) => (await import('./variants/opentelemetry.mjs')).openTelemetry(port, true),
  },
  'dd-trace, traced': {
    ...OVER_TCP,
    sends: 'datadog',
    open: async (port) => (await import('./variants/datadog.mjs')).datadog(port),
  },
};
