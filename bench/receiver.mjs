import { createSocket } from 'node:dgram';

/** As much as the system lets it have: 4 MiB on many a Linux. */
const RECEIVE_BYTES = 64 * 1024 * 1024;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/**
 * A UDP socket on a free port of 127.0.0.1 that reads what has come once a millisecond, and does not wait for more in between: to wake
 * a process that waits for a datagram costs the one that sends it more than the send: 30 µs and not 11, on two virtual processors.
 *
 * @param take called with each datagram
 */
export async function openReceiver(take) {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BYTES });
  let isResting = false;
  socket.on('message', (datagram) => {
    take(datagram);
    if (isResting) return;
    isResting = true;
    setImmediate(() => {
      Atomics.wait(NOTHING, 0, 0, 1);
      isResting = false;
    });
  });
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket.address().port;
}
