import { fork, spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  CreateSamplingRuleCommand,
  GetSamplingStatisticSummariesCommand,
  XRayClient,
  type SamplingStatisticSummary,
} from '@aws-sdk/client-xray';
import { expect } from 'chai';

/** As it is installed beside us: in the repository the workspace, elsewhere the package. */
const DAEMON = join(
  dirname(createRequire(import.meta.url).resolve('radiograph-daemon/package.json')),
  'bin/radiograph-daemon.js',
);
const APPLICATION = fileURLToPath(new URL('sampling-application.js', import.meta.url));

interface Batch {
  readonly sampled: number;
  readonly of: number;
}

/** Stands between the services and the daemon, and tells of each report that the daemon has answered. */
class Relay {
  /** Clients whose reports were answered, in order. */
  readonly reporters: string[] = [];
  readonly #reports = new EventEmitter();
  readonly #server: Server;

  private constructor(daemonPort: number) {
    this.#server = createServer((request, response) => {
      void this.#relay(request, response, daemonPort);
    });
  }

  static async open(daemonPort: number): Promise<Relay> {
    const relay = new Relay(daemonPort);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async #relay(request: IncomingMessage, response: ServerResponse, daemonPort: number): Promise<void> {
    const body = await text(request);
    const answer = await fetch(`http://127.0.0.1:${daemonPort}${request.url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    if (request.url !== '/SamplingTargets') return;
    const { SamplingStatisticsDocuments: documents } = JSON.parse(body) as {
      SamplingStatisticsDocuments: readonly { readonly ClientID: string }[];
    };
    this.reporters.push(documents[0]?.ClientID ?? '');
    this.#reports.emit('report');
  }

  /** Resolves with the next report. */
  async report(): Promise<void> {
    await once(this.#reports, 'report');
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

class Application {
  readonly #child: ChildProcess;

  constructor(daemonAddress: string) {
    this.#child = fork(APPLICATION, [daemonAddress], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** Resolves when it has made requests of which none was sampled. */
  async untilNoneIsSampled(): Promise<void> {
    let batch: Batch | undefined;
    while (batch?.sampled !== 0) {
      // One batch after the other.
      // oxlint-disable-next-line no-await-in-loop
      [batch] = (await once(this.#child, 'message')) as [Batch];
    }
  }

  async batches(count: number): Promise<Batch[]> {
    const batches: Batch[] = [];
    while (batches.length < count) {
      // oxlint-disable-next-line no-await-in-loop
      const [batch] = (await once(this.#child, 'message')) as [Batch];
      batches.push(batch);
    }
    return batches;
  }

  /** How many requests it made since rules had come. */
  async rest(): Promise<number> {
    this.#child.send('rest');
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop
      const [message] = (await once(this.#child, 'message')) as [{ made?: number }];
      if (message.made !== undefined) return message.made;
    }
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    const [code] = (await ended) as [number];
    expect(code).to.equal(0);
  }
}

describe('Two services, a daemon, and a rule made with the AWS SDK', function () {
  this.timeout(60_000);
  let daemon: ChildProcess;
  let client: XRayClient;
  let relay: Relay;
  let applications: readonly Application[];

  before(async () => {
    daemon = spawn(process.execPath, [DAEMON, '--bind', '127.0.0.1:0', '--json', '--no-state'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [line] = (await once(createInterface({ input: daemon.stderr! }), 'line')) as [string];
    const address = /(127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? '';
    client = new XRayClient({
      region: 'us-east-1',
      endpoint: `http://${address}`,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    relay = await Relay.open(Number(address.split(':')[1]));
    const addresses = `tcp:127.0.0.1:${relay.port} udp:${address}`;
    applications = [new Application(addresses), new Application(addresses)];
  });

  after(async () => {
    client.destroy();
    relay.close();
    const ended = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    await ended;
  });

  const summaries = async (): Promise<SamplingStatisticSummary[]> =>
    (await client.send(new GetSamplingStatisticSummariesCommand({}))).SamplingStatisticSummaries ?? [];
  const sum = (all: readonly SamplingStatisticSummary[], member: 'RequestCount' | 'SampledCount'): number =>
    all.reduce((total, summary) => total + (summary[member] ?? 0), 0);

  it('changes what both sample within one poll, and the statistics add up', async () => {
    // The daemon's own default rule takes everything.
    await Promise.all(
      applications.map(async (application) => {
        expect(await application.batches(3)).to.deep.equal(Array.from({ length: 3 }, () => ({ sampled: 10, of: 10 })));
      }),
    );

    await client.send(
      new CreateSamplingRuleCommand({
        SamplingRule: {
          RuleName: 'orders',
          ResourceARN: '*',
          Priority: 10,
          FixedRate: 0,
          ReservoirSize: 0,
          ServiceName: 'shop',
          ServiceType: '*',
          Host: '*',
          HTTPMethod: 'GET',
          URLPath: '/orders/*',
          Version: 1,
        },
      }),
    );
    const before = relay.reporters.length;
    await Promise.all(applications.map((application) => application.untilNoneIsSampled()));
    // The answer to one report of each has told it that the rules have changed.
    const reporters = relay.reporters.slice(before);
    expect(new Set(reporters)).to.have.property('size', 2);
    expect(reporters).to.have.lengthOf(2);

    const made = await Promise.all(applications.map((application) => application.rest()));
    const total = made.reduce((one, other) => one + other);
    let all = await summaries();
    while (sum(all, 'RequestCount') < total) {
      // oxlint-disable-next-line no-await-in-loop
      await relay.report();
      // oxlint-disable-next-line no-await-in-loop
      all = await summaries();
    }
    const ofRule = (name: string): SamplingStatisticSummary[] => all.filter(({ RuleName }) => RuleName === name);
    expect(sum(all, 'RequestCount')).to.equal(total);
    expect(sum(ofRule('orders'), 'RequestCount')).to.be.above(0);
    expect(sum(ofRule('orders'), 'SampledCount')).to.equal(0);
    expect(sum(ofRule('Default'), 'SampledCount')).to.equal(sum(ofRule('Default'), 'RequestCount'));
    await Promise.all(applications.map((application) => application.end()));
  });
});
