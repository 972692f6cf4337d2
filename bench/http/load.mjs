// The load, started by `run.mjs`: `load.mjs PORT PATH`. For each message { seconds } it asks for the path over ten connections, as fast as
// it is answered, and tells its parent { perSecond, p50, p99, failed }: requests a second, milliseconds that half and 99 of 100 took
// at most, and answers other than the first. It never waits for an answer asleep, as `wrk` and `autocannon` do: to wake a process costs
// the server that answers it, the more the more often its load sleeps. With `wrk` a bare request took 25 µs and a traced one 65, with
// this 20 and 46.
import { once } from 'node:events';
import { connect } from 'node:net';
import { constants, setPriority } from 'node:os';

const CONNECTIONS = 10;
const OK = Buffer.from('HTTP/1.1 200 ');
const END_OF_HEADERS = '\r\n\r\n';

// The sink shares its processor, and loses documents where it has to wait for too long.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const [, , port, path] = process.argv;
const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);

process.on('message', ({ seconds }) => void load(seconds).then((figures) => process.send(figures)));
process.on('disconnect', () => process.exit());

async function load(seconds) {
  let isOver = false;
  const millis = [];
  let failed = 0;
  const converse = async () => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let answerBytes;
    let got = 0;
    let asked = performance.now();
    const ended = new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => (isOver ? resolve() : reject(new Error('The server closed a connection.'))));
    });
    socket.on('data', (chunk) => {
      if (got === 0 && !chunk.subarray(0, OK.length).equals(OK)) failed += 1;
      // All answers are as long as the first.
      answerBytes ??= lengthOf(chunk);
      got += chunk.length;
      if (got < answerBytes) return;
      if (got > answerBytes) failed += 1;
      got = 0;
      const now = performance.now();
      millis.push(now - asked);
      asked = now;
      if (isOver) socket.end();
      else socket.write(request);
    });
    socket.write(request);
    await ended;
  };
  const turn = () => {
    if (!isOver) setImmediate(turn);
  };
  turn();
  const started = performance.now();
  setTimeout(() => (isOver = true), seconds * 1000);
  await Promise.all(Array.from({ length: CONNECTIONS }, converse));
  const perSecond = millis.length / ((performance.now() - started) / 1000);
  millis.sort((one, other) => one - other);
  const percentile = (share) => millis[Math.floor(millis.length * share)];
  return { perSecond, p50: percentile(0.5), p99: percentile(0.99), failed };
}

function lengthOf(answer) {
  const headers = answer.toString('latin1');
  const end = headers.indexOf(END_OF_HEADERS) + END_OF_HEADERS.length;
  return end + Number(/content-length: (\d+)/i.exec(headers)[1]);
}
