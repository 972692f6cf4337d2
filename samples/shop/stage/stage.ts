import { ChildService } from './child-service.js';
import type { Command } from './command-line.js';
import { ShownTraces } from './shown-traces.js';

const DAEMON = new URL('bin/radiograph-daemon.js', import.meta.resolve('radiograph-daemon/package.json'));
const GATEWAY = new URL('../gateway-process.js', import.meta.url);
const SHOP = new URL('../shop-process.js', import.meta.url);

/** Columns that a trace's id takes. */
const ID_COLUMNS = 40;

/** Everything that runs: the daemon, the payment gateway and the shop, each a process of its own. */
export class Stage {
  /** What the daemon has shown so far. */
  readonly traces: ShownTraces;
  readonly #services: ChildService[] = [];

  private constructor(traces: ShownTraces) {
    this.traces = traces;
  }

  /** Starts them one after the other, since each has to know where the one before it listens. */
  static async open(command: Command, say: (text: string) => void): Promise<Stage> {
    const stage = new Stage(new ShownTraces(process.stdout, command.isJson ? '\n' : '\n\n'));
    const onOutput = stage.traces.take;
    const daemon = await stage.#start({ name: 'daemon', script: DAEMON, args: daemonFlags(command), onOutput });
    const environment = { AWS_XRAY_DAEMON_ADDRESS: daemon };
    const gateway = `http://${await stage.#start({ name: 'payment-gateway', script: GATEWAY, environment })}`;
    say(`payment-gateway listening on ${gateway}`);
    say(
      `shop listening on http://${await stage.#start({ name: 'shop', script: SHOP, args: [gateway], environment })}\n`,
    );
    return stage;
  }

  async #start(options: Parameters<typeof ChildService.start>[0]): Promise<string> {
    const service = await ChildService.start(options);
    this.#services.push(service);
    return service.address;
  }

  get shop(): string {
    return `http://${this.#services.at(-1)?.address}`;
  }

  /** Ends them in reverse: each finishes its work, and the daemon shows what the others sent while they ended. */
  async close(): Promise<void> {
    for (const service of this.#services.splice(0).toReversed()) await service.stop();
  }
}

/** The daemon prints into a pipe, so it is told what it would see for itself in a terminal. */
function daemonFlags({ isJson, width }: Command): string[] {
  const { isTTY, columns } = process.stdout;
  const flags = ['--any-port', '--no-state'];
  if (isJson) flags.push('--json');
  if (isTTY && process.stdout.hasColors()) flags.push('--color=always');
  // A terminal without a size says 0. Narrower than a trace's id, that would be cut, and could not be recognised.
  const wanted = width ?? (isTTY && columns > 0 ? columns : undefined);
  if (wanted !== undefined) flags.push(`--width=${Number(wanted) < ID_COLUMNS ? ID_COLUMNS : wanted}`);
  return flags;
}
