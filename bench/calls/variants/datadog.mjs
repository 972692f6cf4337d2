import { requirePeer } from '../../peers/install.mjs';
import { detail, Workload, wrapMethods } from '../workload.mjs';

/** `tracer.trace` around each method, sent to an agent in the agent's own protocol; everything but tracing is switched off. */
export function datadog(port) {
  Object.assign(process.env, {
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    DD_CRASHTRACKING_ENABLED: 'false',
    DD_TRACE_STARTUP_LOGS: 'false',
  });
  const tracer = requirePeer('dd-trace').init({ service: 'bench', url: `http://127.0.0.1:${port}`, plugins: false });
  wrapMethods(
    Workload,
    (name, original) =>
      function (index) {
        return tracer.trace(`Workload.${name}`, (span) => {
          // It keeps no arrays.
          const { tags, ...others } = detail(index);
          span.addTags({ index, detail: { ...others, tags: tags.join() } });
          return original.call(this, index);
        });
      },
  );
  const workload = new Workload();
  return {
    run: (index) => tracer.trace('bench', () => workload.top(index)),
    // It has no public way; it sends every two seconds and when a payload is full.
    // oxlint-disable-next-line no-underscore-dangle -- its own names
    flush: () => new Promise((resolve) => tracer._tracer._exporter.flush(resolve)),
  };
}
