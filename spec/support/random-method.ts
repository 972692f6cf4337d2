import { Duplex, PassThrough, Readable, Stream } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { types } from 'node:util';
import fc from 'fast-check';
import { HOSTILE_VALUES } from './hostile.js';

/** One thing that a random method does. Numbers are indices of {@link VALUES} or of members, modulo how many there are. */
export type Act =
  | readonly ['log', number]
  | readonly ['this']
  | readonly ['argument', number]
  | readonly ['await', number]
  | readonly ['turn']
  | readonly ['yield', number]
  | readonly ['delegate', number]
  | readonly ['call', number, number]
  | readonly ['super', number]
  | readonly ['return', number]
  | readonly ['throw', number]
  | readonly ['try', readonly Act[], readonly Act[] | undefined, readonly Act[] | undefined];

/** One thing that is done to a generator. */
export type Step = readonly ['next' | 'return' | 'throw', number];

/** How a method is called and what is done with what it answers. */
export interface Script {
  /** The `this` of the call: `undefined` the object, else a value. */
  readonly self: number | undefined;
  readonly args: readonly number[];
  /** Of a callback: at once, in a microtask or in a turn of the event loop. */
  readonly calls: 'at once' | 'soon' | 'later';
  readonly consume: 'steps' | 'steps at once' | 'for of' | 'break' | 'spread' | 'delegate' | 'drop';
  readonly steps: readonly Step[];
  /** Whether a thenable that is no plain promise is awaited. */
  readonly awaits: boolean;
}

/** What a method does, and how it is driven. */
export interface RandomMethod {
  readonly acts: readonly Act[];
  readonly script: Script;
}

const index = fc.nat(9999);
const simple: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(fc.constant('log' as const), index),
  fc.constant(['this'] as const),
  fc.tuple(fc.constant('argument' as const), fc.nat(3)),
  fc.tuple(fc.constant('await' as const), index),
  fc.tuple(fc.constant('yield' as const), index),
  fc.tuple(fc.constant('yield' as const), index),
  fc.tuple(fc.constant('delegate' as const), index),
  fc.tuple(fc.constant('call' as const), index, index),
  fc.tuple(fc.constant('super' as const), index),
);
const end: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('return' as const), index) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('throw' as const), index) },
);
const block = fc.array(fc.oneof({ weight: 6, arbitrary: simple }, { weight: 1, arbitrary: end }), { maxLength: 2 });
const guarded: fc.Arbitrary<Act> = fc.tuple(
  fc.constant('try' as const),
  block,
  fc.option(block, { nil: undefined }),
  fc.option(block, { nil: undefined }),
);
const acts: fc.Arbitrary<readonly Act[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 12, arbitrary: simple },
        { weight: 4, arbitrary: guarded },
        { weight: 1, arbitrary: fc.constant<Act>(['turn']) },
      ),
      { maxLength: 4 },
    ),
    end,
  )
  .map(([body, last]) => [...body, last]);

const script: fc.Arbitrary<Script> = fc.record({
  self: fc.option(index, { nil: undefined, freq: 4 }),
  args: fc.array(index, { maxLength: 3 }),
  calls: fc.constantFrom('at once', 'soon', 'later'),
  consume: fc.constantFrom('steps', 'steps', 'steps at once', 'for of', 'break', 'spread', 'delegate', 'drop'),
  steps: fc.array(fc.tuple(fc.constantFrom('next', 'next', 'next', 'return', 'throw'), index), { maxLength: 5 }),
  awaits: fc.boolean(),
});

export const randomMethods: fc.Arbitrary<RandomMethod> = fc.record({ acts, script });

class Subclass<Value> extends Promise<Value> {}

function* count(): Generator<number, string, unknown> {
  yield 1;
  yield 2;
  return 'counted';
}

async function* countLater(): AsyncGenerator<number, string, unknown> {
  yield 1;
  return 'counted';
}

/** What is handed in, out and over, by what it is. Each side of a comparison makes its own. */
const VALUES: readonly (readonly [what: string, make: (world: World) => unknown])[] = [
  ['undefined', () => undefined],
  ['the object', (world) => world.itself],
  ['null', () => null],
  ['zero', () => 0],
  ['minus zero', () => -0],
  ['no number', () => Number.NaN],
  ['a text', () => 'text'],
  ['false', () => false],
  ['an object', () => ({ a: 1, b: { c: [1, 2] } })],
  ['a frozen object', () => Object.freeze({ a: 1 })],
  ['an array', () => [1, 'two']],
  ['a function', () => () => 1],
  ['a class', () => class Made {}],
  ['an error', () => new Error('an error')],
  ['an error of a status', () => Object.assign(new RangeError('not found'), { statusCode: 404 })],
  ['a date', () => new Date(0)],
  ['a lazy query', (world) => world.lazy()],
  ['a lazy query that fails', (world) => world.lazy(new Error('query'))],
  ['a frozen lazy query', (world) => Object.freeze(world.lazy())],
  // oxlint-disable-next-line unicorn/no-thenable -- as they come
  ['an object whose then is no function', () => ({ then: 1 })],
  ['a promise', () => Promise.resolve('resolved')],
  ['a promise of a promise', () => Promise.resolve(Promise.resolve(undefined))],
  ['a promise that fails', () => Promise.reject(new Error('rejected'))],
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as they come
  ['a promise that fails with nothing', () => Promise.reject(undefined)],
  ['a promise of a subclass', () => Subclass.resolve(1)],
  ['a promise of a subclass that fails', () => Subclass.reject(new Error('rejected'))],
  ['a promise with a member', () => Object.assign(Promise.resolve(1), { cancel: () => true })],
  ['a promise with a symbol', () => Object.assign(Promise.resolve(1), { [Symbol.for('member')]: true })],
  ['a proxy of a promise', () => new Proxy(Promise.resolve(1), {})],
  ['a generator', () => count()],
  ['a frozen generator', () => Object.freeze(count())],
  ['a generator with a next of its own', () => Object.assign(count(), { next: () => ({ done: true, value: 'own' }) })],
  ['a proxy of a generator', () => new Proxy(count(), {})],
  ['an async generator', () => countLater()],
  ['an iterator of an array', () => [1, 2].values()],
  ['a readable stream', () => Readable.from(['a', 'b'])],
  ['a stream of both kinds', () => new PassThrough()],
  ['a stream that is over', () => new Duplex().destroy()],
  ['a web stream', () => ReadableStream.from(['a'])],
  ...Object.entries(HOSTILE_VALUES)
    // Their sizes say nothing here, and cost half a second each.
    .filter(([what]) => !what.includes('without end') && !what.includes('of many'))
    .map(([what, make]) => [what, make] as const),
];

/** What a call is told beside its arguments: where to write what it does, and how deep it is. */
class Call {
  readonly #log: unknown[];
  readonly #depth: number;

  constructor(log: unknown[], depth: number) {
    this.#log = log;
    this.#depth = depth;
  }

  static in(args: readonly unknown[]): Call | undefined {
    const last: unknown = args.at(-1);
    return typeof last === 'object' && last !== null && #log in last ? last : undefined;
  }

  get depth(): number {
    return this.#depth;
  }

  note(...what: unknown[]): void {
    this.#log.push(what);
  }

  /** Each call has a log of its own within that of its caller: how calls that overlap are interleaved is a matter of ticks. */
  within(): Call {
    const log: unknown[] = [];
    this.#log.push(log);
    return new Call(log, this.#depth + 1);
  }
}

/** What a body came to, where it did not just run to its end. */
interface Returned {
  readonly value: unknown;
}

type Up = ((...args: unknown[]) => unknown) | undefined;

/** A member as the outside knows it. */
export interface Member {
  readonly name: PropertyKey;
  readonly kind: 'method' | 'getter' | 'setter' | 'callback';
  readonly isStatic: boolean;
}

const DEEPEST = 2;

/**
 * One side of a comparison: runs random methods, and writes down all that they and their callers can see. What two sides write
 * down is equal where they behave alike.
 */
export class World {
  readonly #programs: ReadonlyMap<PropertyKey, RandomMethod>;
  readonly #members: readonly Member[];
  readonly #values = new Map<number, unknown>();
  readonly #names = new Map<unknown, string>();
  readonly #reach: (member: Member) => (self: unknown, args: unknown[]) => unknown;
  #called: Call | undefined;
  #thens = 0;
  #running = 0;
  /** What methods are called on where the script says nothing else. */
  itself: object = this;

  /** @param reach how a member is called */
  constructor(
    members: readonly Member[],
    programs: ReadonlyMap<PropertyKey, RandomMethod>,
    reach: (member: Member) => (self: unknown, args: unknown[]) => unknown,
  ) {
    this.#members = members;
    this.#programs = programs;
    this.#reach = reach;
  }

  /** Resolves when what was called and not waited for has come to its end as well. */
  async rest(): Promise<void> {
    do await turn();
    while (this.#running > 0);
  }

  /** How often lazy queries were run. */
  get thens(): number {
    return this.#thens;
  }

  lazy(failure?: Error): object {
    const then = (resolve?: (value: unknown) => void, reject?: (reason: unknown) => void): void => {
      this.#thens += 1;
      if (failure === undefined) resolve?.('ran');
      else reject?.(failure);
    };
    // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
    return { then };
  }

  value(at: number): unknown {
    const place = at % VALUES.length;
    if (!this.#values.has(place)) {
      const [what, make] = VALUES[place]!;
      const made = make(this);
      // Each time another: which derived promises are handled is told of each by itself, and so has to be of the others.
      if (isPlain(made)) return made;
      this.#values.set(place, made);
      if (isObject(made) || typeof made === 'symbol') this.#names.set(made, what);
    }
    return this.#values.get(place);
  }

  know(value: unknown, what: string): void {
    this.#names.set(value, what);
  }

  /** The very value, by a word; of a plain promise, the one thing whose identity is not promised, that it is one. */
  word(value: unknown): string {
    if (!isObject(value) && typeof value !== 'symbol') {
      return Object.is(value, -0) ? '-0' : `${typeof value} ${String(value)}`;
    }
    if (isPlain(value)) return 'a plain promise';
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    if (types.isProxy(value)) return 'an unknown proxy';
    if (types.isNativeError(value)) return `a new ${value.name}: ${value.message}`;
    return `a new ${Object.prototype.toString.call(value)}`;
  }

  /** The body of a synchronous member. */
  run(name: PropertyKey, self: unknown, args: readonly unknown[], up: Up): unknown {
    const body = this.generate(name, self, args, up);
    let step = body.next();
    while (step.done !== true) step = body.next();
    return step.value;
  }

  /** The body of an asynchronous member. */
  async runLater(name: PropertyKey, self: unknown, args: readonly unknown[], up: Up): Promise<unknown> {
    const body = this.generateLater(name, self, args, up);
    this.#running += 1;
    try {
      let step = await body.next();
      while (step.done !== true) step = await body.next();
      return step.value;
    } finally {
      this.#running -= 1;
    }
  }

  /** The body of a member that ends with a callback, its first argument. */
  runWithCallback(name: PropertyKey, self: unknown, args: readonly unknown[], up: Up): unknown {
    const callback = args[0] as (failure: unknown, result?: unknown) => unknown;
    const { calls } = this.#programs.get(name)!.script;
    const body = (): [unknown, unknown?] => {
      try {
        return [null, this.run(name, self, args, up)];
      } catch (thrown) {
        return [thrown];
      }
    };
    if (calls === 'at once') return callback(...body());
    const result = body();
    if (calls === 'soon') queueMicrotask(() => void callback(...result));
    else setImmediate(() => void callback(...result));
    return this.value(args.length);
  }

  /** The body of a generator. */
  *generate(name: PropertyKey, self: unknown, args: readonly unknown[], up: Up): Generator<unknown, unknown, unknown> {
    const call = this.#begin(self, args);
    return (yield* this.#acts(this.#programs.get(name)!.acts, call, self, args, up))?.value;
  }

  /** The body of an async generator. */
  async *generateLater(
    name: PropertyKey,
    self: unknown,
    args: readonly unknown[],
    up: Up,
  ): AsyncGenerator<unknown, unknown, unknown> {
    const call = this.#begin(self, args);
    return (yield* this.#actsLater(this.#programs.get(name)!.acts, call, self, args, up))?.value;
  }

  #begin(self: unknown, args: readonly unknown[]): Call {
    const call = Call.in(args) ?? this.#called ?? new Call([], DEEPEST);
    this.#called = undefined;
    call.note('this', this.word(self), 'arguments', args.length);
    return call;
  }

  /** @returns whether the act is done; else it waits or yields */
  #act(act: Act, call: Call, self: unknown, args: readonly unknown[]): boolean {
    if (act[0] === 'log') call.note('log', act[1]);
    else if (act[0] === 'this') call.note('this', this.word(self));
    else if (act[0] === 'argument') call.note('argument', this.word(args[act[1]]));
    else if (act[0] === 'throw') throw this.value(act[1]);
    else return false;
    return true;
  }

  *#acts(
    list: readonly Act[],
    call: Call,
    self: unknown,
    args: readonly unknown[],
    up: Up,
  ): Generator<unknown, Returned | undefined, unknown> {
    for (const act of list) {
      if (act[0] === 'return') return { value: this.value(act[1]) };
      if (act[0] === 'yield') {
        const given: unknown = yield this.value(act[1]);
        call.note('given', this.word(given));
      } else if (act[0] === 'delegate') {
        call.note('delegated', this.word(yield* this.#delegate(act[1], call)));
      } else if (act[0] === 'try') {
        try {
          const returned = yield* this.#acts(act[1], call, self, args, up);
          if (returned !== undefined) return returned;
        } catch (thrown) {
          call.note('caught', this.word(thrown));
          if (act[2] === undefined) throw thrown;
          const returned = yield* this.#acts(act[2], call, self, args, up);
          if (returned !== undefined) return returned;
        } finally {
          call.note('finally');
          yield* this.#acts(act[3] ?? [], call, self, args, up);
        }
      } else if (act[0] === 'call' || act[0] === 'super') {
        const result = this.#callOn(act, call, self, up);
        call.note('called', this.word(result));
        if (isOwnGenerator(result))
          call.note(
            'drained',
            [...result].map((each) => this.word(each)),
          );
      } else {
        this.#act(act, call, self, args);
      }
    }
    return undefined;
  }

  *#delegate(at: number, call: Call): Generator<unknown, unknown, unknown> {
    const generator = this.#members[at % this.#members.length]!;
    if (call.depth < DEEPEST && at % 2 === 0) {
      const made = this.#call(generator, undefined, [this.value(at)], call);
      if (isOwnGenerator(made)) return yield* made;
      return made;
    }
    return yield* [1, this.value(at)];
  }

  async *#actsLater(
    list: readonly Act[],
    call: Call,
    self: unknown,
    args: readonly unknown[],
    up: Up,
  ): AsyncGenerator<unknown, Returned | undefined, unknown> {
    for (const act of list) {
      if (act[0] === 'return') return { value: await this.value(act[1]) };
      if (act[0] === 'yield') {
        const given: unknown = yield this.value(act[1]);
        call.note('given', this.word(given));
      } else if (act[0] === 'await') {
        call.note('awaited', this.word(await this.value(act[1])));
      } else if (act[0] === 'turn') {
        await turn();
      } else if (act[0] === 'delegate') {
        const given: unknown = yield* this.#delegateLater(act[1], call);
        call.note('delegated', this.word(given));
      } else if (act[0] === 'try') {
        try {
          const returned = yield* this.#actsLater(act[1], call, self, args, up);
          if (returned !== undefined) return returned;
        } catch (thrown) {
          call.note('caught', this.word(thrown));
          if (act[2] === undefined) throw thrown;
          const returned = yield* this.#actsLater(act[2], call, self, args, up);
          if (returned !== undefined) return returned;
        } finally {
          call.note('finally');
          yield* this.#actsLater(act[3] ?? [], call, self, args, up);
        }
      } else if (act[0] === 'call' || act[0] === 'super') {
        const result = this.#callOn(act, call, self, up);
        call.note('called', this.word(result));
        if (isPlain(result)) call.note('awaited', this.word(await result));
        else if (isOwnGenerator(result))
          call.note(
            'drained',
            [...result].map((each) => this.word(each)),
          );
        else if (isOwnAsyncGenerator(result)) for await (const each of result) call.note('drained', this.word(each));
      } else {
        this.#act(act, call, self, args);
      }
    }
    return undefined;
  }

  async *#delegateLater(at: number, call: Call): AsyncGenerator<unknown, unknown, unknown> {
    const generator = this.#members[at % this.#members.length]!;
    if (call.depth < DEEPEST && at % 2 === 0) {
      const made = this.#call(generator, undefined, [this.value(at)], call);
      if (isOwnAsyncGenerator(made) || isOwnGenerator(made)) return yield* made;
      return [made];
    }
    return yield* [1, 2];
  }

  #callOn(
    act: readonly ['call', number, number] | readonly ['super', number],
    call: Call,
    self: unknown,
    up: Up,
  ): unknown {
    if (call.depth >= DEEPEST) return undefined;
    if (act[0] === 'super') {
      const inner = call.within();
      this.#called = inner;
      return up?.(this.value(act[1]), inner);
    }
    const member = this.#members[act[1] % this.#members.length]!;
    return this.#call(member, act[2] % 3 === 0 ? self : undefined, [this.value(act[2])], call);
  }

  /** @param self `undefined` for the object itself */
  #call(member: Member, self: unknown, args: unknown[], caller: Call): unknown {
    const call = caller.within();
    this.#called = call;
    const given = member.kind === 'callback' ? [this.#callback(call), ...args, call] : [...args, call];
    return this.#reach(member)(self, member.kind === 'setter' || member.kind === 'getter' ? args : given);
  }

  #callback(call: Call): (...args: unknown[]) => unknown {
    return (...args) => {
      call.note('called back', ...args.map((each) => this.word(each)));
      return this.value(args.length);
    };
  }

  /** Drives one member as its script says, and answers all that was seen. */
  async drive(member: Member): Promise<unknown> {
    const log: unknown[] = [];
    const { script: driver } = this.#programs.get(member.name)!;
    const call = new Call(log, 0).within();
    this.#called = call;
    const args = driver.args.map((at) => this.value(at));
    const called = new Promise<void>((resolve) => {
      if (member.kind !== 'callback') {
        resolve();
        return;
      }
      const callback = this.#callback(call);
      args.unshift((...given: unknown[]) => {
        resolve();
        return callback(...given);
      });
    });
    const self = driver.self === undefined ? undefined : this.value(driver.self);
    try {
      let result: unknown;
      if (member.kind === 'getter' || member.kind === 'setter') result = this.#reach(member)(self, args);
      else result = this.#reach(member)(self, [...args, call]);
      await this.#consume(result, driver, call);
    } catch (thrown) {
      call.note('threw', this.word(thrown));
      if (member.kind === 'callback' && driver.calls === 'at once') return log;
    }
    await called;
    return log;
  }

  async #consume(result: unknown, driver: Script, call: Call): Promise<void> {
    call.note('answered', this.word(result), ...this.look(result));
    if (isPlain(result)) {
      await this.#settled(result, call);
    } else if (isOwnGenerator(result)) {
      this.#iterate(result, driver, call);
    } else if (isOwnAsyncGenerator(result)) {
      await this.#iterateLater(result, driver, call);
    } else if (driver.awaits && !types.isProxy(result)) {
      await this.#settled(result, call);
    }
  }

  async #settled(result: unknown, call: Call): Promise<void> {
    try {
      const value: unknown = await result;
      call.note('fulfilled', this.word(value), ...this.look(value));
    } catch (thrown) {
      call.note('rejected', this.word(thrown));
    }
  }

  /** What can be seen of a result without calling anything of it. */
  look(result: unknown): unknown[] {
    if (!isObject(result) || types.isProxy(result)) return [];
    // On a generator that is followed stand the three steps; with listeners comes and goes what a stream keeps of them.
    const changes = isPlain(result) || result instanceof Stream || result instanceof ReadableStream;
    const keys = changes
      ? []
      : Reflect.ownKeys(result).filter((key) => !isOwnStep(result, key) && !isMark(result, key));
    const prototype: unknown = Object.getPrototypeOf(result);
    const kind: unknown = isObject(prototype) && !types.isProxy(prototype) ? Object.getPrototypeOf(prototype) : null;
    const isExtensible = isPlain(result) || Object.isExtensible(result);
    return [keys.map(String), this.word(prototype), this.word(kind), isExtensible];
  }

  #iterate(generator: Generator<unknown, unknown, unknown>, driver: Script, call: Call): void {
    switch (driver.consume) {
      case 'for of':
      case 'delegate':
        for (const each of delegating(generator)) call.note('each', this.word(each));
        return;
      case 'break':
        for (const each of generator) {
          call.note('each', this.word(each));
          break;
        }
        return;
      case 'spread':
        call.note(
          'spread',
          [...generator].map((each) => this.word(each)),
        );
        return;
      case 'drop':
        return;
      case 'steps':
      case 'steps at once':
        for (const [step, at] of [...driver.steps, ...AFTERWARDS]) {
          try {
            call.note(step, this.#result(generator[step](this.value(at))));
          } catch (thrown) {
            call.note(step, 'threw', this.word(thrown));
          }
        }
    }
  }

  async #iterateLater(generator: AsyncGenerator<unknown, unknown, unknown>, driver: Script, call: Call): Promise<void> {
    switch (driver.consume) {
      case 'for of':
      case 'spread':
      case 'delegate':
        for await (const each of delegatingLater(generator)) call.note('each', this.word(each));
        return;
      case 'break':
        for await (const each of generator) {
          call.note('each', this.word(each));
          break;
        }
        return;
      case 'drop':
        return;
      case 'steps':
        for (const step of [...driver.steps, ...AFTERWARDS]) await this.#step(generator, step, call);
        return;
      case 'steps at once':
        // Each with a log of its own, as they overlap.
        await Promise.all(driver.steps.map((step) => this.#step(generator, step, call.within())));
    }
  }

  async #step(generator: AsyncGenerator<unknown, unknown, unknown>, [step, at]: Step, call: Call): Promise<void> {
    const taken: unknown = generator[step](this.value(at));
    call.note(step, this.word(taken));
    try {
      call.note(this.#result((await taken) as IteratorResult<unknown>));
    } catch (thrown) {
      call.note('rejected', this.word(thrown));
    }
  }

  #result(result: IteratorResult<unknown>): unknown {
    return [Object.keys(result), this.word(result.value), result.done];
  }
}

/** What is done to each generator that is driven by steps, after its end as well. */
const AFTERWARDS: readonly Step[] = [
  ['next', 0],
  ['next', 0],
  ['return', 2],
  ['throw', 13],
  ['next', 0],
];
const STEPS: ReadonlySet<PropertyKey> = new Set(['next', 'return', 'throw']);

function* delegating(generator: Generator<unknown, unknown, unknown>): Generator<unknown, unknown, unknown> {
  return yield* generator;
}

async function* delegatingLater(
  generator: AsyncGenerator<unknown, unknown, unknown>,
): AsyncGenerator<unknown, unknown, unknown> {
  return yield* generator;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function isPlain(value: unknown): value is Promise<unknown> {
  if (!types.isPromise(value) || types.isProxy(value)) return false;
  if (Object.getPrototypeOf(value) !== Promise.prototype) return false;
  return Reflect.ownKeys(value).every((key) => isMark(value, key));
}

/** Node marks promises with symbols of its own while asynchronous context is kept. */
function isMark(value: object, key: PropertyKey): boolean {
  return types.isPromise(value) && typeof key === 'symbol' && Symbol.keyFor(key) === undefined;
}

function isOwnGenerator(value: unknown): value is Generator<unknown, unknown, unknown> {
  return types.isGeneratorObject(value) && Object.prototype.toString.call(value) === '[object Generator]';
}

function isOwnStep(value: object, key: PropertyKey): boolean {
  return types.isGeneratorObject(value) && STEPS.has(key);
}

function isOwnAsyncGenerator(value: unknown): value is AsyncGenerator<unknown, unknown, unknown> {
  return types.isGeneratorObject(value) && Object.prototype.toString.call(value) === '[object AsyncGenerator]';
}
