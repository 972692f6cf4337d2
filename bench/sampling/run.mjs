// `npm run bench:sampling`: what a decision costs against 25 rules, ours beside both samplers of the official SDK, each in fresh
// processes, by turns, with the same requests. Fails where two of them find another rule for a request; how fast they are never
// fails. Options: --decisions N (10,000,000), --rounds N (5), --json FILE (bench/results/sampling.json).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { median, orderOf, printClaims } from '../figures.mjs';
import { readOptions } from '../options.mjs';
import { CENTRAL, LOCAL, OURS, variants } from './variants.mjs';
import { rules } from './workload.mjs';

/** Of what either official sampler takes. */
const TARGET = 0.2;

const { decisions, rounds, json } = readOptions({
  decisions: 10_000_000,
  rounds: 5,
  json: join(import.meta.dirname, '../results/sampling.json'),
});
const names = Object.keys(variants);
const runs = Object.fromEntries(names.map((name) => [name, []]));
let reference;
let differences = 0;

for (let round = 0; round < rounds; round += 1) {
  console.error(`round ${round + 1} of ${rounds}`);
  for (const name of orderOf(round, names)) {
    const { found, ...measured } = await measure(name);
    runs[name].push(measured);
    compare(name, found);
  }
}

const rows = names.map((name) => {
  const cpuNanos = runs[name].map((run) => run.cpuNanos);
  return {
    variant: name,
    cpuNanos: median(cpuNanos),
    nanos: median(runs[name].map((run) => run.nanos)),
    sampled: median(runs[name].map((run) => run.sampled)) / decisions,
    runs: runs[name],
  };
});
const of = (name) => rows.find(({ variant }) => variant === name).cpuNanos;
const claims = [LOCAL, CENTRAL].map((other) => ({
  claim: `${OURS} / ${other}`,
  ratio: of(OURS) / of(other),
  target: TARGET,
}));

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.versions.node}`);
console.log(`${decisions} decisions against ${rules.length} rules, medians of ${rounds} processes each\n`);
console.log(`${''.padEnd(30)}   CPU ns  elapsed ns  sampled  CPU ns of all runs`);
for (const { variant, cpuNanos, nanos, sampled, runs: all } of rows) {
  const each = all.map((run) => run.cpuNanos.toFixed(0)).join(' ');
  const figures = `${cpuNanos.toFixed(0).padStart(9)}${nanos.toFixed(0).padStart(12)}`;
  console.log(`${variant.padEnd(30)}${figures}${(sampled * 100).toFixed(2).padStart(7)} %  ${each}`);
}
const compared = reference.length * (names.length * rounds - 1);
console.log(`\n${differences} of ${compared} requests for which another rule was found\n`);
printClaims(claims);
mkdirSync(dirname(json), { recursive: true });
const report = { node: process.versions.node, cpu: cpus()[0].model, decisions, rounds, rows, differences, claims };
writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = differences === 0 ? 0 : 1;

async function measure(name) {
  const child = fork(join(import.meta.dirname, 'measure.mjs'), [name, String(decisions)]);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} failed with ${code}`);
  });
  const [result] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => undefined);
  return result;
}

/** Every process has to find the same rule for each request as the first one did. */
function compare(name, found) {
  reference ??= found;
  found.forEach((rule, index) => {
    if (rule === reference[index]) return;
    differences += 1;
    if (differences <= 5) console.error(`${name} finds ${rule}, the first process ${reference[index]}`);
  });
}
