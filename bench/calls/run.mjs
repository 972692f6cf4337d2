// `npm run bench`: CPU time of one traced request, ours beside plain methods, floors and the official SDK. Every figure is the
// median of fresh processes, the order turned round each time. Options: --rounds N (7), --requests N (20000), --json FILE.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { variants } from './variants.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    requests: { type: 'string', default: '20000' },
    json: { type: 'string' },
  },
});
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const sink = spawn(process.execPath, [file('sink.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(sink.stdout, 'data');
const port = String(line).trim();

const figures = new Map(Object.keys(variants).map((name) => [name, []]));
for (let round = 0; round < Number(values.rounds); round += 1) {
  const names = [...figures.keys()];
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [file('measure.mjs'), name, port, values.requests], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
    figures.get(name).push(JSON.parse(stdout.trim().split('\n').at(-1)));
  }
}
sink.kill();

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
const result = [...figures].map(([variant, runs]) => ({
  variant,
  microseconds: median(runs.map((run) => run.microseconds)),
  residentMegabytes: median(runs.map((run) => run.residentBytes)) / 1024 / 1024,
}));
const of = (variant) => result.find((row) => row.variant === variant).microseconds;
console.log(`Node ${process.versions.node}, CPU microseconds per request, medians of ${values.rounds}\n`);
for (const { variant, microseconds, residentMegabytes } of result) {
  console.log(
    `${variant.padEnd(28)}${microseconds.toFixed(2).padStart(9)} µs${residentMegabytes.toFixed(0).padStart(7)} MB`,
  );
}
const ratios = {
  'traced / floor': of('radiograph, traced') / of('floor, traced'),
  'traced / official SDK': of('radiograph, traced') / of('official SDK, traced'),
  'not sampled / floor': of('radiograph, not sampled') / of('floor, not sampled'),
  'not sampled / official SDK': of('radiograph, not sampled') / of('official SDK, not sampled'),
  'disabled / plain': of('radiograph, disabled') / of('plain methods'),
};
console.log();
for (const [name, ratio] of Object.entries(ratios)) console.log(`${name.padEnd(28)}${ratio.toFixed(2).padStart(9)}`);
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ node: process.versions.node, result, ratios }, null, 2)}\n`);
