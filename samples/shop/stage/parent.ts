import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Serves on a free port of this machine until the parent process lets go; tells it where. Resolves when every request has
 * been answered.
 */
export async function serveParent(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  process.send?.({ type: 'listening', address, port });
  await once(process, 'disconnect');
  server.close();
  await once(server, 'close');
}
