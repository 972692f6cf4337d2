import { TracingModule } from '#lib/tracing-module.js';
import { Traced } from '#lib/decorators/traced.js';

/** Runs out of the stack within traced calls, five times over, and tells what it caught. Its argument is the option `sampling`. */
class Walk {
  @Traced()
  on(steps: number): number {
    return this.on(steps + 1) + 1;
  }
}

const sampling = process.argv[2] === 'all' ? 'all' : 'none';
const emitter = { emit: () => undefined, flush: async () => undefined, close: async () => undefined };
const { recorder } = TracingModule.forRoot({ sampling, adaptiveSampling: {}, logLevel: 'silent', emitter });
const caught = Array.from({ length: 5 }, () => {
  try {
    return recorder.trace('op', () => new Walk().on(0));
  } catch (thrown) {
    return (thrown as Error).name;
  }
});
process.send?.(caught);
