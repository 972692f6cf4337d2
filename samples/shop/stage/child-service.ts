import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a {@link ChildService} is started. */
export interface ChildServiceOptions {
  readonly name: string;
  readonly script: URL;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes what the child prints. Default: it is printed as it is. */
  readonly onOutput?: (text: string) => void;
}

interface Listening {
  readonly address: string;
  readonly port: number;
}

const STOP_WITHIN_MILLIS = 5000;

/** A process that says where it listens, and ends when it is let go. */
export class ChildService {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  /** `host:port`. */
  readonly address: string;

  /** Resolves when the process listens; rejects when it ends instead. */
  static async start(options: ChildServiceOptions): Promise<ChildService> {
    const { name, script, args = [], environment, onOutput } = options;
    const child = fork(fileURLToPath(script), args, {
      env: { ...process.env, ...environment },
      // Stack traces, and so the exceptions in a trace, name the lines that were written.
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', onOutput === undefined ? 'inherit' : 'pipe', 'inherit', 'ipc'],
      // Ctrl-C goes to everything in the foreground at once. Here the parent decides who ends when.
      detached: true,
    });
    if (onOutput !== undefined) child.stdout?.setEncoding('utf8').on('data', onOutput);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended before it listened, with ${String(code)}`);
    });
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Listening];
    ended.catch(() => undefined);
    return new ChildService(child, message);
  }

  private constructor(child: ChildProcess, { address, port }: Listening) {
    this.#child = child;
    this.#exited = Promise.all([once(child, 'exit'), child.stdout && once(child.stdout, 'close')]);
    this.address = `${address}:${port}`;
  }

  /** Lets the process go; resolves when it has ended and everything it printed has been read. */
  async stop(): Promise<void> {
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MILLIS);
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
    clearTimeout(impatience);
  }
}
