// One variant in this process: `node bench/calls/measure.mjs VARIANT PORT REQUESTS`. Prints one line of JSON.
import { variants } from './variants.mjs';

const [, , variant, port, count] = process.argv;
const requests = Number(count);
const { run, close } = await variants[variant](Number(port));
await serve(requests / 2);
const before = process.cpuUsage();
await serve(requests);
const { user, system } = process.cpuUsage(before);
await close?.();
console.log(JSON.stringify({ microseconds: (user + system) / requests, residentBytes: process.memoryUsage.rss() }));

async function serve(howMany) {
  for (let index = 0; index < howMany; index += 1) {
    await run(index);
    // As requests come from a socket, the event loop turns between them; without it nothing is ever sent.
    if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
