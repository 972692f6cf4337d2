// One variant in this process, started by `run.mjs` and `memory.mjs`: `measure.mjs PASS VARIANT PORT REQUESTS`. It tells its
// parent what it measured.
import { once } from 'node:events';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { variants } from './variants.mjs';

/**
 * Requests of one turn of the event loop, and the milliseconds until the next. Datagrams are lost where they outrun the sink, and
 * our emitter holds back what is faster than 32 KiB a millisecond, 4.25 for a document of 2.5 KB: 20 in 3 milliseconds are less.
 */
const PER_TURN = 20;
const TURN_MILLIS = 3;
/** Where nothing is sent, so many that what a turn costs does not show. */
const UNPACED_PER_TURN = 1000;

/** Requests before those that are measured: after 5,000 the engine was still compiling. */
const WARM_UP = 15_000;
const EMPTY_TURNS = 200;

const CHUNKS = 10;
const MARKS = 5;
/** The index goes round, so that documents do not grow. */
const INDEXES = 7;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

const [, , pass, name, port, count] = process.argv;
const requests = Number(count);
const { open, sends, inFlight = 1, perTurn = sends === undefined ? UNPACED_PER_TURN : PER_TURN } = variants[name];
const isPaced = sends === 'documents';
/** Requests of one turn. */
const atOnce = inFlight > 1 ? inFlight : perTurn;
const { run, flush, close, statistics } = await open(Number(port));
let sent = 0;
/** CPU time spent in waiting for the next turn. */
let waitedMicros = 0;

const measured = await { cpu: measureCpu, allocation: measureAllocation, memory: measureMemory }[pass]();
await close?.();
process.send({ ...measured, node: process.versions.node, sent, statistics: statistics?.() });
process.disconnect();

/** Until what was recorded has left the process. */
async function measureCpu() {
  await serve(WARM_UP);
  await flush?.();
  const emptyTurn = isPaced ? await measureEmptyTurn() : 0;
  const before = cpuMicros() - waitedMicros;
  await serve(requests);
  await flush?.();
  const turns = Math.ceil(requests / atOnce);
  const micros = cpuMicros() - waitedMicros - before - turns * emptyTurn;
  return { microseconds: micros / requests, residentBytes: process.memoryUsage.rss() };
}

/** What a turn of the event loop and the wait cost by themselves, which would make all ratios look better. */
async function measureEmptyTurn() {
  const before = cpuMicros() - waitedMicros;
  for (let turn = 0; turn < EMPTY_TURNS; turn += 1) {
    const next = performance.now() + TURN_MILLIS;
    await new Promise((resolve) => setImmediate(resolve));
    waitUntil(next);
  }
  return (cpuMicros() - waitedMicros - before) / EMPTY_TURNS;
}

/**
 * How far the heap and what belongs to it outside grow while nothing is collected: the young generation has room for a whole
 * chunk, is emptied before each, and a chunk in which the engine collects all the same is not counted.
 */
async function measureAllocation() {
  const collections = [];
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  await serve(requests);
  await flush?.();
  const chunks = [];
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    globalThis.gc();
    const from = performance.now();
    const before = allocated();
    await serve(requests / CHUNKS);
    await flush?.();
    const bytes = (allocated() - before) / (requests / CHUNKS);
    chunks.push({ from, to: performance.now(), bytes });
  }
  // Their entries come with a later turn.
  await sleep(10);
  const quiet = chunks.filter(
    ({ from, to }) => !collections.some(({ startTime, duration }) => startTime < to && startTime + duration > from),
  );
  const bytes = quiet.map((chunk) => chunk.bytes).toSorted((one, other) => one - other);
  return { allocatedBytes: bytes[Math.floor(bytes.length / 2)] };
}

function allocated() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** At each mark the parent has the sink look through what has come, which takes memory that it then gives back. */
async function measureMemory() {
  const heapBytes = [];
  const residentBytes = [];
  for (let mark = 0; mark < MARKS; mark += 1) {
    await serve(requests / MARKS);
    await flush?.();
    residentBytes.push(process.memoryUsage.rss());
    globalThis.gc();
    heapBytes.push(process.memoryUsage().heapUsed);
    process.send({ mark, sent });
    await once(process, 'message');
  }
  return { heapBytes, residentBytes };
}

async function serve(howMany) {
  const millis = (TURN_MILLIS * atOnce) / PER_TURN;
  for (let done = 0; done < howMany; done += atOnce) {
    const next = performance.now() + millis;
    const turn = Math.min(atOnce, howMany - done);
    if (inFlight > 1) await Promise.all(Array.from({ length: turn }, (_, index) => run((done + index) % INDEXES)));
    else for (let index = 0; index < turn; index += 1) await run((done + index) % INDEXES);
    sent += turn;
    // As requests come from a socket, the event loop turns between them.
    await new Promise((resolve) => setImmediate(resolve));
    if (isPaced && pass === 'cpu') waitUntil(next);
    else if (isPaced) sleepUntil(next);
  }
}

/**
 * Busy, and not counted: a processor that slept goes on with cold caches and a lower clock, which made the floor cost 49 µs instead
 * of 32. The event loop stands still meanwhile; what threads of the engine beside it do is not counted either.
 */
function waitUntil(instant) {
  const before = cpuMicros();
  while (performance.now() < instant);
  waitedMicros += cpuMicros() - before;
}

/** Where it is memory that is measured: reading the clock over and over would leave numbers in it. */
function sleepUntil(instant) {
  const millis = instant - performance.now();
  if (millis > 0) Atomics.wait(NOTHING, 0, 0, millis);
}

function cpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
