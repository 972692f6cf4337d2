import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
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

/** Rules are asked for when the targets say that they have changed, which are asked for every 10 seconds and up to 0.1 more. */
const POLL_MILLIS = 10_100;

interface Batch {
  readonly sampled: number;
  readonly of: number;
}

class Application {
  readonly #child: ChildProcess;

  constructor(daemonAddress: string) {
    this.#child = fork(APPLICATION, [daemonAddress], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** Resolves to when it first made so many requests of which as few were sampled; in milliseconds from now. */
  async untilSampled(atMost: number): Promise<number> {
    const from = performance.now();
    for (let rest = Number.POSITIVE_INFINITY; rest > atMost;) {
      // One batch after the other.
      // oxlint-disable-next-line no-await-in-loop
      const [batch] = (await once(this.#child, 'message')) as [Batch];
      rest = batch.sampled;
    }
    return performance.now() - from;
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
    applications = [new Application(address), new Application(address)];
  });

  after(async () => {
    client.destroy();
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
    const waited = await Promise.all(applications.map((application) => application.untilSampled(0)));
    // Another second for an answer and a batch, on a machine that has other things to do.
    for (const millis of waited) expect(millis).to.be.below(POLL_MILLIS + 1000);

    const made = await Promise.all(applications.map((application) => application.rest()));
    const total = made.reduce((one, other) => one + other);
    let all = await summaries();
    const deadline = performance.now() + 2 * POLL_MILLIS;
    while (sum(all, 'RequestCount') < total && performance.now() < deadline) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setTimeout(resolve, 200));
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
