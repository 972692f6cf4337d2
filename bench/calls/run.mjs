// `npm run bench`: what a request costs, ours beside plain methods, floors and peers: CPU time, allocation, resident memory. Every
// figure is the median of fresh processes, by turns. Fails where anything is lost or is not what was to be recorded; how
// fast it is never fails. Options: --only 'NAME;NAME' (a name, or how some begin), --rounds N (7), --requests N (6000), --nodes
// 20,24 (the running one), --json FILE (bench/results/calls.json).
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { median, orderOf, printClaims } from '../figures.mjs';
import { readCount, readOptions } from '../options.mjs';
import { installPeers, nodesFor } from '../peers/install.mjs';
import { claimsOf } from './claims.mjs';
import { measure, problemsOf, Sink } from './processes.mjs';
import { variants } from './variants.mjs';

/** Requests of which the allocation is told. */
const ALLOCATION_REQUESTS = 1000;
/** How far the bytes of the floor's datagrams may be from ours. */
const SAME_BYTES = 0.01;

const { only, rounds, requests, nodes, json } = readOptions({
  only: '',
  rounds: 7,
  requests: 6000,
  nodes: process.versions.node.split('.')[0],
  json: join(import.meta.dirname, '../results/calls.json'),
});
const names = chooseVariants(only);
const majors = nodes.split(',').map((major) => readCount('--nodes', major));

installPeers();
const failures = [];
const sink = await Sink.open();
const results = [];
for (const [major, node] of await nodesFor(majors)) results.push(await measureNode(major, node));
sink.close();

console.log(`${cpus()[0].model}, ${cpus().length} cores; per request, medians of ${rounds} processes each`);
for (const { node, rows, claims } of results) {
  console.log(`\nNode ${node}`.padEnd(49) + 'CPU µs   spread  allocated B  resident MB  datagram B');
  for (const row of rows) console.log(lineOf(row));
  console.log();
  printClaims(claims);
}
mkdirSync(dirname(json), { recursive: true });
writeFileSync(json, `${JSON.stringify({ rounds, cpu: cpus()[0].model, results }, null, 2)}\n`);
for (const failure of failures) console.error(`FAILED ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function measureNode(major, node) {
  const runs = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    if (!process.stderr.isTTY) console.error(`Node ${major}, round ${round + 1} of ${rounds}`);
    for (const name of orderOf(round, names)) {
      if (process.stderr.isTTY)
        process.stderr.write(`\rNode ${major}, round ${round + 1} of ${rounds}: ${name.padEnd(50)}`);
      runs.get(name).push(await measureOnce(round, name, node));
    }
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(80)}\r`);
  const rows = [...runs].map(([variant, measured]) => rowOf(variant, measured));
  checkFloor(rows);
  return { node: runs.get(names[0])[0].node, rows, claims: claimsOf(rows) };
}

async function measureOnce(round, name, node) {
  const { factor = 1 } = variants[name];
  const cpu = await measureChecked('cpu', name, node, requests * factor);
  // What is allocated hardly differs from process to process.
  if (round % 2 === 1) return cpu;
  const { allocatedBytes } = await measureChecked('allocation', name, node, ALLOCATION_REQUESTS);
  return { ...cpu, allocatedBytes };
}

async function measureChecked(pass, name, node, count) {
  const result = await measure(pass, name, { node, sink, requests: count });
  const report = await sink.inspect(name, result.sent);
  const problems = problemsOf(report, result.statistics);
  failures.push(...problems.map((problem) => `Node ${result.node}, ${name}: ${problem}`));
  return { ...result, datagramBytes: report.messages && report.bytes / report.messages };
}

function rowOf(variant, runs) {
  const of = (figure) => median(runs.map(figure).filter((value) => value !== undefined));
  const microseconds = runs.map((run) => run.microseconds).toSorted((one, other) => one - other);
  return {
    variant,
    microseconds: median(microseconds),
    spread: (microseconds.at(-1) - microseconds[0]) / median(microseconds),
    allocatedBytes: of((run) => run.allocatedBytes),
    residentMegabytes: of((run) => run.residentBytes) / 1024 / 1024,
    datagramBytes: of((run) => run.datagramBytes),
    runs: microseconds,
  };
}

function lineOf({ variant, microseconds, spread, allocatedBytes, residentMegabytes, datagramBytes }) {
  const cells = [
    microseconds.toFixed(2).padStart(9),
    `${(spread * 100).toFixed(0)} %`.padStart(9),
    (allocatedBytes?.toFixed(0) ?? '').padStart(13),
    residentMegabytes.toFixed(0).padStart(13),
    (variants[variant].sends === 'documents' ? datagramBytes.toFixed(0) : '').padStart(12),
  ];
  return variant.padEnd(45) + cells.join('');
}

/** The floor would be none if it sent less than we do. */
function checkFloor(rows) {
  const ours = rows.find(({ variant }) => variant === 'radiograph, traced');
  const floors = rows.filter(({ variant }) => variant.startsWith('floor, traced'));
  for (const { variant, datagramBytes } of ours === undefined ? [] : floors) {
    if (Math.abs(datagramBytes / ours.datagramBytes - 1) > SAME_BYTES) {
      failures.push(`${variant} sends ${datagramBytes.toFixed(0)} bytes, Radiograph ${ours.datagramBytes.toFixed(0)}`);
    }
  }
}

/** Those with the name; without one of it, those whose names begin so. */
function chooseVariants(text) {
  const all = Object.keys(variants);
  const wanted = text
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const chosen = wanted.flatMap((name) => {
    const found = name in variants ? [name] : all.filter((variant) => variant.startsWith(name));
    if (found.length === 0) throw new Error(`No variant is or begins with '${name}'. There are: ${all.join('; ')}.`);
    return found;
  });
  return wanted.length === 0 ? all : [...new Set(chosen)];
}
