import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { DaemonProcess } from '../support/daemon-process.js';

interface Wire {
  readonly id: string;
  readonly name: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly subsegments?: readonly Wire[];
  readonly [member: string]: unknown;
}

interface Line {
  readonly trace_id: string;
  readonly partial: boolean;
  readonly segments: readonly Wire[];
  readonly orphans: readonly Wire[];
}

const application = fileURLToPath(new URL('xray-sdk-application.js', import.meta.url));

function parseLine(text: string): Line {
  const line: Line = JSON.parse(text);
  return line;
}

function tree({ name, subsegments = [] }: Wire): unknown {
  return subsegments.length === 0 ? name : { [name]: subsegments.map(tree) };
}

describe('A real aws-xray-sdk-core application', () => {
  let lines: Line[];

  before(async () => {
    const daemon = new DaemonProcess(['--bind', '127.0.0.1:0', '--json']);
    try {
      const { port } = await daemon.listening();
      const child = spawn(process.execPath, [application], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${port}`,
          AWS_XRAY_CONTEXT_MISSING: 'RUNTIME_ERROR',
        },
      });
      let complaints = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaints += text;
      });
      await once(child, 'close');
      expect(child.exitCode, complaints).to.equal(0);
      await daemon.exit('SIGTERM');
      expect(daemon.stderr).to.include(' 0 rejected');
      lines = daemon.stdout.trim().split('\n').map(parseLine);
    } finally {
      daemon.dispose();
    }
  });

  function find(...path: readonly string[]): Wire {
    let [found] = lines[0]!.segments;
    for (const name of path) {
      const matching: readonly Wire[] = found?.subsegments?.filter((each) => each.name === name) ?? [];
      expect(matching, path.join(' > ')).to.have.length(1);
      [found] = matching;
    }
    return found!;
  }

  it('sends to this daemon, which puts its trace together', () => {
    expect(lines).to.have.length(1);
    expect(lines[0]).to.deep.include({ partial: false, orphans: [] });
    expect(lines[0]!.segments.map(tree)).to.deep.equal([
      {
        shop: [
          { 'price cart': ['add taxes'] },
          '127.0.0.1',
          '127.0.0.1',
          'look up stock',
          { place: [{ pay: ['authorize'] }] },
        ],
      },
    ]);
  });

  it('has its annotations and metadata kept', () => {
    expect(find()['annotations']).to.deep.equal({ operation: 'place order', customer: 42 });
    expect(find()['metadata']).to.deep.equal({ shop: { cart: { items: [{ sku: 'a', amount: 2 }] } } });
    expect(find('price cart')['metadata']).to.deep.equal({ default: { currency: 'EUR' } });
    expect(find('price cart', 'add taxes')['annotations']).to.deep.equal({ country: 'FR' });
  });

  it('has its flags kept', () => {
    expect(find('look up stock')).to.include({ error: true, throttle: true });
    expect(find('price cart')).not.to.have.any.keys('error', 'throttle', 'fault');
  });

  it('has the status of its requests kept', () => {
    const [missing, busy] = find().subsegments?.filter(({ name }) => name === '127.0.0.1') ?? [];

    expect(missing).to.include({ namespace: 'remote', error: true });
    expect(missing).to.have.nested.property('http.response.status', 404);
    expect(busy).to.include({ error: true, throttle: true });
    expect(busy).to.have.nested.property('http.response.status', 429);
  });

  it('has its exception kept where it was thrown, and references to it on the way up', () => {
    const authorize = find('place', 'pay', 'authorize');

    expect(authorize).to.include({ fault: true });
    expect(authorize).to.have.nested.property('cause.exceptions[0].type', 'OrderFailed');
    expect(authorize).to.have.nested.property('cause.exceptions[0].message', 'the card has expired');
    for (const above of [find('place', 'pay'), find('place')]) {
      expect(above).to.include({ fault: true });
      expect(above['cause']).to.deep.equal({ id: authorize.id, exceptions: [] });
    }
    expect(find()).to.include({ fault: true });
    expect(find()['cause']).to.deep.equal({ id: authorize.id });
  });

  it('has its times kept', () => {
    const [outer, inner] = [find('price cart'), find('price cart', 'add taxes')];

    expect(outer.start_time).to.be.at.least(find().start_time);
    expect(inner.end_time).to.be.at.most(outer.end_time);
  });
});
