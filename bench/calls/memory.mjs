// `npm run bench:memory`: resident memory after 200,000 traced requests beside as many plain ones, and how the heap grows
// after collection from the first fifth on. Fails where anything is lost. Options: --requests N (200000), --json FILE
// (bench/results/memory.json).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { printClaims } from '../figures.mjs';
import { readOptions } from '../options.mjs';
import { measure, problemsOf, Sink } from './processes.mjs';

const MEBIBYTE = 1024 * 1024;

const { requests, json } = readOptions({
  requests: 200_000,
  json: join(import.meta.dirname, '../results/memory.json'),
});
const failures = [];
const sink = await Sink.open();
const plain = await measureMemory('plain methods');
const traced = await measureMemory('radiograph, traced');
sink.close();

console.log(`Node ${process.versions.node}, ${requests} requests, MB at each fifth\n`);
for (const [name, { residentMegabytes, heapMegabytes }] of Object.entries({ plain, traced })) {
  console.log(`${name.padEnd(8)}resident      ${cells(residentMegabytes, 0)}`);
  console.log(`${''.padEnd(8)}collected heap${cells(heapMegabytes, 2)}`);
}
console.log();
const growth = ({ heapMegabytes }) => heapMegabytes.at(-1) - heapMegabytes[0];
const claims = [
  {
    claim: 'resident memory beyond plain, MB',
    ratio: traced.residentMegabytes.at(-1) - plain.residentMegabytes.at(-1),
    target: 40,
  },
  { claim: 'growth of the heap over the last 80 %, MB', ratio: growth(traced), target: 2 },
  { claim: 'the same of plain methods, MB', ratio: growth(plain), target: 2 },
];
printClaims(claims);
mkdirSync(dirname(json), { recursive: true });
writeFileSync(json, `${JSON.stringify({ node: process.versions.node, requests, plain, traced, claims }, null, 2)}\n`);
for (const failure of failures) console.error(`FAILED ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function measureMemory(variant) {
  let inspected = 0;
  const check = async (sent, statistics) => {
    const report = await sink.inspect(variant, sent - inspected);
    inspected = sent;
    failures.push(...problemsOf(report, statistics).map((problem) => `${variant}: ${problem}`));
  };
  const result = await measure('memory', variant, {
    node: process.execPath,
    sink,
    requests,
    onMark: ({ sent }) => check(sent),
  });
  await check(result.sent, result.statistics);
  return {
    residentMegabytes: result.residentBytes.map((bytes) => bytes / MEBIBYTE),
    heapMegabytes: result.heapBytes.map((bytes) => bytes / MEBIBYTE),
  };
}

function cells(numbers, digits) {
  return numbers.map((number) => number.toFixed(digits).padStart(8)).join('');
}
