import { once } from 'node:events';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Annotate, Recorder, Traced } from '#lib/index.js';
import { printTrace } from '#lib/testing/index.js';
import { FixedClock, startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

class Orders {
  readonly log: string[] = [];

  @Traced()
  step(name: string): void {
    this.log.push(name);
  }

  @Traced({ captureResult: true })
  *rows(count: number): Generator<number, string, string | undefined> {
    for (let row = 0; row < count; row += 1) {
      this.step(`row ${row}`);
      const said = yield row;
      if (said !== undefined) this.log.push(said);
    }
    return 'all';
  }

  @Traced()
  *guarded(): Generator<number, void, void> {
    try {
      yield 1;
      yield 2;
    } catch {
      yield 3;
    } finally {
      yield 4;
    }
  }

  @Traced({ captureResult: true })
  async *pages(count: number): AsyncGenerator<number, string, void> {
    for (let page = 0; page < count; page += 1) {
      await Promise.resolve();
      this.step(`page ${page}`);
      yield page;
    }
    return 'all pages';
  }

  @Traced()
  async *failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error('no more');
  }

  @Traced()
  hand<Value>(value: Value): Value {
    return value;
  }

  @Traced()
  handOn<Value>(value: Value): Value {
    return this.hand(value);
  }

  @Traced()
  async handLater<Value>(value: Value): Promise<Value> {
    await Promise.resolve();
    return value;
  }

  @Traced()
  fluent(): this {
    return this;
  }
}

class Pipe extends PassThrough {
  @Traced()
  configure(): this {
    return this;
  }
}

class Sums {
  @Annotate('sum', { result: (sum: number) => sum })
  *sum(values: readonly number[]): Generator<number, number, void> {
    let sum = 0;
    for (const value of values) yield (sum += value);
    return sum;
  }
}

async function collectGarbage(until: () => boolean): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let attempt = 0; attempt < 50 && !until(); attempt += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe(`A traced method whose result works on (${dialect} decorators)`, () => {
  let recording: SpecRecording;
  let orders: Orders;

  beforeEach(() => {
    recording = startRecording();
    orders = new Orders();
  });

  afterEach(() => recording.stop());

  const inTrace = <Result>(fn: () => Result): Result => recording.recorder.trace('op', fn);
  const printed = (): string => printTrace(recording.trace());

  describe('when it is a generator', () => {
    it('lasts until it is exhausted, with what each step does inside it', () => {
      inTrace(() => {
        for (const row of orders.rows(2)) orders.step(`consumed ${row}`);
        orders.step('after');
      });
      const rows = recording.trace().find('Orders.rows');

      expect(printed().split('\n').slice(1)).to.deep.equal([
        '├─ Orders.rows',
        '│  ├─ Orders.step',
        '│  └─ Orders.step',
        '├─ Orders.step',
        '├─ Orders.step',
        '└─ Orders.step',
      ]);
      expect(rows.metadata).to.deep.equal({ default: { result: 'all' } });
    });

    it('passes values in, and the return value out', () => {
      const steps = inTrace(() => {
        const rows = orders.rows(1);
        return [rows.next(), rows.next('hello'), rows.next()];
      });

      expect(steps).to.deep.equal([
        { value: 0, done: false },
        { value: 'all', done: true },
        { value: undefined, done: true },
      ]);
      expect(orders.log).to.include('hello');
    });

    it('ends when the consumer breaks, unless finally yields once more', () => {
      inTrace(() => {
        for (const row of orders.rows(9)) if (row === 1) break;
        const guarded = orders.guarded();
        guarded.next();

        expect(guarded.throw(new Error('caught inside'))).to.deep.equal({ value: 3, done: false });
        expect(guarded.return()).to.deep.equal({ value: 4, done: false });
        expect(guarded.next()).to.deep.equal({ value: undefined, done: true });
      });
      const { children } = recording.trace().find('spec');

      expect(children.map(({ name, durationMillis, isFault }) => [name, typeof durationMillis, isFault])).to.deep.equal(
        [
          ['Orders.rows', 'number', false],
          ['Orders.guarded', 'number', false],
        ],
      );
    });

    it('fails with what is thrown into it or out of it', () => {
      const thrown = new RangeError('stop');
      inTrace(() => expect(() => orders.rows(1).throw(thrown)).to.throw(thrown));

      expect(recording.trace().find('Orders.rows')).to.deep.include({ isFault: true });
      expect(recording.trace().find('Orders.rows').exceptions[0]?.message).to.equal('stop');
    });

    it('keeps its prototype, its tag, its own members and its iterator', () => {
      inTrace(() => {
        const rows = orders.rows(1);

        expect(Object.getPrototypeOf(rows)).to.equal(Orders.prototype.rows.prototype);
        expect(Object.prototype.toString.call(rows)).to.equal('[object Generator]');
        expect(Object.keys(rows)).to.deep.equal([]);
        expect(rows[Symbol.iterator]()).to.equal(rows);
        expect([rows.next.name, rows.next.length, rows.throw.length]).to.deep.equal(['next', 1, 1]);
      });
      expect(Object.getPrototypeOf(Orders.prototype.rows)).to.equal(Object.getPrototypeOf(function* generator() {}));
    });

    it('stays open in a segment that leaves before, and leaves alone when it ends', () => {
      const rows = inTrace(() => [orders.rows(1)])[0]!;

      expect(recording.trace().find('Orders.rows').durationMillis).to.equal(undefined);

      expect([...rows]).to.deep.equal([0]);
      expect(recording.trace().find('Orders.rows').durationMillis).to.be.a('number');
      expect(recording.trace().find('Orders.rows').children).to.have.lengthOf(1);
    });

    it('annotates what is current with the value that it returned, where nothing is traced', () => {
      inTrace(() => expect([...new Sums().sum([1, 2])]).to.deep.equal([1, 3]));

      expect(printed()).to.equal('spec  operation="op"  sum=3');
    });
  });

  describe('when the clock fails while it is consumed', () => {
    it('goes on', async () => {
      await recording.stop();
      const clock = new FixedClock();
      recording = startRecording({ clock });
      const rows = inTrace(() => orders.rows(3));
      Object.assign(clock, {
        elapsed: () => {
          throw new Error('clock');
        },
      });

      expect([...rows]).to.deep.equal([0, 1, 2]);
    });
  });

  describe('when it is an async generator', () => {
    it('lasts until it is exhausted, with what each step does inside it', async () => {
      await inTrace(async () => {
        for await (const page of orders.pages(2)) orders.step(`consumed ${page}`);
      });

      expect(printed().split('\n').slice(1)).to.deep.equal([
        '├─ Orders.pages',
        '│  ├─ Orders.step',
        '│  └─ Orders.step',
        '├─ Orders.step',
        '└─ Orders.step',
      ]);
      expect(recording.trace().find('Orders.pages').metadata).to.deep.equal({ default: { result: 'all pages' } });
    });

    it('answers steps that are asked for at once in their order', async () => {
      const steps = await inTrace(() => {
        const pages = orders.pages(2);
        return Promise.all([pages.next(), pages.next(), pages.next(), pages.next()]);
      });

      expect(steps.map(({ value }) => value)).to.deep.equal([0, 1, 'all pages', undefined]);
      expect(recording.trace().find('Orders.pages').children).to.have.lengthOf(2);
    });

    it('ends when the consumer breaks', async () => {
      await inTrace(async () => {
        for await (const page of orders.pages(9)) if (page === 1) break;
      });

      expect(recording.trace().find('Orders.pages').durationMillis).to.be.a('number');
    });

    it('fails with what is thrown out of it, and rejects with that very error', async () => {
      const error = await inTrace(async () => {
        const failing = orders.failing();
        await failing.next();
        return failing.next().catch((thrown: unknown) => thrown);
      });

      expect(error).to.be.instanceOf(Error);
      expect(recording.trace().find('Orders.failing').exceptions[0]?.message).to.equal('no more');
    });
  });

  describe('when the result is dropped before its end', () => {
    it('ends, when that is collected, at the time of its last step', async () => {
      inTrace(() => {
        orders.rows(5).next();
        orders.hand(new Readable({ read() {} }));
      });
      await collectGarbage(() => {
        const { entities } = recording.trace();
        return entities.every(({ durationMillis }) => durationMillis !== undefined);
      });

      expect(recording.trace().find('Orders.rows').durationMillis).to.be.a('number');
      expect(recording.trace().find('Orders.hand').durationMillis).to.be.a('number');
    });
  });

  describe('when it is handed on by another traced method', () => {
    it('holds both open until its end, the inner one inside the outer', () => {
      inTrace(() => {
        const rows = orders.handOn(orders.rows(2));

        expect([...rows]).to.deep.equal([0, 1]);
      });

      expect(recording.trace().entities.every(({ durationMillis }) => durationMillis !== undefined)).to.equal(true);
    });

    it('is not waited for by a call that had no part in it', () => {
      const socket = new PassThrough();
      inTrace(() => {
        for (let call = 0; call < 20; call += 1) orders.hand(socket);
      });
      const durations = recording
        .trace()
        .find('spec')
        .children.map(({ durationMillis }) => typeof durationMillis);

      expect(durations).to.deep.equal(['undefined', ...Array.from({ length: 19 }, () => 'number')]);
      expect(socket.listenerCount('close')).to.be.below(10);
    });
  });

  for (const { what, make, finish } of [
    { what: 'a Readable that is read', make: () => Readable.from(['a']), finish: (stream) => stream.resume() },
    {
      what: 'a Readable that is destroyed',
      make: () => new Readable({ read() {} }),
      finish: (stream) => stream.destroy(),
    },
    {
      what: 'a Writable',
      make: () => new Writable({ write: (_c, _e, done) => done() }),
      finish: (stream) => stream.end(),
    },
    { what: 'a Duplex', make: () => new PassThrough(), finish: (stream) => stream.resume().end() },
  ] as { what: string; make: () => Duplex; finish: (stream: Duplex) => unknown }[]) {
    describe(`when it is ${what}`, () => {
      it('lasts until that is over', async () => {
        const stream = make();
        const answered = await inTrace(async () => {
          const opened = await orders.handLater(stream);
          finish(opened);
          await once(opened, 'close');
          return [opened];
        });

        expect(answered).to.deep.equal([stream]);
        expect(recording.trace().find('Orders.handLater').durationMillis).to.be.a('number');
      });

      it('is still open before', () => {
        const stream = make();
        inTrace(() => [orders.hand(stream)]);

        expect(recording.trace().find('Orders.hand').durationMillis).to.equal(undefined);
        stream.destroy();
      });
    });
  }

  describe('when it is a stream that fails', () => {
    it('fails with its error, and leaves it unhandled where nobody handles it', async () => {
      const stream = new Readable({ read() {} });
      inTrace(() => [orders.hand(stream)]);
      const uncaught: unknown[] = [];
      const listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => uncaught.push(error));
      stream.destroy(new Error('broken pipe'));
      await once(stream, 'close').catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);

      expect(uncaught.map(String)).to.deep.equal([]);
      expect(recording.trace().find('Orders.hand').exceptions[0]?.message).to.equal('broken pipe');
    });
  });

  describe('when it is a stream that is over already, or the object itself', () => {
    it('ends with its call', async () => {
      const over = Readable.from([]);
      over.resume();
      await once(over, 'close');
      inTrace(() => [orders.hand(over), orders.fluent(), new Pipe().configure()]);
      const durations = recording
        .trace()
        .find('spec')
        .children.map(({ durationMillis }) => typeof durationMillis);

      expect(durations).to.deep.equal(['number', 'number', 'number']);
    });
  });

  describe('when it is a web stream', () => {
    it('lasts until that is read to its end', async () => {
      await inTrace(async () => {
        const stream = orders.hand(
          new ReadableStream<number>({
            pull(controller) {
              controller.enqueue(1);
              controller.close();
            },
          }),
        );
        expect(stream.locked).to.equal(false);
        orders.step('before');
        for await (const chunk of stream) expect(chunk).to.equal(1);
        await new Promise((resolve) => setImmediate(resolve));
      });

      expect(recording.trace().find('Orders.hand').durationMillis).to.be.a('number');
    });

    it('fails as that does', async () => {
      const stream = new WritableStream({ write: () => Promise.reject(new Error('full')) });
      inTrace(() => [orders.hand(stream)]);
      await stream
        .getWriter()
        .write(1)
        .catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));

      expect(recording.trace().find('Orders.hand').exceptions[0]?.message).to.equal('full');
    });
  });

  describe('when it is a proxy of a generator', () => {
    it('is left alone', () => {
      const proxy = new Proxy(new Orders().rows(1), {});
      inTrace(() => expect([orders.hand(proxy)]).to.deep.equal([proxy]));

      expect(recording.trace().find('Orders.hand').durationMillis).to.be.a('number');
    });
  });
});

describe(`Recorder.captureCallback (${dialect} decorators)`, () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  type Callback = (error: Error | null, value?: number) => void;
  const load = (recorder: Recorder, start: (done: Callback) => void, callback: Callback): void =>
    recorder.trace('op', () => recorder.captureCallback('load', start, callback));

  it('lasts until the callback comes, which runs in the segment of the caller', async () => {
    const { recorder } = recording;
    const value = await recorder.trace('op', () => {
      const { id } = recorder.current;
      return new Promise((resolve) => {
        recorder.captureCallback(
          'load',
          (done) => {
            setImmediate(() => {
              recorder.annotate('inside', true);
              done(null, 7);
            });
          },
          (_error: Error | null, loaded?: number) => resolve([loaded, recorder.current.id === id]),
        );
      });
    });

    expect(value).to.deep.equal([7, true]);
    expect(printTrace(recording.trace())).to.equal('spec  operation="op"\n└─ load  inside=true');
  });

  it('fails with the first argument, once', () => {
    const calls: unknown[] = [];
    const error = new Error('gone');
    load(
      recording.recorder,
      (done) => {
        done(error);
        done(null, 1);
      },
      (...args) => calls.push(args),
    );

    expect(calls).to.deep.equal([[error], [null, 1]]);
    expect(recording.trace().find('load')).to.deep.include({ isFault: true });
  });

  it('fails with what starting throws, which it throws on', () => {
    const error = new Error('not started');
    const start = (): never => {
      throw error;
    };

    expect(() => load(recording.recorder, start, () => undefined)).to.throw(error);
    expect(recording.trace().find('load').exceptions[0]?.message).to.equal('not started');
  });

  it('hands on the name, the length, this and the answer of the callback', () => {
    const { recorder } = recording;
    function callback(this: unknown, _error: unknown, _value: unknown): unknown {
      return this;
    }
    const self = {};
    const seen = recorder.trace('op', () =>
      recorder.captureCallback(
        'load',
        (done) => [done.name, done.length, Reflect.apply(done, self, [null, 1]) as unknown],
        callback,
      ),
    );

    expect(seen).to.deep.equal(['callback', 2, self]);
  });

  it('hands on what is no function, for the callee to complain of', () => {
    const { recorder } = recording;
    const missing = undefined as unknown as Callback;

    expect(recorder.trace('op', () => recorder.captureCallback('load', (done) => [done], missing))).to.deep.equal([
      missing,
    ]);
  });

  it('gives the callback itself where nothing is recorded', () => {
    const callback = (): void => undefined;

    expect(new Recorder().captureCallback('load', (done) => done === callback, callback)).to.equal(true);
  });
});
