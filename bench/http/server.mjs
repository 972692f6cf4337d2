// A server that answers orders, bare, in a mere context, or traced, started by `run.mjs`: `server.mjs MODE DAEMON_PORT`. It tells its parent its port,
// then for each message the CPU time that it has used and how many requests it has answered; the last message closes it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Annotate, Traced, TracingModule } from 'radiograph';

/** In the floor each request has a context of its own and is not traced. */
const MODES = {
  bare: undefined,
  'bare in a context': undefined,
  'every trace': { sampling: 'all' },
  'default sampling': {},
};

class Orders {
  async find(id) {
    const [price, stock] = await Promise.all([this.price(id), this.stock(id)]);
    return { id, price, stock };
  }

  async price(id) {
    await Promise.resolve();
    return 100 + id;
  }

  async stock(id) {
    await Promise.resolve();
    return id % 7;
  }
}

const [, , mode, daemonPort] = process.argv;
const options = MODES[mode];
const tracing =
  options && TracingModule.forRoot({ service: 'bench', daemonAddress: `127.0.0.1:${daemonPort}`, ...options });
if (tracing !== undefined) {
  decorate(
    'find',
    Traced(),
    Annotate('order', (id) => id),
  );
  decorate('price', Traced());
  decorate('stock', Traced());
}
const orders = new Orders();
let answered = 0;

const server = createServer(handlerOf(mode));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send({ port: server.address().port });
process.on('message', (message) => void report(message));
process.on('disconnect', () => process.exit());

async function report(message) {
  if (message === 'close') {
    server.closeAllConnections();
    server.close();
    await tracing?.close();
  }
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicros: user + system, answered, statistics: tracing?.statistics() ?? {} });
  if (message === 'close') process.disconnect();
}

function handlerOf(kind) {
  if (kind === 'bare') return answer;
  if (kind === 'bare in a context') {
    const storage = new AsyncLocalStorage();
    return (request, response) => storage.run({}, answer, request, response);
  }
  const { recorder } = tracing;
  return (request, response) => recorder.trace('GET /orders', () => answer(request, response));
}

async function answer(request, response) {
  const { searchParams } = new URL(request.url, 'http://localhost');
  const body = JSON.stringify(await orders.find(Number(searchParams.get('id'))));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
  answered += 1;
}

function decorate(name, ...decorators) {
  const { prototype } = Orders;
  for (const decorator of decorators.toReversed()) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, decorator(prototype, name, descriptor) ?? descriptor);
  }
}
