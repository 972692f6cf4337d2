import { Annotate, Metadata, Traced, TracingModule } from 'radiograph';
import { detail, METHODS } from '../workload.mjs';

const METADATA = Metadata('detail', detail);
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Which decorators stand on each method, and which on the class: as a compiler would call them, the legacy dialect. */
const STYLES = {
  methods: { method: [Traced(), Annotate('index', (index) => index), METADATA], class: [] },
  class: { method: [Annotate('index', (index) => index), METADATA], class: [Traced()] },
  parameters: { method: [Traced(), METADATA, (target, name) => Annotate('index')(target, name, 0)], class: [] },
};

/**
 * @param options those of `TracingModule.forRoot`
 * @param how.withoutTrace the calls come with no segment open
 * @param how.afterAnomaly a request has failed: for a minute the calls of all are watched, not of a hundred a second
 */
export function radiograph(
  port,
  Workload,
  options,
  { style = 'methods', withoutTrace = false, afterAnomaly = false } = {},
) {
  decorate(Workload, STYLES[style]);
  const tracing = TracingModule.forRoot({
    service: 'bench',
    daemonAddress: `127.0.0.1:${port}`,
    logger: SILENT,
    ...options,
  });
  const { recorder } = tracing;
  const workload = new Workload();
  if (afterAnomaly) recorder.trace('op', (segment) => segment.error(new Error('down')));
  return {
    run: withoutTrace ? (index) => workload.top(index) : (index) => recorder.trace('op', () => workload.top(index)),
    flush: () => tracing.flush(),
    close: () => tracing.close(),
    statistics: () => tracing.statistics(),
  };
}

function decorate(Class, style) {
  const { prototype } = Class;
  for (const name of METHODS) {
    let descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    for (const decorator of style.method.toReversed()) {
      descriptor = decorator(prototype, name, descriptor) ?? descriptor;
    }
    Object.defineProperty(prototype, name, descriptor);
  }
  for (const decorator of style.class.toReversed()) decorator(Class);
}

function ignore() {}
