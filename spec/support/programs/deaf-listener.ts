import { createServer, type AddressInfo } from 'node:net';

// Listens, tells its port, and never accepts a connection: the system does that for it, until its queue is full.
const server = createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  process.send?.((server.address() as AddressInfo).port, undefined, undefined, () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000);
    process.exit();
  });
});
