import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../bin/radiograph-daemon.js', import.meta.url));

/** Never there: a daemon makes its folder with the first rule, and reads nothing of whoever runs the specs. */
export const nowhere = join(tmpdir(), `radiograph-specs-${process.pid}`);

/** The real executable in a process of its own. */
export class DaemonProcess {
  readonly child: ChildProcess;
  readonly messages: unknown[] = [];
  stdout = '';
  stderr = '';
  readonly #exited: Promise<unknown>;

  constructor(
    flags: readonly string[],
    { environment = {}, ipc = false }: { environment?: Record<string, string>; ipc?: boolean } = {},
  ) {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
    this.child = spawn(process.execPath, [bin, ...flags], {
      stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
      env: { ...inherited, XDG_STATE_HOME: nowhere, ...environment },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.child.on('message', (message) => this.messages.push(message));
    // Not the event `close`: it stays away when the parent has let go of the channel itself.
    this.#exited = Promise.all([
      once(this.child, 'exit'),
      once(this.child.stdout!, 'close'),
      once(this.child.stderr!, 'close'),
    ]);
  }

  /** The address in the ready line, which must be the first one. */
  async listening(): Promise<{ host: string; port: number }> {
    const line = await this.#firstLine();
    const [, bracketed, plain, port] =
      /^radiograph-daemon \S+ listening on udp and tcp (?:\[(.+)\]|(.+)):(\d+)$/.exec(line) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined) {
      throw new Error(`not ready: ${line}`);
    }
    return { host, port: Number(port) };
  }

  /** Resolves when the output holds a text. */
  async printed(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      await Promise.race([once(this.child.stdout!, 'data'), this.#failWhenOver()]);
    }
  }

  /** Resolves to the exit code when the process is over and its output read. */
  async exit(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) {
      this.child.kill(signal);
    }
    await this.#exited;
    return this.child.exitCode;
  }

  /** Ends the process where a failed spec left it behind. */
  dispose(): void {
    if (this.child.exitCode === null) {
      this.child.kill('SIGKILL');
    }
  }

  async #firstLine(): Promise<string> {
    while (!this.stderr.includes('\n')) {
      await Promise.race([once(this.child.stderr!, 'data'), this.#failWhenOver()]);
    }
    return this.stderr.slice(0, this.stderr.indexOf('\n'));
  }

  async #failWhenOver(): Promise<never> {
    await this.#exited;
    throw new Error(`the daemon ended early: ${this.stderr}`);
  }
}
