import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const MAIN = fileURLToPath(new URL('../../samples/shop/main.js', import.meta.url));
const ORDERS = fileURLToPath(new URL('../../../samples/shop/orders.jsonl', import.meta.url));

/** A segment or subsegment as the daemon writes it. */
interface Node {
  readonly name: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly namespace?: string;
  readonly user?: string;
  readonly error?: boolean;
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly http?: { readonly request?: Record<string, unknown>; readonly response?: Record<string, unknown> };
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly cause?:
    string | { readonly exceptions: readonly { readonly type: string; readonly stack?: readonly Frame[] }[] };
  readonly subsegments?: readonly Node[];
  readonly segments?: readonly Node[];
}

interface Frame {
  readonly path: string;
}

interface Trace {
  readonly trace_id: string;
  readonly partial: boolean;
  readonly update: boolean;
  readonly segments: readonly Node[];
  readonly orphans: readonly Node[];
}

interface Line {
  readonly order?: { readonly customer?: string; readonly card?: string };
  readonly expect: { status: number; outcome: string };
}

/** What a run printed, and how it ended. */
interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const lines = readFileSync(ORDERS, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);

describe('samples/shop', () => {
  let folder: string;
  let shop: ChildProcess | undefined;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shop-'));
  });

  afterEach(() => {
    shop?.kill('SIGKILL');
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function start(flags: readonly string[]): ChildProcess {
    const own = Object.entries(process.env).filter(
      ([name]) => !name.startsWith('AWS_XRAY_') && !name.endsWith('_COLOR'),
    );
    shop = spawn(process.execPath, [MAIN, ...flags], { stdio: 'pipe', env: Object.fromEntries(own) });
    return shop;
  }

  async function run(...flags: string[]): Promise<Run> {
    const child = start(flags);
    const [[code], stdout, stderr] = await Promise.all([once(child, 'exit'), text(child.stdout!), text(child.stderr!)]);
    return { code: code as number | null, stdout, stderr };
  }

  function ordersFile(name: string, content: readonly Line[]): string {
    const path = join(folder, name);
    writeFileSync(path, content.map((line) => JSON.stringify(line)).join('\n'));
    return path;
  }

  it('has fifty orders, of every outcome', () => {
    expect(lines).to.have.lengthOf(50);
    expect(new Set(lines.map(({ expect: { outcome } }) => outcome))).to.have.all.keys([
      'accepted',
      'declined',
      'failed',
      'malformed',
      'not-found',
      'out-of-stock',
      'throttled',
      'timed-out',
      'unavailable',
    ]);
  });

  describe('run once', () => {
    let result: Run;

    before(async () => {
      result = await run('--once', '--width', '100');
    });

    it('ends well, with every order as expected and every trace shown', () => {
      expect(result.code).to.equal(0);
      expect(result.stdout.match(/^ +\d+ {2}(\d{3} \S+) +\1 +shown/gm)).to.have.lengthOf(50);
      expect(result.stdout).to.match(/\n50 orders, 50 answered as expected: .* 50 traces shown\.\n$/);
    });

    it('draws each order as a waterfall before the table', () => {
      const [waterfalls, table] = result.stdout.split('order  expected');

      expect(new Set(waterfalls!.match(/^1-[\da-f]{8}-[\da-f]{24} /gm)).size).to.equal(50);
      expect(waterfalls).to.contain('└─ Gateway.ask').and.to.contain('✖ TypeError: Cannot read');
      expect(table).not.to.contain('└─');
    });
  });

  describe('run once with --json', () => {
    let result: Run;
    let traces: Trace[];

    before(async () => {
      result = await run('--once', '--json');
      const shown = result.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Trace);
      // On a busy machine a process may pause for longer than the daemon waits; it then shows the whole trace again.
      traces = [...new Map(shown.map((trace) => [trace.trace_id, trace])).values()];
    });

    function traceOf(customer: string): Node {
      const segments = traces.flatMap((trace) => trace.segments).filter(({ user }) => user === customer);
      expect(segments, customer).to.have.lengthOf(1);
      return segments[0]!;
    }

    it('writes each trace whole, and the table elsewhere', () => {
      expect(result.code).to.equal(0);
      expect(result.stderr).to.contain('50 orders, 50 answered as expected');
      expect(result.stderr).to.contain(' 0 rejected; traces: ');
      expect(new Set(traces.map(({ trace_id }) => trace_id))).to.have.property('size', 50);
      for (const trace of traces) {
        expect(trace).to.deep.include({ partial: false, orphans: [] });
        expect(trace.segments).to.have.lengthOf(1);
      }
    });

    it('nests the decorated methods as they were called, over three services', () => {
      expect(outline(traceOf('Ada Lovelace'))).to.deep.equal([
        '● shop',
        '  Checkout.place',
        '    Checkout.price',
        '    Inventory.reserve',
        '    Payments.charge',
        '      payment-gateway',
        '        ● payment-gateway',
        '          Gateway.answer',
        '            Gateway.ask',
        '    Receipts.enqueue',
        '      ● shop-receipts',
        '        Receipts.deliver',
        '          Receipts.write',
      ]);
    });

    it('annotates', () => {
      const ada = traceOf('Ada Lovelace');

      expect(ada.annotations).to.deep.equal({ operation: 'POST /orders' });
      expect(find(ada, 'Checkout.place').annotations).to.include({ cents: 1780 });
      expect(find(ada, 'Inventory.reserve').annotations).to.deep.equal({ skus: 'tea' });
      expect(find(ada, 'Payments.charge').annotations).to.deep.equal({ bank: 'meridian' });
      expect(find(ada, 'Receipts.deliver').annotations).to.deep.equal({ mail_host: 'engine.example' });
      expect(find(traceOf('Noor al-Hassan'), 'Checkout.price').annotations).to.deep.equal({ coupon: 'WELCOME' });
    });

    it('keeps arguments and results as metadata where it is asked to', () => {
      const ada = traceOf('Ada Lovelace');

      expect(find(ada, 'Checkout.place').metadata).to.deep.equal({ default: { items: [{ sku: 'tea', quantity: 2 }] } });
      expect(find(ada, 'Checkout.price').metadata).to.deep.equal({ default: { result: { cents: 1780 } } });
      expect(find(ada, 'Receipts.write').metadata?.default?.result).to.match(
        /^Thank you for order A-\d+\. You paid 17\.80\.$/,
      );
    });

    it('records no card', () => {
      for (const { order } of lines) {
        if (order?.card !== undefined) expect(result.stdout).not.to.contain(order.card);
      }
    });

    it('records the request on the segment and the call on its subsegment', () => {
      const ada = traceOf('Ada Lovelace');

      expect(ada.http?.request).to.include({ method: 'POST', client_ip: '127.0.0.1' });
      expect(ada.http?.response).to.include({ status: 201 });
      expect(find(ada, 'payment-gateway').namespace).to.equal('remote');
      expect(find(ada, 'payment-gateway').http?.response).to.include({ status: 200 });
    });

    it('sends the receipt after the answer', () => {
      const ada = traceOf('Ada Lovelace');

      expect(find(ada, 'shop-receipts').start_time).to.be.greaterThan(ada.end_time);
    });

    it('shows a retry as two calls', () => {
      const charge = find(traceOf('Rip Winkle'), 'Payments.charge');

      expect(charge.subsegments?.map(({ name }) => name)).to.deep.equal([
        'payment-gateway',
        'back off',
        'payment-gateway',
      ]);
      expect(charge.subsegments?.map(({ http }) => http?.response?.status)).to.deep.equal([503, undefined, 200]);
      expect(charge).not.to.have.any.keys('fault', 'error', 'cause');
    });

    it('shows a failure after the answer', () => {
      const packrat = traceOf('Packrat McHoard');

      expect(packrat).not.to.have.any.keys('fault', 'error');
      expect(exceptionsOf(find(packrat, 'Receipts.deliver'))).to.deep.equal(['MailboxFull']);
    });

    for (const { outcome, customer, flags, at, exceptions } of [
      {
        outcome: 'declined',
        customer: 'Thomas Overdraft',
        flags: ['error'],
        at: 'payment-gateway',
        exceptions: ['PaymentDeclined'],
      },
      {
        outcome: 'out of stock',
        customer: 'Edison Late',
        flags: ['error'],
        at: 'Inventory.reserve',
        exceptions: ['OutOfStock'],
      },
      {
        outcome: 'not found',
        customer: 'Don Quijote',
        flags: ['error'],
        at: 'Checkout.price',
        exceptions: ['NotFound'],
      },
      {
        outcome: 'throttled',
        customer: 'Friday Evening',
        flags: ['error', 'throttle'],
        at: 'payment-gateway',
        exceptions: ['PaymentThrottled'],
      },
      {
        outcome: 'timed out',
        customer: 'Ludwig Still',
        flags: ['fault'],
        at: 'payment-gateway',
        exceptions: ['PaymentTimedOut', 'TimeoutError'],
      },
      {
        outcome: 'unavailable',
        customer: 'Sunday Shopper',
        flags: ['fault'],
        at: 'payment-gateway',
        exceptions: ['PaymentUnavailable'],
      },
      { outcome: 'a bug', customer: 'Max Power', flags: ['fault'], at: 'Checkout.price', exceptions: ['TypeError'] },
    ]) {
      it(`marks what was ${outcome} as ${flags.join(' and ')}, with the exception where it was thrown`, () => {
        const segment = traceOf(customer);
        const thrower = find(segment, at);

        expect(flagsOf(segment)).to.deep.equal(flags);
        expect(flagsOf(thrower)).to.deep.equal(flags);
        expect(exceptionsOf(thrower)).to.deep.equal(exceptions);
        expect(segment.cause, 'higher up it is only referred to').to.be.a('string');
      });
    }

    it('marks what is no order on the segment itself', () => {
      const malformed = traces.flatMap((trace) => trace.segments).filter(({ http }) => http?.response?.status === 400);

      expect(malformed).to.have.lengthOf(lines.filter(({ expect: { status } }) => status === 400).length);
      for (const segment of malformed) {
        expect(flagsOf(segment)).to.deep.equal(['error']);
        expect(exceptionsOf(segment)[0]).to.equal('MalformedOrder');
      }
    });

    it('marks nothing in what went well', () => {
      const accepted = lines.filter(({ expect: { status } }) => status === 201);
      const segments = accepted.map(({ order }) => traceOf(order!.customer!));

      expect(segments.flatMap(flagsOf)).to.deep.equal([]);
    });

    it('names the lines that were written, not those that were compiled', () => {
      const cause = find(traceOf('Max Power'), 'Checkout.price').cause;

      expect(typeof cause === 'object' && cause.exceptions[0]?.stack?.[0]?.path).to.match(
        /samples\/shop\/checkout\.ts$/,
      );
    });
  });

  describe('when an order does not go as expected', () => {
    it('says which and ends with 1', async () => {
      const [first, second] = lines as [Line, Line];
      const orders = ordersFile('wrong.jsonl', [
        first,
        { ...second, expect: { status: 409, outcome: 'out-of-stock' } },
      ]);
      const { code, stdout } = await run('--once', '--orders', orders);

      expect(code).to.equal(1);
      expect(stdout).to.match(/^ +1 {2}201 accepted {6}201 accepted +shown {2}[^<]+$/m);
      expect(stdout).to.match(/^ +2 {2}409 out-of-stock {2}201 accepted +shown {2}.+ {2}<-- NOT AS EXPECTED$/m);
      expect(stdout).to.contain('2 orders, 1 answered as expected');
    });
  });

  describe('when port 2000 is taken', () => {
    it('takes another one, and says so', async () => {
      const taken = createSocket('udp4');
      // Refused where somebody else has it already: just as well.
      taken.on('error', () => undefined);
      taken.bind(2000, '127.0.0.1');
      const { code, stderr } = await run('--once', '--orders', ordersFile('one.jsonl', lines.slice(0, 1)));
      taken.close();

      expect(code).to.equal(0);
      expect(stderr).to.contain('Port 2000 is taken');
    });
  });

  describe('when it is not told to run once', () => {
    it('stays open until it is interrupted', async () => {
      const child = start(['--orders', ordersFile('first.jsonl', lines.slice(0, 1))]);
      const exited = once(child, 'exit');
      let stdout = '';
      child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
        stdout += piece;
      });
      let invitation: RegExpExecArray | null = null;
      while (invitation === null) {
        await once(child.stdout!, 'data');
        invitation = /curl -i (\S+) -d '(.*)'\n/.exec(stdout);
      }
      const response = await fetch(invitation[1]!, { method: 'POST', body: invitation[2]! });
      child.kill('SIGINT');

      expect(response.status).to.equal(201);
      expect(await exited).to.deep.equal([0, null]);
      expect(stdout.match(/└─ Checkout\.place/g), 'both orders are shown').to.have.lengthOf(2);
    });
  });

  describe('when the reader of its output leaves early', () => {
    it('ends, and not as if all had gone well', async () => {
      const child = start(['--once']);
      const exited = once(child, 'exit');
      await once(child.stdout!, 'data');
      child.stdout!.destroy();

      expect(await exited).to.deep.equal([1, null]);
    });
  });

  describe('when it is asked for what is not there', () => {
    for (const flags of [['--onse'], ['--orders', 'nowhere.jsonl'], ['--width', 'wide']]) {
      it(`ends with 2 on ${flags.join(' ')}`, async () => {
        const { code, stdout, stderr } = await run(...flags);

        expect(code).to.equal(2);
        expect(stdout).to.equal('');
        expect(stderr).to.match(/onse|nowhere\.jsonl|wide/);
      });
    }
  });
});

function childrenOf(node: Node): Node[] {
  return [...(node.subsegments ?? []), ...(node.segments ?? [])];
}

/** The names of the tree, indented; segments carry a dot. */
function outline(node: Node, depth = 0, mark = '● '): string[] {
  return [
    '  '.repeat(depth) + mark + node.name,
    ...(node.subsegments ?? []).flatMap((child) => outline(child, depth + 1, '')),
    ...(node.segments ?? []).flatMap((child) => outline(child, depth + 1)),
  ];
}

/** The first of that name, from the root down. */
function find(node: Node, name: string): Node {
  const pending = [node];
  for (const next of pending) {
    if (next.name === name) return next;
    pending.push(...childrenOf(next));
  }
  throw new Error(`no ${name} in\n${outline(node).join('\n')}`);
}

function flagsOf(node: Node): string[] {
  return (['error', 'fault', 'throttle'] as const).filter((flag) => node[flag] === true);
}

function exceptionsOf({ cause }: Node): string[] {
  return typeof cause === 'object' ? cause.exceptions.map(({ type }) => type) : [];
}
