// One variant in this process: `node bench/calls/measure.mjs VARIANT PORT REQUESTS`. Prints one line of JSON.
import { variants } from './variants.mjs';

const [, , variant, port, count] = process.argv;
const requests = Number(count);
const { run, close } = await variants[variant](Number(port));
for (let index = 0; index < requests / 2; index += 1) await run(index);
await breathe();
const before = process.cpuUsage();
for (let index = 0; index < requests; index += 1) {
  await run(index);
  // As requests come from a socket, the event loop turns between them; without it nothing is ever sent.
  if (index % 10 === 0) await breathe();
}
const { user, system } = process.cpuUsage(before);
await close?.();
console.log(JSON.stringify({ microseconds: (user + system) / requests, residentBytes: process.memoryUsage.rss() }));

function breathe() {
  return new Promise((resolve) => setImmediate(resolve));
}
