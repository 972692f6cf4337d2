import { EventEmitter, once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { expect } from 'chai';
import { AsyncContext } from '#lib/context/async-context.js';

describe('AsyncContext', () => {
  let context: AsyncContext<string>;

  beforeEach(() => {
    context = new AsyncContext();
  });

  afterEach(() => context.enter(undefined));

  /** Runs the function under the value, as who uses the port does. */
  function run<T>(value: string, fn: () => T): T {
    const former = context.current();
    context.enter(value);
    try {
      return fn();
    } finally {
      context.enter(former);
    }
  }

  it('has no value until one is entered', () => {
    expect(context.current()).to.equal(undefined);
  });

  it('gives the caller its own value back', () => {
    run('outer', () => {
      run('inner', () => expect(context.current()).to.equal('inner'));
      expect(context.current()).to.equal('outer');
    });
    expect(context.current()).to.equal(undefined);
  });

  const ways: Record<string, (read: () => void) => unknown> = {
    'a promise chain': (read) => Promise.resolve().then(read),
    'an awaiting function': async (read) => {
      await immediate();
      await Promise.resolve();
      read();
    },
    queueMicrotask: (read) =>
      new Promise<void>((resolve) => {
        queueMicrotask(() => {
          read();
          resolve();
        });
      }),
    'process.nextTick': (read) =>
      new Promise<void>((resolve) => {
        process.nextTick(() => {
          read();
          resolve();
        });
      }),
    setTimeout: (read) => delay(0).then(read),
    setImmediate: (read) =>
      new Promise<void>((resolve) => {
        setImmediate(() => {
          read();
          resolve();
        });
      }),
    setInterval: (read) =>
      new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          clearInterval(timer);
          read();
          resolve();
        }, 0);
      }),
    'an async generator': async (read) => {
      async function* generate(): AsyncGenerator<number> {
        await immediate();
        read();
        yield 1;
      }
      for await (const _ of generate()) read();
    },
    'the end of a stream pipeline': async (read) => {
      const upper = new Transform({
        transform: (chunk, _encoding, done) => {
          read();
          done(null, chunk);
        },
      });
      await pipeline(Readable.from(['a', 'b']), upper, async (source) => {
        for await (const _ of source) read();
      });
      read();
    },
    'a promise that another flow resolves': async (read) => {
      let open: (() => void) | undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      run('stranger', () => setImmediate(() => open?.()));
      await gate;
      read();
    },
    'an event waited for': async (read) => {
      const emitter = new EventEmitter();
      run('stranger', () => setImmediate(() => emitter.emit('ready')));
      await once(emitter, 'ready');
      read();
    },
  };
  for (const [way, follow] of Object.entries(ways)) {
    it(`follows ${way}`, async () => {
      const seen: unknown[] = [];

      await run('mine', () => follow(() => seen.push(context.current())));

      expect(new Set(seen)).to.deep.equal(new Set(['mine']));
      expect(context.current()).to.equal(undefined);
    });
  }

  describe('when flows run side by side', () => {
    it('keeps each apart', async () => {
      const flow = async (name: string): Promise<string[]> => {
        const seen: string[] = [];
        for (let step = 0; step < 5; step += 1) {
          await immediate();
          seen.push(context.current() ?? '');
        }
        return seen.filter((value) => value !== name);
      };
      const names = Array.from({ length: 50 }, (_, index) => `flow ${index}`);

      expect(await Promise.all(names.map((name) => run(name, () => flow(name))))).to.deep.equal(names.map(() => []));
    });
  });

  describe('when a listener was added in another flow than the one that emits', () => {
    it('runs the listener in the flow of the emit, as Node does', () => {
      const emitter = new EventEmitter();
      let seen: unknown;
      run('adds', () => emitter.on('x', () => (seen = context.current())));
      run('emits', () => emitter.emit('x'));

      expect(seen).to.equal('emits');
    });
  });

  describe('when there are two contexts', () => {
    it('keeps their values apart', () => {
      const other = new AsyncContext<string>();
      run('mine', () => expect(other.current()).to.equal(undefined));
    });
  });
});
