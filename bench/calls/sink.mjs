// Takes what the measured processes send. While they run it only keeps the bytes, so that none is lost; asked by its parent, it
// looks through them. Its messages: { port }, then one report for each { sends, expects, requests }.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openReceiver } from '../receiver.mjs';
import { inspectors } from './inspection.mjs';

const PATIENCE_MILLIS = 5000;

const received = [];
const port = await openReceiver((bytes) => received.push({ kind: 'documents', bytes }));

// The same port, so that one number tells a variant where to send.
const server = createServer((request, response) => void take(request, response));
async function take(request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const kind = { '/v1/traces': 'otlp', '/v0.4/traces': 'datadog' }[request.url];
  if (kind !== undefined) received.push({ kind, bytes: Buffer.concat(pieces) });
  response.writeHead(kind === undefined ? 404 : 200, {
    'Content-Type': kind === 'otlp' ? 'application/x-protobuf' : 'application/json',
  });
  response.end(kind === 'otlp' ? '' : '{}');
}
await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

process.on('message', (question) => void report(question));
process.on('disconnect', () => process.exit());
process.send({ port });

async function report({ sends, expects, requests }) {
  const inspect = inspectors[sends];
  const found = { messages: 0, bytes: 0, requests: 0, problems: [] };
  // What has been sent may still be on its way.
  for (let waited = 0; ; waited += 50) {
    for (const { kind, bytes } of received.splice(0)) {
      found.messages += 1;
      found.bytes += bytes.length;
      if (kind === sends) found.requests += tryInspect(inspect, bytes, expects, found.problems);
      else found.problems.push(`${kind} came, which nobody should have sent`);
    }
    if (sends === undefined || found.requests >= requests || waited >= PATIENCE_MILLIS) break;
    await sleep(50);
  }
  if (sends !== undefined && Math.round(found.requests * 11) !== requests * 11) {
    found.problems.push(`${found.requests} requests of ${requests} arrived`);
  }
  process.send({ ...found, problems: found.problems.slice(0, 5) });
}

function tryInspect(inspect, bytes, expects, problems) {
  try {
    return inspect(bytes, expects, problems);
  } catch (thrown) {
    problems.push(`what came cannot be read: ${thrown.message}`);
    return 0;
  }
}
