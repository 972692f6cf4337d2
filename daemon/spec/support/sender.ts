import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** Sends datagrams one after the other over a real socket; resolves when the system has taken the last one. */
export async function sendDatagrams(
  { host, port }: { readonly host: string; readonly port: number },
  datagrams: readonly Uint8Array[],
): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, port, host, (error) => (error === null ? resolve() : reject(error)));
    });
  }
  socket.close();
}
