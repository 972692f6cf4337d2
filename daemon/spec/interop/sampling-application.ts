// An ordinary application of the official SDK, which asks the daemon which requests to trace. It serves `yes` for a
// request that is traced, and `no`. Its pollers run by timers of ten seconds and five minutes; here their intervals are
// those of a fake clock, which goes on when the parent says so. All else is real.
import http from 'node:http';
import AWSXRay from 'aws-xray-sdk-core';
import { useFakeTimers } from 'sinon';

const timers = useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });

function tell(message: object): void {
  process.send?.(message);
}

AWSXRay.setLogger({
  error: (text: string) => tell({ level: 'error', text }),
  warn: (text: string, cause?: unknown) => tell({ level: 'warn', text: `${text} ${String(cause)}` }),
  info: (text: string) => tell({ level: 'info', text }),
  debug: () => undefined,
});
AWSXRay.middleware.setDefaultName('shop');

const server = http.createServer((request, response) => {
  const segment = AWSXRay.middleware.traceRequestResponseCycle(request, response);
  response.end(segment.notTraced === true ? 'no' : 'yes');
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  tell({ port: typeof address === 'object' ? address?.port : undefined });
});

process.on('message', (message: { readonly passSeconds: number }) => timers.tick(message.passSeconds * 1000));
process.on('disconnect', () => process.exit());
