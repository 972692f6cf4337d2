import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Annotate, Metadata, Recorder, Traced, type SegmentHandle } from '#lib/index.js';
import { CustomDecider } from '#lib/sampling/custom-decider.js';
import { printTrace } from '#lib/testing/index.js';
import { startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

class Answers {
  @Traced()
  give<Value>(value: Value): Value {
    return value;
  }
}

class Cancellable extends Promise<number> {
  static constructed = 0;
  readonly #onCancel: () => string;

  constructor(run: (resolve: (value: number) => void) => void, onCancel: () => string = () => 'cancelled') {
    super(run);
    Cancellable.constructed += 1;
    this.#onCancel = onCancel;
  }

  cancel(): string {
    return this.#onCancel();
  }
}

describe(`A traced method beside the untraced one (${dialect} decorators)`, () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  const inTrace = <Result>(fn: (segment: SegmentHandle) => Result): Result => recording.recorder.trace('op', fn);

  for (const { what, value } of [
    { what: 'a proxy of a promise', value: new Proxy(Promise.resolve(1), {}) },
    {
      what: 'a proxy whose traps throw',
      value: new Proxy(
        {},
        {
          get: () => {
            throw new Error('get');
          },
          getPrototypeOf: () => {
            throw new Error('getPrototypeOf');
          },
        },
      ),
    },
    { what: 'a promise with a member of its own', value: Object.assign(Promise.resolve(1), { cancel: () => 'yes' }) },
    {
      what: 'a promise with a hidden member',
      value: Object.defineProperty(Promise.resolve(1), 'hidden', { value: 1 }),
    },
    { what: 'a promise with a symbol', value: Object.assign(Promise.resolve(1), { [Symbol.for('k')]: 1 }) },
    { what: 'null', value: null },
    { what: 'a function', value: () => 1 },
  ]) {
    describe(`when the method answers ${what}`, () => {
      it('answers the very same', () => {
        // In an array, so that the trace around it does not wait for it.
        expect(inTrace(() => [new Answers().give(value)])[0]).to.equal(value);
        expect(recording.trace().find('Answers.give').durationMillis).to.be.a('number');
      });
    });
  }

  describe('when the method answers a promise of a subclass', () => {
    it('answers the very same, constructed once', () => {
      Cancellable.constructed = 0;
      const [answer] = inTrace(() => [
        new Answers().give(
          new Cancellable(
            (resolve) => resolve(1),
            () => 'stopped',
          ),
        ),
      ]);

      expect(answer?.cancel()).to.equal('stopped');
      expect(Cancellable.constructed).to.equal(1);
    });
  });

  describe('when the method answers a promise of another realm', () => {
    it('waits for it, as for any promise', async () => {
      const promise = runInNewContext('Promise.reject(new RangeError("elsewhere"))') as Promise<never>;
      const error: unknown = await inTrace(() => new Answers().give(promise)).catch((thrown: unknown) => thrown);

      expect(String(error)).to.equal('RangeError: elsewhere');
      expect(recording.trace().find('Answers.give').exceptions[0]?.message).to.equal('elsewhere');
    });
  });

  describe('when the method throws what is no error', () => {
    for (const [what, thrown] of Object.entries({
      undefined,
      null: null,
      zero: 0,
      text: 'text',
      'a frozen error': Object.freeze(new Error('frozen')),
    })) {
      it(`throws ${what} on`, () => {
        class Thrower {
          @Traced()
          fail(): never {
            throw thrown;
          }
        }
        let caught: unknown = 'nothing';
        try {
          inTrace(() => new Thrower().fail());
        } catch (error) {
          caught = error;
        }

        expect(caught).to.equal(thrown);
        expect(recording.trace().find('Thrower.fail').isFault).to.equal(true);
      });
    }
  });

  describe('when it is called unbound, with more arguments, or as a constructor', () => {
    it('passes this and all arguments on, and is no constructor', () => {
      class Loose {
        @Traced()
        all(...args: unknown[]): unknown[] {
          return [this, ...args];
        }
      }
      const { all } = Loose.prototype;

      expect(inTrace(() => Reflect.apply(all, undefined, [1, 2, 3]))).to.deep.equal([undefined, 1, 2, 3]);
      expect(() => Reflect.construct(all, [])).to.throw(TypeError);
      expect(Object.getOwnPropertyDescriptor(Loose.prototype, 'all')).to.include({ enumerable: false, writable: true });
    });
  });

  describe('when it recurses', () => {
    it('goes two thousand calls deep', () => {
      class Deep {
        @Traced()
        down(levels: number): number {
          return levels === 0 ? 0 : 1 + this.down(levels - 1);
        }
      }

      expect(inTrace(() => new Deep().down(2000))).to.equal(2000);
      expect(recording.trace().entities).to.have.lengthOf(2002);
    });
  });

  describe('when an error passes several of them', () => {
    it('adds one line each to the stack of the error and none to the trace', () => {
      class Nested {
        @Traced()
        outer(): void {
          this.inner();
        }

        @Traced()
        inner(): void {
          throw new Error('deep');
        }
      }
      let stack = '';
      try {
        inTrace(() => new Nested().outer());
      } catch (error) {
        stack = (error as Error).stack ?? '';
      }
      const labels =
        recording
          .trace()
          .find('Nested.inner')
          .exceptions[0]?.stack?.map(({ label }) => label) ?? [];

      const callers = stack
        .split('\n')
        .map((line) => (line.includes('/radiograph-core.js:') ? 'ours' : line.split(' ')[5]));

      expect(callers.slice(1, 5)).to.deep.equal(['Nested.inner', 'ours', 'Nested.outer', 'ours']);
      expect(callers[5]).not.to.equal('ours');
      expect(labels.slice(0, 2)).to.deep.equal(['Nested.inner', 'Nested.outer']);
    });
  });

  describe('when one function stands in several places', () => {
    it('is traced in each under its own name', () => {
      const mixin = {
        log(): string {
          return 'logged';
        },
      };
      class One {}
      class Other {}
      Object.assign(One.prototype, mixin);
      Object.assign(Other.prototype, mixin, { alias: mixin.log });
      const decorate = Traced() as (target: typeof One) => void;
      decorate(One);
      decorate(Other);
      inTrace(() => {
        (new One() as typeof mixin).log();
        (new Other() as typeof mixin & { alias(): string }).log();
        (new Other() as typeof mixin & { alias(): string }).alias();
      });

      expect(printTrace(recording.trace()).split('\n').slice(1)).to.deep.equal([
        '├─ One.log',
        '├─ Other.log',
        '└─ Other.alias',
      ]);
    });
  });

  describe('when the class has a constructor of its own kind', () => {
    it('is traced, private or abstract', () => {
      @Traced()
      class Single {
        static readonly instance = new Single();

        private constructor() {}

        work(): string {
          return 'done';
        }
      }
      @Traced()
      abstract class Base {
        protected constructor() {}

        work(): string {
          return 'done';
        }
      }
      class Derived extends Base {
        // oxlint-disable-next-line no-useless-constructor -- it makes the protected one public
        constructor() {
          super();
        }
      }
      inTrace(() => [Single.instance.work(), new Derived().work()]);

      expect(printTrace(recording.trace()).split('\n').slice(1)).to.deep.equal(['├─ Single.work', '└─ Base.work']);
    });
  });

  describe('when a class stands on the prototype of a traced class', () => {
    it('stays a class', () => {
      class Model {
        readonly kind = 'model';
      }
      class Repository {}
      Object.assign(Repository.prototype, { Model });
      (Traced() as (target: typeof Repository) => void)(Repository);
      const { Model: Held } = new Repository() as unknown as { Model: typeof Model };

      expect(inTrace(() => new Held().kind)).to.equal('model');
    });
  });

  describe('when functions that should answer at once answer rejected promises', () => {
    it('counts them and ends neither the call nor the process', async () => {
      const rejecting = (): never => Promise.reject(new Error('async')) as never;
      class Careless {
        @Traced({ captureResult: rejecting })
        work(): string {
          return 'done';
        }
      }
      await recording.stop();
      recording = startRecording({ classifyError: rejecting, decider: new CustomDecider({ isSampled: rejecting }) });
      const broken = Object.assign(new Recorder(), { enter: rejecting });
      const unhandled: unknown[] = [];
      const listener = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', listener);
      const result = inTrace(() => {
        recording.recorder.error(new Error('classified'));
        return new Careless().work();
      });
      Object.assign(new Careless(), { recorder: broken }).work();
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', listener);

      expect(result).to.equal('done');
      expect(unhandled).to.deep.equal([]);
      expect(recording.diagnostics.counts['USER_CODE_FAILED']).to.be.at.least(2);
    });
  });

  for (const { what, decorate } of [
    { what: 'an unknown option of @Metadata', decorate: () => Metadata('k', 1, { namespce: 'x' } as never) },
    { what: 'null for the options of @Metadata', decorate: () => Metadata('k', 1, null as never) },
    { what: 'an empty namespace', decorate: () => Metadata('k', 1, { namespace: '' }) },
    { what: 'a name of nothing but space', decorate: () => Traced(' ') },
    { what: 'a key that is none', decorate: () => Annotate(7 as never, 1) },
  ]) {
    describe(`when a decorator is given ${what}`, () => {
      it('throws a DecorationError', () => {
        expect(decorate).to.throw().with.property('name', 'DecorationError');
      });
    });
  }
});
