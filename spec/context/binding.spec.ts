import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { AsyncContext } from '#lib/context/async-context.js';
import { bindEventEmitter, bindFunction } from '#lib/context/binding.js';

let context: AsyncContext<string>;

function run<T>(value: string | undefined, fn: () => T): T {
  const former = context.current();
  context.enter(value);
  try {
    return fn();
  } finally {
    context.enter(former);
  }
}

describe('bindFunction', () => {
  beforeEach(() => {
    context = new AsyncContext();
  });

  it('runs in the context in which it was bound, and gives the caller its own back', () => {
    const bound = run('then', () => bindFunction(context, () => context.current()));

    run('now', () => {
      expect(bound()).to.equal('then');
      expect(context.current()).to.equal('now');
    });
  });

  it('runs without a context where it was bound without one', () => {
    const bound = bindFunction(context, () => context.current());

    expect(run('now', bound)).to.equal(undefined);
  });

  it('passes this, every argument and the result through', () => {
    const bound = bindFunction(context, function (this: unknown, ...args: unknown[]) {
      return [this, args];
    });
    const self = {};

    expect(bound.call(self, 1, undefined, 'three')).to.deep.equal([self, [1, undefined, 'three']]);
  });

  it('has the name and the length of the function', () => {
    function addAll(one: number, two: number, three: number): number {
      return one + two + three;
    }
    const bound = bindFunction(context, addAll);

    expect([bound.name, bound.length]).to.deep.equal(['addAll', 3]);
  });

  describe('when the function throws', () => {
    it('throws the same on, and gives the caller its context back', () => {
      const error = new Error('no');
      const bound = run('then', () =>
        bindFunction(context, () => {
          throw error;
        }),
      );

      run('now', () => {
        expect(bound).to.throw().that.equals(error);
        expect(context.current()).to.equal('now');
      });
    });
  });

  describe('when the function goes on asynchronously', () => {
    it('keeps to the context in which it was bound', async () => {
      const bound = run('then', () =>
        bindFunction(context, async () => {
          await Promise.resolve();
          return context.current();
        }),
      );

      expect(await run('now', bound)).to.equal('then');
    });
  });
});

describe('bindEventEmitter', () => {
  let emitter: EventEmitter;
  let seen: unknown[];
  const listener = (): void => void seen.push(context.current());

  beforeEach(() => {
    context = new AsyncContext();
    emitter = new EventEmitter();
    seen = [];
  });

  const bindIn = (value: string): EventEmitter => run(value, () => bindEventEmitter(context, emitter));

  it('answers the emitter itself', () => {
    expect(bindIn('bound')).to.equal(emitter);
  });

  it('runs listeners added before and after in the context of the binding', () => {
    emitter.on('x', listener);
    bindIn('bound');
    run('added', () => emitter.on('x', listener));
    run('emits', () => emitter.emit('x'));

    expect(seen).to.deep.equal(['bound', 'bound']);
  });

  it('calls a once-listener once, with this and the arguments, and answers whether anybody listened', () => {
    bindIn('bound');
    const calls: unknown[] = [];
    emitter.once('x', function (this: unknown, ...args: unknown[]) {
      calls.push(this, ...args);
    });

    expect([emitter.emit('x', 1, 2), emitter.emit('x', 3)]).to.deep.equal([true, false]);
    expect(calls).to.deep.equal([emitter, 1, 2]);
  });

  it('lets listeners be removed and counted by what was added', () => {
    bindIn('bound');
    emitter.on('x', listener);
    expect(emitter.listeners('x')).to.deep.equal([listener]);
    emitter.removeListener('x', listener);
    emitter.emit('x');

    expect(seen).to.deep.equal([]);
    expect(emitter.listenerCount('x')).to.equal(0);
  });

  it('adds nothing that a loop over its members would show', () => {
    const before = Object.keys(emitter);
    bindIn('bound');

    expect(Object.keys(emitter)).to.deep.equal(before);
  });

  describe('when it is bound again', () => {
    it('follows the later context', () => {
      bindIn('first');
      bindIn('second');
      emitter.on('x', listener);
      run('emits', () => emitter.emit('x'));

      expect(seen).to.deep.equal(['second']);
    });

    it('does not undo what somebody else has wrapped around in between', () => {
      bindIn('first');
      const inner = emitter.emit.bind(emitter);
      const emitted: unknown[] = [];
      emitter.emit = (name, ...args) => {
        emitted.push(name);
        return inner(name, ...(args as unknown[]));
      };
      bindIn('second');
      emitter.emit('x');

      expect(emitted).to.deep.equal(['x']);
    });
  });

  describe('when an error is emitted that nobody listens for', () => {
    it('throws it on, and gives the caller its context back', () => {
      bindIn('bound');
      const error = new Error('no');

      run('emits', () => {
        expect(() => emitter.emit('error', error))
          .to.throw()
          .that.equals(error);
        expect(context.current()).to.equal('emits');
      });
    });
  });

  describe('when the emitter takes no new members', () => {
    it('leaves it as it is', () => {
      Object.freeze(emitter);

      expect(bindIn('bound')).to.equal(emitter);
    });
  });
});
