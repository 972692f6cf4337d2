// The long checks: `npm run endurance`, or a share of them with `-- --share 0.01`.
import { strict as assert } from 'node:assert';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Annotate, Metadata, Traced, TracingModule } from '#lib/index.js';
import { outlineOf, outlineRecorded, ProgramRunner, programs } from '../support/random-program.js';
import { startRecording } from '../support/recording.js';

const { values } = parseArgs({ options: { share: { type: 'string', default: '1' } } });
const share = Number(values.share);
assert.ok(share > 0 && share <= 1, `--share takes a number above 0 and up to 1; it was given ${values.share}.`);
const times = (whole: number): number => Math.max(1, Math.round(whole * share));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const checks: Record<string, () => Promise<string>> = {
  'random programs leave the tree of their calls': async () => {
    const runs = times(100_000);
    await fc.assert(
      fc.asyncProperty(programs, async (program) => {
        const recording = startRecording();
        await recording.recorder.trace('op', () => new ProgramRunner(recording.recorder).run(program));
        await recording.stop();
        assert.deepEqual(recording.trace().roots[0]?.children.map(outlineRecorded), [outlineOf(program)]);
      }),
      { numRuns: runs },
    );
    return `${runs} programs`;
  },

  'memory stays flat over many traces': async () => {
    const traces = times(200_000);
    const tracing = TracingModule.forRoot({
      sampling: 'all',
      emitter: { emit: () => undefined, flush: async () => undefined, close: async () => undefined },
    });
    const worker = new Worker();
    const run = async (count: number): Promise<number> => {
      for (let index = 0; index < count; index += 1) await tracing.recorder.trace('op', () => worker.outer(index));
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const early = await run(Math.ceil(traces * 0.2));
    const late = await run(Math.floor(traces * 0.8));
    await tracing.close();
    const grownMegabytes = (late - early) / 1024 / 1024;
    assert.ok(grownMegabytes < 2, `The heap grew by ${grownMegabytes.toFixed(1)} MB.`);
    return `${traces} traces, heap ${grownMegabytes < 0 ? '' : '+'}${grownMegabytes.toFixed(2)} MB`;
  },
};

class Worker {
  @Traced()
  @Annotate('index', (index: number) => index)
  async outer(index: number): Promise<void> {
    await Promise.resolve();
    await Promise.all([this.inner(index), this.inner(index).catch(() => undefined)]).catch(() => undefined);
  }

  @Traced()
  @Metadata('index', (index: number) => ({ index }))
  async inner(index: number): Promise<void> {
    await Promise.resolve();
    if (index % 7 === 0) throw new RangeError('seven');
  }
}

let passed = 0;
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const started = performance.now();
  try {
    const result = await check();
    passed += 1;
    report(`✔ ${name}: ${result}`, started);
  } catch (thrown) {
    failed += 1;
    report(`✘ ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, started);
  }
}
process.stdout.write(`endurance: ${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function report(line: string, started: number): void {
  process.stdout.write(`${line} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}
