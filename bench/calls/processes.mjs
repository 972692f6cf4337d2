// The sink and the processes that are measured.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { variants } from './variants.mjs';

const FLAGS = {
  cpu: [],
  // The young generation holds a chunk of what the hungriest peer allocates.
  allocation: ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'],
  memory: ['--expose-gc'],
};

export class Sink {
  #child;
  port;

  static async open() {
    const sink = new Sink();
    sink.#child = fork(join(import.meta.dirname, 'sink.mjs'));
    const [{ port }] = await once(sink.#child, 'message');
    sink.port = port;
    return sink;
  }

  /** What has come since it was asked before, looked through. */
  async inspect(variant, requests) {
    const { sends, expects } = variants[variant];
    this.#child.send({ sends, expects, requests });
    const [report] = await once(this.#child, 'message');
    return report;
  }

  close() {
    this.#child.disconnect();
  }
}

/**
 * Measures one variant in a fresh process.
 *
 * @param onMark asked in the memory pass for each mark that the process reports, before it goes on
 * @throws Error if it fails
 */
export async function measure(pass, variant, { node, sink, requests, onMark }) {
  const child = fork(join(import.meta.dirname, 'measure.mjs'), [pass, variant, String(sink.port), String(requests)], {
    execPath: node,
    execArgv: FLAGS[pass],
  });
  let result;
  const answer = async (message) => {
    await onMark(message);
    child.send('go on');
  };
  child.on('message', (message) => {
    if (message.mark === undefined) result = message;
    else void answer(message);
  });
  const [code] = await once(child, 'exit');
  if (code !== 0 || result === undefined) throw new Error(`${variant} failed with ${code}`);
  return result;
}

/** What is counted and yet is no loss. */
const NO_LOSS = new Set(['documents sent', 'CONTEXT_MISSING', 'anomalies captured', 'anomalies beyond the limit']);

/** What is wrong with what a process has sent: nothing, where every request arrived and nothing was dropped on the way. */
export function problemsOf(report, statistics = {}) {
  const lost = Object.entries(statistics).filter(([what]) => !NO_LOSS.has(what));
  return [...report.problems, ...lost.map(([what, times]) => `counted ${times} times: ${what}`)];
}
