// Provokes every error code: the examples of docs/reference/errors.md.
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Annotate, inject, RadiographError, Recorder, Traced, TracingModule, type TracingOptions } from 'radiograph';

class Orders {
  @Traced()
  place(id: string): string {
    return id;
  }
}

const modules: TracingModule[] = [];

/** A module of which nothing leaves the process, unless the options say otherwise. */
function configure(options: Pick<TracingOptions, 'contextMissing'> = {}): TracingModule {
  const emitter = { emit: () => undefined, flush: async () => undefined, close: async () => undefined };
  const module = TracingModule.forRoot({ service: 'shop', sampling: 'all', logLevel: 'silent', emitter, ...options });
  modules.push(module);
  return module;
}

function codeOf(provoke: () => unknown): string | undefined {
  try {
    provoke();
    return undefined;
  } catch (error) {
    return error instanceof RadiographError ? error.code : String(error);
  }
}

/** A UDP port of this machine at which nobody listens. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

describe('The example of', () => {
  afterEach(async () => {
    for (const module of modules.splice(0)) await module.close();
  });

  it('CONFIGURATION_INVALID', () => {
    const provoke = (): unknown =>
      // #region CONFIGURATION_INVALID
      TracingModule.forRoot({ sampling: { rate: 7 } }); // 7 % is 0.07
    // #endregion

    expect(codeOf(provoke)).to.equal('CONFIGURATION_INVALID');
  });

  it('DECORATION_TARGET', () => {
    const provoke = (): unknown => {
      // #region DECORATION_TARGET
      class Cart {
        // @ts-expect-error -- nor does it compile
        @Traced()
        readonly items: string[] = [];
      }
      // #endregion
      return Cart;
    };

    expect(codeOf(provoke)).to.equal('DECORATION_TARGET');
  });

  it('DECORATION_ARGUMENT', () => {
    const provoke = (): unknown => {
      // #region DECORATION_ARGUMENT
      class Cart {
        @Traced('{klass}.{method}') // it is called {class}
        add(): void {}
      }
      // #endregion
      return Cart;
    };

    expect(codeOf(provoke)).to.equal('DECORATION_ARGUMENT');
  });

  it('INJECTION_UNDEFINED', () => {
    const Payments = undefined as unknown as new () => object;
    const provoke = (): unknown => {
      // #region INJECTION_UNDEFINED
      class Cart {
        readonly payments = inject(Payments); // of a module that is still loading
      }
      // #endregion
      return new Cart();
    };

    expect(codeOf(provoke)).to.equal('INJECTION_UNDEFINED');
  });

  it('CONTEXT_MISSING', () => {
    const tracing = configure();
    // #region CONTEXT_MISSING
    new Orders().place('o1'); // no segment around it: runs, and is not recorded
    tracing.recorder.trace('POST /orders', () => new Orders().place('o2'));
    // #endregion

    expect(tracing.statistics()).to.deep.equal({ CONTEXT_MISSING: 1 });
    configure({ contextMissing: 'RUNTIME_ERROR' });
    expect(codeOf(() => new Orders().place('o3'))).to.equal('CONTEXT_MISSING');
  });

  it('CLOSED_ALREADY', () => {
    const { recorder, statistics } = facesOf(configure());
    recorder.trace('op', () => {
      // #region CLOSED_ALREADY
      const subsegment = recorder.beginSubsegment('step');
      subsegment.close();
      subsegment.close(); // changes nothing
      // #endregion
    });

    expect(statistics()).to.deep.equal({ CLOSED_ALREADY: 1 });
  });

  it('VALUE_REFUSED', () => {
    const { recorder, statistics } = facesOf(configure());
    recorder.trace('op', () => {
      // #region VALUE_REFUSED
      recorder.annotate('order', { id: 'o1' } as never); // kept as metadata
      // #endregion
    });

    expect(statistics()).to.deep.equal({ VALUE_REFUSED: 1 });
  });

  it('HEADER_INVALID', () => {
    const { recorder, statistics } = facesOf(configure());
    // #region HEADER_INVALID
    recorder.resume('Root=1-5759e988', 'POST /orders', () => new Orders().place('o1')); // cut by a proxy
    // #endregion

    expect(statistics()).to.deep.equal({ HEADER_INVALID: 1 });
  });

  it('USER_CODE_FAILED', () => {
    const { recorder, statistics } = facesOf(configure());
    // #region USER_CODE_FAILED
    class Cart {
      @Traced()
      @Annotate('id', (body: string) => (JSON.parse(body) as { readonly id: string }).id) // not every body is JSON
      receive(body: string): number {
        return body.length;
      }
    }
    // #endregion

    expect(recorder.trace('op', () => new Cart().receive('no JSON'))).to.equal(7);
    expect(statistics()).to.deep.equal({ USER_CODE_FAILED: 1 });
  });

  it('RECORDING_FAILED', () => {
    const { statistics } = facesOf(configure());
    // #region RECORDING_FAILED
    class Broken extends Recorder {
      enter(): never {
        throw new Error('a defect');
      }
    }
    class Cart {
      readonly recorder = new Broken();

      @Traced()
      count(): number {
        return 1;
      }
    }
    // #endregion

    expect(new Cart().count()).to.equal(1);
    expect(statistics()).to.deep.equal({ RECORDING_FAILED: 1 });
  });

  it('SAMPLING_UNREACHABLE', async () => {
    const counts = await askForRules(
      // #region SAMPLING_UNREACHABLE
      { sampling: { central: true, rate: 0.05 }, daemonAddress: `127.0.0.1:${await freePort()}` }, // nobody listens there
      // #endregion
    );

    expect(counts).to.deep.equal({ SAMPLING_UNREACHABLE: 1 });
  });

  it('SAMPLING_REFUSED', async () => {
    const counts = await askServerForRules(
      // #region SAMPLING_REFUSED
      createServer((_, response) => response.writeHead(404).end()), // no sampling service
      // #endregion
    );

    expect(counts).to.deep.equal({ SAMPLING_REFUSED: 1 });
  });

  it('SAMPLING_UNREADABLE', async () => {
    // #region SAMPLING_UNREADABLE
    const rules = { SamplingRuleRecords: [{ SamplingRule: { RuleName: 'later', Version: 2 } }] };
    // #endregion
    const counts = await askServerForRules(createServer((_, response) => response.end(JSON.stringify(rules))));

    // Of the rule, and of the answer that has no other.
    expect(counts).to.deep.equal({ SAMPLING_UNREADABLE: 2 });
  });

  it('DAEMON_UNREACHABLE', async () => {
    const tracing = start(
      // #region DAEMON_UNREACHABLE
      { daemonAddress: `127.0.0.1:${await freePort()}` }, // nobody listens there
      // #endregion
    );
    tracing.recorder.trace('op', () => undefined);
    await tracing.flush();
    tracing.recorder.trace('op', () => undefined); // the system tells of the first one now
    await tracing.flush();

    expect(tracing.statistics()['DAEMON_UNREACHABLE']).to.be.at.least(1);
  });

  it('DAEMON_UNRESOLVED', async () => {
    const tracing = start(
      // #region DAEMON_UNRESOLVED
      { daemonAddress: 'daemon.invalid:2000' }, // no such name
      // #endregion
    );
    tracing.recorder.trace('op', () => undefined);
    await tracing.flush();

    expect(tracing.statistics()).to.deep.equal({ DAEMON_UNRESOLVED: 1 });
  });

  it('DOCUMENT_TOO_LARGE', async () => {
    const tracing = start({
      daemonAddress: `127.0.0.1:${await freePort()}`,
      // #region DOCUMENT_TOO_LARGE
      beforeSend: (document) => ({ ...document, name: 'x'.repeat(70_000) }), // what names a document is never cut
      // #endregion
    });
    tracing.recorder.trace('op', () => undefined);

    expect(tracing.statistics()).to.deep.equal({ DOCUMENT_TOO_LARGE: 1 });
  });

  it('SEND_QUEUE_FULL', () => {
    const tracing = start({ daemonAddress: 'daemon.invalid:2000' });
    // #region SEND_QUEUE_FULL
    const page = 'x'.repeat(12_000);
    for (let count = 0; count < 1100; count += 1) {
      // Before the daemon's name is looked up: 64 MiB wait for it, with the system's share of each.
      tracing.recorder.trace('op', (segment) => segment.metadata({ first: page, second: page, third: page }));
    }
    // #endregion

    expect(tracing.statistics()['SEND_QUEUE_FULL']).to.be.at.least(1);
  });

  it('SEND_FAILED', async () => {
    const tracing = start(
      // #region SEND_FAILED
      { daemonAddress: '255.255.255.255:2000' }, // nobody may send to all
      // #endregion
    );
    tracing.recorder.trace('op', () => undefined);
    await tracing.flush();

    expect(tracing.statistics()).to.have.property('SEND_FAILED');
  });
});

/** A module that sends to a daemon. */
function start(options: Pick<TracingOptions, 'daemonAddress' | 'beforeSend'>): TracingModule {
  const module = TracingModule.forRoot({ service: 'shop', sampling: 'all', logLevel: 'silent', ...options });
  modules.push(module);
  return module;
}

/** What is counted when rules are asked for, up to the first warning. */
async function askForRules(options: Pick<TracingOptions, 'sampling' | 'daemonAddress'>): Promise<object> {
  const warned = new EventEmitter();
  const logger = { debug: noop, info: noop, warn: () => warned.emit('warning'), error: noop };
  const emitter = { emit: noop, flush: async () => undefined, close: async () => undefined };
  const tracing = TracingModule.forRoot({ service: 'shop', logger, emitter, ...options });
  const warning = once(warned, 'warning');
  tracing.recorder.trace('op', noop);
  await warning;
  await tracing.close();
  return tracing.statistics();
}

async function askServerForRules(server: Server): Promise<object> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const daemonAddress = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await askForRules({ sampling: { central: true, rate: 0.05 }, daemonAddress });
  } finally {
    server.close();
  }
}

function noop(): void {}

function facesOf(module: TracingModule): { recorder: Recorder; statistics: () => Readonly<Record<string, number>> } {
  return { recorder: module.recorder, statistics: () => module.statistics() };
}
