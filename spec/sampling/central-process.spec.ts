import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { json, SamplingServer } from '../support/sampling-server.js';

const start = (program: string, args: readonly string[] = []): ChildProcess =>
  fork(fileURLToPath(new URL(`../support/programs/${program}.js`, import.meta.url)), args);

/**
 * What a process tells that has decided once, and then nothing else to do: whether Node's HTTP client was loaded before that and
 * after; and in how many milliseconds it has ended.
 */
async function runToExit(
  daemon: { host: string; port: number },
  until: () => Promise<unknown>,
): Promise<[boolean[], number]> {
  const child = start('decide', [daemon.host, String(daemon.port)]);
  await Promise.all([once(child, 'spawn'), until()]);
  const asked = performance.now();
  child.send('go');
  const [[loaded], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  expect(code).to.equal(0);
  return [loaded as boolean[], performance.now() - asked];
}

describe('A process with nothing else to do', () => {
  // An answer may take ten seconds; a process is gone in some tens of milliseconds, on a busy machine in more.
  const AT_ONCE_MILLIS = 3000;

  for (const host of ['127.0.0.1', 'localhost']) {
    it(`ends while the daemon at ${host} does not answer`, async () => {
      const server = await SamplingServer.listen(() => undefined);
      const [loaded, millis] = await runToExit({ host, port: server.port }, () => server.untilReceived(1));
      await server.close();

      expect(millis).to.be.below(AT_ONCE_MILLIS);
      // Nor has the decision waited for it.
      expect(loaded[1]).to.equal(loaded[0]);
    });

    it(`ends while it waits for its next report to ${host}`, async () => {
      const server = await SamplingServer.listen(json({ SamplingRuleRecords: [] }));
      const [, millis] = await runToExit({ host, port: server.port }, () => server.untilReceived(1));
      await server.close();

      expect(millis).to.be.below(AT_ONCE_MILLIS);
    });
  }

  it('ends a second later where the daemon does not even take the connection', async () => {
    const listener = start('deaf-listener');
    const [port] = (await once(listener, 'message')) as [number];
    const sockets: Socket[] = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    while (sockets.every((socket) => socket.connecting)) await turn();
    const [, millis] = await runToExit({ host: '127.0.0.1', port }, async () => undefined);
    for (const socket of sockets) socket.destroy();
    listener.kill();
    await once(listener, 'exit');

    expect(millis).to.be.below(AT_ONCE_MILLIS);
  });
});
