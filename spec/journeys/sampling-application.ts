import { TracingModule } from '#lib/index.js';

/**
 * A service of its own: makes ten requests each 100 ms and, once rules have come, tells how many were sampled, until it is told to
 * rest; then it stays until its parent lets go of it. Its only argument is the daemon's address.
 */
const [, , daemonAddress = ''] = process.argv;
// Until rules have come nothing is sampled: so the first trace tells that they have.
const tracing = TracingModule.forRoot({ service: 'shop', daemonAddress, sampling: { central: true, rate: 0 } });

const isSampled = (number: number): boolean =>
  tracing.recorder.trace(`GET /orders/${number}?page=1`, (segment) => segment.isSampled);

let made = 0;
const working = setInterval(() => {
  const answers = Array.from({ length: 10 }, (_, number) => isSampled(number));
  if (made === 0 && !answers.includes(true)) return;
  made += answers.length;
  process.send?.({ sampled: answers.filter(Boolean).length, of: answers.length });
}, 100);

process.on('message', () => {
  clearInterval(working);
  process.send?.({ made });
});
process.on('disconnect', () => {
  void tracing.close();
});
