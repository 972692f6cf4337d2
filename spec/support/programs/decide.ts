import { SystemClock } from '#lib/foundation/clock.js';
import { Diagnostics } from '#lib/foundation/diagnostics.js';
import { CentralDecider } from '#lib/sampling/central-decider.js';
import { FixedDecider } from '#lib/sampling/fixed-decider.js';

// Decides once by the rules of the daemon at this address, and has nothing else to do as soon as it is told so.
const [host = '', port] = process.argv.slice(2);
const nothing = (): void => undefined;
const decider = new CentralDecider({
  clock: new SystemClock(),
  daemon: { host, port: Number(port) },
  fallback: new FixedDecider(true),
  diagnostics: new Diagnostics({ debug: nothing, info: nothing, warn: nothing, error: nothing }, 'silent'),
  service: 'shop',
  clientId: 'abcdef1234567890abcdef10',
  isExplicit: true,
});
const hasHttp = (): boolean =>
  (process as { moduleLoadList?: string[] }).moduleLoadList?.includes('NativeModule http') ?? false;
const before = hasHttp();
decider.decide({ service: 'shop', operation: 'op' });
const decided = hasHttp();

/** Tells when the HTTP client was loaded, as soon as the first call has begun, and has nothing else to do from then on. */
function tell(): void {
  if (!hasHttp()) setImmediate(tell);
  else process.send?.([before, decided], undefined, undefined, () => process.disconnect());
}
process.once('message', tell);
