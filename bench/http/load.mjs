import { spawn } from 'node:child_process';
import { once } from 'node:events';

const CONNECTIONS = 10;

/** Whether `wrk` is there; a generator in JavaScript takes more of a processor than the server that it should saturate. */
export async function findsLoad() {
  const child = spawn('wrk', ['--version'], { stdio: 'ignore' });
  try {
    await once(child, 'exit');
    return true;
  } catch {
    return false;
  }
}

/**
 * Asks for the URL over ten connections, as fast as it is answered.
 *
 * @param pin called with the process once it runs
 * @returns requests a second, milliseconds that half and 99 of 100 took at most, and requests that failed
 */
export async function drive({ url, seconds, pin }) {
  const child = spawn('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  pin(child);
  const pieces = [];
  child.stdout.on('data', (piece) => pieces.push(piece));
  const [code] = await once(child, 'close');
  const text = Buffer.concat(pieces).toString();
  if (code !== 0) throw new Error(`wrk ended with ${code}: ${text}`);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]),
    p50: millisOf(/\s50%\s+(\S+)/.exec(text)[1]),
    p99: millisOf(/\s99%\s+(\S+)/.exec(text)[1]),
    failed: [...text.matchAll(/(?:Non-2xx or 3xx responses|connect|read|write|timeout):? (\d+)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    ),
  };
}

/** `850.00us`, `1.25ms`, `2.00s` */
function millisOf(text) {
  const [, number, unit] = /^([\d.]+)(us|ms|s)$/.exec(text);
  return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];
}
