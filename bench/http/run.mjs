// `npm run bench:http`: how many requests a second a `node:http` server answers, bare and traced, and how long they take, driven over
// ten connections. Each server is a fresh process, by turns; where the system can pin them (`taskset`), the server has one processor,
// and the load and the sink of the documents have another. Fails where a request fails or a document is lost. Options: --rounds N (7),
// --seconds N (5), --json FILE (bench/results/http.json).
import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, orderOf } from '../figures.mjs';
import { readOptions } from '../options.mjs';

const MODES = ['bare', 'bare in a context', 'every trace', 'default sampling'];
const CLAIMS = { 'every trace': 0.8, 'default sampling': 0.95 };
const WARM_UP_SECONDS = 2;
/** A share of a processor from which on the server is what limits. */
const SATURATED = 0.9;
const URL_PATH = '/orders?id=3';

const { rounds, seconds, json } = readOptions({
  rounds: 7,
  seconds: 5,
  json: join(import.meta.dirname, '../results/http.json'),
});

let canPin = spawnSync('taskset', ['--version']).status === 0;
const failures = [];
const sink = start('sink.mjs', []);
pin(sink, 0);
const { port: sinkPort } = await answerOf(sink);
const runs = new Map(MODES.map((mode) => [mode, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const mode of orderOf(round, MODES)) {
    if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1} of ${rounds}: ${mode.padEnd(20)}`);
    runs.get(mode).push(await measureServer(mode));
  }
}
sink.disconnect();

const rows = [...runs].map(([mode, measured]) => {
  const of = (figure) => median(measured.map((run) => run[figure]));
  return {
    mode,
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    cpuMicros: of('cpuMicros'),
    busy: of('busy'),
  };
});
if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(40)}\r`);
const pinning = canPin ? 'one processor each' : 'processors shared: no taskset here';
console.log(`Node ${process.versions.node}, medians of ${rounds} servers; server and load have ${pinning}\n`);
console.log('                    requests/s   p50 ms   p99 ms   CPU µs/request   server busy');
for (const { mode, perSecond, p50, p99, cpuMicros, busy } of rows) {
  const cells = [
    perSecond.toFixed(0).padStart(10),
    p50.toFixed(2).padStart(9),
    p99.toFixed(2).padStart(9),
    cpuMicros.toFixed(1).padStart(17),
    `${(busy * 100).toFixed(0)} %`.padStart(14),
  ];
  console.log(mode.padEnd(20) + cells.join(''));
}
if (rows.some(({ busy }) => busy < SATURATED)) {
  console.log(
    '\nThe server had processor time left: the load, or what else runs here, was the limit, and nothing is decided.',
  );
}
console.log();
const [bare] = rows;
const claims = rows
  .filter(({ mode }) => mode in CLAIMS)
  .map(({ mode, perSecond, busy }) => ({
    mode,
    ratio: perSecond / bare.perSecond,
    target: CLAIMS[mode],
    isDecided: Math.min(busy, bare.busy) >= SATURATED,
  }));
for (const { mode, ratio, target, isDecided } of claims) {
  const verdict = !isDecided ? 'not measured' : ratio >= target ? 'reached' : 'not reached';
  console.log(
    `${`${mode} / bare, requests/s`.padEnd(44)}${ratio.toFixed(3).padStart(9)}   at least ${target}  ${verdict}`,
  );
}
mkdirSync(dirname(json), { recursive: true });
writeFileSync(json, `${JSON.stringify({ node: process.versions.node, rounds, rows, claims }, null, 2)}\n`);
for (const failure of failures) console.error(`FAILED ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function measureServer(mode) {
  const server = start('server.mjs', [mode, String(sinkPort)]);
  pin(server, 1);
  const { port } = await answerOf(server);
  const load = start('load.mjs', [String(port), URL_PATH]);
  pin(load, 0);
  await ask(load, { seconds: WARM_UP_SECONDS });
  const before = await ask(server, 'report');
  const started = performance.now();
  const figures = await ask(load, { seconds });
  const elapsedMicros = (performance.now() - started) * 1000;
  const after = await ask(server, 'report');
  load.disconnect();
  const last = await ask(server, 'close');
  await sleep(200);
  const { documents, problems } = await ask(sink, 'documents');
  const { 'documents sent': sent = 0, 'documents sent ahead of their turn': _, ...lost } = last.statistics;
  const expected = mode === 'every trace' ? last.answered : sent;
  if (figures.failed > 0) problems.push(`${figures.failed} requests failed`);
  if (documents !== expected || sent !== expected) {
    problems.push(`${expected} documents expected, ${sent} sent, ${documents} arrived`);
  }
  problems.push(...Object.entries(lost).map(([what, times]) => `counted ${times} times: ${what}`));
  failures.push(...problems.map((problem) => `${mode}: ${problem}`));
  const cpuMicros = after.cpuMicros - before.cpuMicros;
  return { ...figures, cpuMicros: cpuMicros / (after.answered - before.answered), busy: cpuMicros / elapsedMicros };
}

function start(program, args) {
  return fork(join(import.meta.dirname, program), args);
}

/** As a whole, the threads of its engine too. */
function pin(child, processor) {
  if (!canPin) return;
  const { status } = spawnSync('taskset', ['-a', '-c', '-p', String(processor), String(child.pid)]);
  canPin = status === 0;
}

async function ask(child, message) {
  child.send(message);
  return answerOf(child);
}

function answerOf(child) {
  return new Promise((resolve, reject) => {
    const fail = (code) => reject(new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${code}`));
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      resolve(message);
    });
  });
}
