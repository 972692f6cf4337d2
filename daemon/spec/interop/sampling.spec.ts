import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startDaemon, type AssembledTrace, type Daemon } from '#lib/daemon.js';
import { ask } from '../support/raw-http.js';

const application = fileURLToPath(new URL('sampling-application.js', import.meta.url));

interface Told {
  readonly port?: number;
  readonly level?: string;
  readonly text?: string;
}

/** A process of the official SDK, and what it has told. */
class Application {
  readonly #child: ChildProcess;
  readonly #told: Told[] = [];
  #read = 0;

  constructor({ port }: { readonly port: number }) {
    this.#child = fork(application, {
      env: { ...process.env, AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${port}`, AWS_XRAY_LOG_LEVEL: 'info' },
    });
    this.#child.on('message', (message: Told) => this.#told.push(message));
  }

  /** Resolves to the first thing told, of those not asked for yet, that fits. */
  async told(fits: (message: Told) => boolean): Promise<Told> {
    for (;;) {
      while (this.#read < this.#told.length) {
        const message = this.#told[this.#read]!;
        this.#read += 1;
        if (fits(message)) {
          return message;
        }
      }
      await once(this.#child, 'message');
    }
  }

  saying(text: string): Promise<Told> {
    return this.told((message) => message.text?.startsWith(text) === true);
  }

  get complaints(): Told[] {
    return this.#told.filter(({ level }) => level === 'warn' || level === 'error');
  }

  pass(passSeconds: number): void {
    this.#child.send({ passSeconds });
  }

  async end(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

describe('A real aws-xray-sdk-core application that asks for sampling rules', () => {
  const fetched = 'Successfully refreshed centralized sampling rule cache';
  const reported = 'Successfully reported rule statistics';
  const traces: AssembledTrace[] = [];
  let daemon: Daemon;
  let shop: Application;
  let port: number;

  before(async () => {
    daemon = await startDaemon({ bind: '127.0.0.1:0', onTrace: (trace) => traces.push(trace) });
    await createRule('orders', { URLPath: '/orders*', Priority: 2, FixedRate: 1, ReservoirSize: 0 });
    await createRule('health', { URLPath: '/health*', Priority: 1, FixedRate: 0, ReservoirSize: 0 });
    shop = new Application(daemon.address);
    ({ port = 0 } = await shop.told((message) => message.port !== undefined));
  });

  after(async () => {
    await shop.end();
    await daemon.close();
  });

  async function createRule(RuleName: string, members: object): Promise<void> {
    const rest = { ServiceName: '*', ServiceType: '*', Host: '*', HTTPMethod: '*', ResourceARN: '*', Version: 1 };
    const body = JSON.stringify({ SamplingRule: { RuleName, ...rest, ...members } });
    expect((await ask(daemon.address, '/CreateSamplingRule', { body })).status).to.equal(200);
  }

  /** How many of some requests were traced. */
  async function visit(path: string, times: number): Promise<number> {
    let traced = 0;
    for (let time = 0; time < times; time += 1) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      traced += (await response.text()) === 'yes' ? 1 : 0;
    }
    return traced;
  }

  it('fetches the rules with its first request, and follows them', async () => {
    await visit('/', 1);
    await shop.saying(fetched);

    expect(await visit('/orders/1', 7)).to.equal(7);
    expect(await visit('/health', 5)).to.equal(0);
    expect(await visit('/elsewhere', 3)).to.equal(3);
  });

  it('reports what it has counted', async () => {
    shop.pass(10.2);
    await shop.saying(reported);
    const { body } = await ask(daemon.address, '/SamplingStatisticSummaries');
    const counts = (body['SamplingStatisticSummaries'] as Record<string, unknown>[]).map(
      ({ Timestamp: _time, ...rest }) => rest,
    );

    expect(daemon.counters().sampling).to.include({ reports: 3, refusedReports: 0 });
    expect(counts).to.deep.include({ RuleName: 'health', RequestCount: 5, BorrowCount: 0, SampledCount: 0 });
    expect(counts).to.deep.include({ RuleName: 'orders', RequestCount: 7, BorrowCount: 0, SampledCount: 7 });
    const rest = counts.find(({ RuleName }) => RuleName === 'Default');
    expect(rest).to.include({ RequestCount: 3 });
    // It borrows one request of each second until it has a quota, and does not count it among the sampled ones.
    expect(Number(rest?.['BorrowCount']) + Number(rest?.['SampledCount'])).to.equal(3);
  });

  it('applies the rate of an answer until the next one', async () => {
    await ask(daemon.address, '/UpdateSamplingRule', {
      body: JSON.stringify({ SamplingRuleUpdate: { RuleName: 'health', FixedRate: 1 } }),
    });
    expect(await visit('/health', 2)).to.equal(0);
    shop.pass(10.2);
    await shop.saying(reported);

    expect(await visit('/health', 4)).to.equal(4);
  });

  it('fetches new rules after five minutes', async () => {
    await createRule('static', { URLPath: '/static*', Priority: 3, FixedRate: 0, ReservoirSize: 0 });
    shop.pass(300);
    await shop.saying(fetched);

    expect(await visit('/static/a.css', 5)).to.equal(0);
  });

  it('says by which rule a trace was sampled', async () => {
    await daemon.close();
    const rules = traces.map(({ segments }) => JSON.stringify(segments[0]?.entity).match(/"rule_name":"(\w+)"/)?.[1]);

    expect(rules.filter((rule) => rule === 'orders')).to.have.length(7);
    expect(rules.filter((rule) => rule === 'health')).to.have.length(4);
    expect(rules).not.to.include('static');
  });

  it('had nothing to complain of', () => {
    expect(shop.complaints).to.deep.equal([]);
  });
});
