// One variant in this process, started by `run.mjs`: `measure.mjs VARIANT DECISIONS`. It tells its parent what it measured.
import { variants } from './variants.mjs';
import { requests } from './workload.mjs';

/** Requests that are made, and then decided about: few enough to be still in the processor's cache, as where a server makes them. */
const BATCH = 500;
const WARM_UP = 200_000;
/** Requests of which it is compared who found which rule. */
const COMPARED = 100_000;

const [, , name, count] = process.argv;
const decisions = Number(count);
const { requestOf, decide, findRule } = await variants[name]();

run(WARM_UP, 1);
const { cpuMicros, millis, sampled } = run(decisions, 2);
const report = {
  node: process.versions.node,
  cpuNanos: (cpuMicros * 1000) / decisions,
  nanos: (millis * 1e6) / decisions,
  sampled,
  found: findRules(),
};
// Only then: what is long may still be on its way.
process.send(report, () => process.disconnect());

/** Making the requests is not counted. */
function run(howMany, seed) {
  const source = requests(seed);
  const batch = [];
  const total = { cpuMicros: 0, millis: 0, sampled: 0 };
  for (let done = 0; done < howMany; done += BATCH) {
    for (let index = 0; index < BATCH; index += 1) batch[index] = requestOf(source.next().value);
    const cpu = process.cpuUsage();
    const began = performance.now();
    for (let index = 0; index < BATCH; index += 1) if (decide(batch[index])) total.sampled += 1;
    total.millis += performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    total.cpuMicros += user + system;
  }
  return total;
}

/** The rule of each of the first requests, by name. */
function findRules() {
  const source = requests(3);
  return Array.from({ length: COMPARED }, () => findRule(requestOf(source.next().value)) ?? 'none');
}
