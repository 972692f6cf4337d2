import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Traced, Untraced } from '#lib/index.js';
import { printTrace } from '#lib/testing/index.js';
import { parametersOf } from '#lib/decorators/parameter-names.js';
import { startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

class Numbers {
  itself: Generator<number> | undefined;

  @Traced()
  *reentrant(): Generator<number> {
    expect(() => this.itself?.next()).to.throw(TypeError, 'already running');
    yield 1;
    this.within();
  }

  @Traced()
  within(): void {}

  @Traced()
  hand<Value>(value: Value): Value {
    return value;
  }
}

class Named {
  static calls = 0;

  static name(): string {
    Named.calls += 1;
    return 'mine';
  }

  @Traced()
  method(): void {}
}

// oxlint-disable-next-line typescript/no-explicit-any -- a decorator of either dialect
function plain(...args: unknown[]): any {
  const [target, key, descriptor] = args;
  const method = (typeof descriptor === 'object' ? (descriptor as PropertyDescriptor).value : target) as () => unknown;
  const wrapped = function wrapped(this: unknown): unknown {
    return Reflect.apply(method, this, []);
  };
  return typeof descriptor === 'object' && typeof key === 'string' ? { ...descriptor, value: wrapped } : wrapped;
}

class Base {
  @plain
  @Traced()
  logged(): void {}
}
class Derived extends Base {}

describe(`Traced methods at the edges (${dialect} decorators)`, () => {
  let recording: SpecRecording;
  beforeEach(() => (recording = startRecording()));
  afterEach(() => recording.stop());
  const printed = (): string[] => printTrace(recording.trace()).split('\n').slice(1);

  it('a refused re-entrant step does not end the generator', () => {
    recording.recorder.trace('op', () => {
      const numbers = new Numbers();
      numbers.itself = numbers.reentrant();
      expect([...numbers.itself]).to.deep.equal([1]);
    });
    expect(printed()).to.deep.equal(['└─ Numbers.reentrant', '   └─ Numbers.within']);
  });

  it('a response that is over ends with the call', async () => {
    const over: ServerResponse = await new Promise((resolve) => {
      const server = createServer((_request, response) => {
        response
          .once('close', () => {
            server.close();
            resolve(response);
          })
          .end('x');
      }).listen(0, () => {
        void fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).then((answer) => answer.text());
      });
    });
    recording.recorder.trace('op', () => new Numbers().hand(over));
    expect(recording.trace().find('Numbers.hand').isInProgress).to.equal(false);
  });

  it('asks no global for what a stream is', () => {
    const { ReadableStream: kept } = globalThis;
    Reflect.deleteProperty(globalThis, 'ReadableStream');
    try {
      recording.recorder.trace('op', () => new Numbers().hand({}));
    } finally {
      globalThis.ReadableStream = kept;
    }
    expect(recording.diagnostics.counts).to.deep.equal({});
  });

  it('runs no static member called name', () => {
    recording.recorder.trace('op', () => new Named().method());
    expect(Named.calls).to.equal(0);
  });

  it('names the declaring class below a foreign decorator, whoever calls first', () => {
    recording.recorder.trace('op', () => {
      new Derived().logged();
      new Base().logged();
    });
    expect(printed()).to.deep.equal(['├─ Base.logged', '└─ Base.logged']);
  });

  it('ends a captured callback whose async start rejects', async () => {
    await recording.recorder.trace('op', () =>
      recording.recorder
        .captureCallback(
          'cb',
          async () => {
            throw new Error('boom');
          },
          () => {},
        )
        .catch(() => 'boom'),
    );
    expect(recording.trace().find('cb').isFault).to.equal(true);
  });

  it('reads parameters beside texts and comments', () => {
    expect(
      parametersOf(
        {
          m(a = ',)', /* , ( */ b = "x'", ...c: never[]) {
            return [a, b, c];
          },
        }.m,
      ),
    ).to.deep.equal({ names: ['a', 'b', 'c'], rest: 2 });
    expect(
      parametersOf(
        {
          m(a = /[)]/, b = 1) {
            return [a, b];
          },
        }.m,
      ),
    ).to.deep.equal({ names: [], rest: undefined });
    expect(
      parametersOf(
        {
          // oxlint-disable-next-line typescript/no-unnecessary-template-expression
          m(a = `${1},)`, b = 1) {
            return [a, b];
          },
        }.m,
      ),
    ).to.deep.equal({ names: [], rest: undefined });
    expect(
      parametersOf(
        {
          m(a = `(,`, b = 1) {
            return [a, b];
          },
        }.m,
      ),
    ).to.deep.equal({ names: ['a', 'b'], rest: undefined });
  });

  for (const decorator of [Traced, Untraced] as unknown as ((...args: unknown[]) => unknown)[]) {
    it(`refuses @${decorator.name} without parentheses`, () => {
      expect(() =>
        decorator(Base.prototype, 'logged', Object.getOwnPropertyDescriptor(Base.prototype, 'logged')),
      ).to.throw(/parentheses/);
      expect(() => decorator(Base.prototype.logged, { kind: 'method', name: 'logged' })).to.throw(
        /parentheses|takes a name/,
      );
    });
  }
});
