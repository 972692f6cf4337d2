import { expect } from 'chai';
import * as fc from 'fast-check';
import { CauseRecorder, parseStack, typeOf, type Cause, type ExceptionRecord } from '#lib/model/cause.js';
import { DataPolicy } from '#lib/model/data-policy.js';
import { Members } from '#lib/model/read.js';
import { HOSTILE_VALUES } from '../support/hostile.js';
import { CountingIdentifiers, startRecording } from '../support/recording.js';

function makeRecorder(): CauseRecorder {
  const identifiers = new CountingIdentifiers();
  return new CauseRecorder(() => identifiers.entity(), new DataPolicy());
}

function exceptionsOf(cause: Cause): readonly ExceptionRecord[] {
  expect(cause).to.be.an('array');
  return cause as readonly ExceptionRecord[];
}

/** An error chain of so many, the first caused by the second and so on. */
function chain(length: number): Error {
  let error = new Error(`number ${length}`);
  for (let number = length - 1; number > 0; number -= 1) error = new Error(`number ${number}`, { cause: error });
  return error;
}

describe('CauseRecorder', () => {
  describe('when values that are no objects are thrown again and again', () => {
    it('recognises the latest hundred of them', () => {
      const recorder = makeRecorder();
      const first = recorder.record('first');
      for (let count = 1; count < 100; count += 1) recorder.record(count);
      expect(recorder.record('first')).to.equal((first as readonly ExceptionRecord[])[0]?.id);
      recorder.record('one more');

      expect(recorder.record('first')).to.be.an('array');
      expect(recorder.record(99)).to.be.a('string');
    });
  });

  it("runs a getter of the user's once for each throw, whoever asks for what it gives", async () => {
    const spec = startRecording({ detailsErrors: true });
    const runs: Record<string, number> = {};
    const thrown = new Error('x');
    // V8 reads name and message when the stack is first asked for.
    expect(thrown.stack).to.be.a('string');
    for (const name of ['name', 'message', 'stack', 'cause', 'errors', 'code', 'status', 'response', 'getStatus']) {
      const get = (): unknown => {
        runs[name] = (runs[name] ?? 0) + 1;
        return name === 'message' ? 'm'.repeat(300) : undefined;
      };
      Object.defineProperty(thrown, name, { get, enumerable: true });
    }
    const fail = (): never => {
      throw thrown;
    };
    try {
      spec.recorder.trace('op', fail);
    } catch {
      // Not looked at: chai would read its members too.
    }

    expect(Object.keys(runs)).to.have.length(9);
    expect(runs).to.deep.equal(Object.fromEntries(Object.keys(runs).map((name) => [name, 1])));
    await spec.stop();
  });

  it('tells type, message and where', () => {
    const [exception, ...others] = exceptionsOf(makeRecorder().record(new TypeError('no')));

    expect(others).to.deep.equal([]);
    expect(exception).to.include({ id: '0000000000000001', type: 'TypeError', message: 'no', truncated: 0 });
    expect(exception?.stack[0]?.path).to.match(/cause\.spec\.[jt]s$/);
    expect(exception?.stack[0]?.line).to.be.above(0);
  });

  describe('when the same error is seen again', () => {
    it('refers to where it was recorded', () => {
      const recorder = makeRecorder();
      const error = new Error('x');
      const [first] = exceptionsOf(recorder.record(error));

      expect(recorder.record(error)).to.equal(first?.id);
    });

    it('refers to it also as the cause of another', () => {
      const recorder = makeRecorder();
      const inner = new Error('inner');
      const [below] = exceptionsOf(recorder.record(inner));
      const exceptions = exceptionsOf(recorder.record(new Error('outer', { cause: inner })));

      expect(exceptions).to.have.length(1);
      expect(exceptions[0]?.cause).to.equal(below?.id);
    });

    it('records another error that says the same', () => {
      const recorder = makeRecorder();
      recorder.record(new Error('x'));

      expect(exceptionsOf(recorder.record(new Error('x')))).to.have.length(1);
    });
  });

  describe('when errors cause each other', () => {
    it('follows the chain in order', () => {
      const exceptions = exceptionsOf(makeRecorder().record(chain(3)));

      expect(exceptions.map(({ message }) => message)).to.deep.equal(['number 1', 'number 2', 'number 3']);
      expect(exceptions.map(({ cause }) => cause)).to.deep.equal([exceptions[1]?.id, exceptions[2]?.id, undefined]);
    });

    it('records ten of a long chain and counts the rest', () => {
      const exceptions = exceptionsOf(makeRecorder().record(chain(25)));

      expect(exceptions).to.have.length(10);
      expect(exceptions.map(({ skipped }) => skipped)).to.deep.equal([...Array<undefined>(9), 15]);
    });

    it('records a circle once, as a chain with an end', () => {
      const one = new Error('one');
      const two = new Error('two', { cause: one });
      one.cause = two;
      const exceptions = exceptionsOf(makeRecorder().record(one));

      expect(exceptions.map(({ message, cause }) => [message, cause])).to.deep.equal([
        ['one', exceptions[1]?.id],
        ['two', undefined],
      ]);
    });

    it('records an error that causes itself once, without a cause', () => {
      const error = new Error('x');
      error.cause = error;

      expect(exceptionsOf(makeRecorder().record(error)).map(({ cause }) => cause)).to.deep.equal([undefined]);
    });

    it('follows a cause that is no error', () => {
      const exceptions = exceptionsOf(makeRecorder().record(new Error('x', { cause: 'disk full' })));

      expect(exceptions.map(({ type, message }) => [type, message])).to.deep.equal([
        ['Error', 'x'],
        ['string', 'disk full'],
      ]);
    });

    it('takes a cause of null for none', () => {
      expect(exceptionsOf(makeRecorder().record(new Error('x', { cause: null })))).to.have.length(1);
    });
  });

  describe('when the ids give out in the midst of a chain', () => {
    it('refers to none of its exceptions, which are in no document', () => {
      const ids = ['first', undefined, 'third', 'fourth'].values();
      const recorder = new CauseRecorder(() => {
        const id = ids.next().value;
        if (id === undefined) throw new Error('no more ids');
        return id;
      }, new DataPolicy());
      const error = chain(2);

      expect(() => recorder.record(error)).to.throw('no more ids');
      expect(exceptionsOf(recorder.record(error)).map(({ id }) => id)).to.deep.equal(['third', 'fourth']);
    });
  });

  describe('when it is an AggregateError', () => {
    it('records its members', () => {
      const aggregate = new AggregateError([new Error('a'), new TypeError('b')], 'both');
      const exceptions = exceptionsOf(makeRecorder().record(aggregate));

      expect(exceptions.map(({ type, message }) => `${type} ${message}`)).to.deep.equal([
        'AggregateError both',
        'Error a',
        'TypeError b',
      ]);
      expect(exceptions[0]?.cause).to.equal(exceptions[1]?.id);
    });

    it('passes over members that are no errors', () => {
      const validation = Object.assign(new Error('invalid'), { errors: ['too short', { field: 'x' }] });

      expect(exceptionsOf(makeRecorder().record(validation))).to.have.length(1);
    });

    it('records ten of a great many', () => {
      const aggregate = new AggregateError(Array.from({ length: 3000 }, () => new Error('x')));
      const exceptions = exceptionsOf(makeRecorder().record(aggregate));

      expect(exceptions).to.have.length(10);
      expect(exceptions[0]?.skipped).to.be.above(900);
    });
  });

  describe('when what was thrown is no error', () => {
    const table: readonly [thrown: unknown, type: string, message: string][] = [
      [undefined, 'undefined', 'undefined'],
      [null, 'null', 'null'],
      ['disk full', 'string', 'disk full'],
      ['', 'string', ''],
      [404, 'number', '404'],
      [Number.NaN, 'number', 'NaN'],
      [false, 'boolean', 'false'],
      [7n, 'bigint', '7'],
      [Symbol('s'), 'symbol', 'Symbol(s)'],
      [{ code: 7 }, 'Object', '{"code":7}'],
      [{ message: 'like an error', name: 'Custom' }, 'Custom', 'like an error'],
      [[1, 2], 'Array', '[1,2]'],
      [Object.create(null), 'Error', '{}'],
    ];
    for (const [thrown, type, message] of table) {
      it(`tells type ${type} and message ${JSON.stringify(message)}`, () => {
        const [exception] = exceptionsOf(makeRecorder().record(thrown));

        expect(exception).to.deep.include({ type, message, stack: [] });
      });
    }

    it('tells a function by its type', () => {
      expect(exceptionsOf(makeRecorder().record(() => 1))[0]).to.include({ type: 'function' });
    });
  });

  describe('when what was thrown is hostile', () => {
    for (const [what, make] of Object.entries(HOSTILE_VALUES)) {
      it(`records ${what}, up to ten exceptions without a circle`, () => {
        const exceptions = exceptionsOf(makeRecorder().record(make()));

        expect(exceptions.length).to.be.within(1, 10);
        for (const start of exceptions) {
          const visited = new Set<string>();
          for (let at: ExceptionRecord | undefined = start; at !== undefined;) {
            expect(visited.has(at.id)).to.equal(false);
            visited.add(at.id);
            const next: string | undefined = at.cause;
            at = exceptions.find(({ id }) => id === next);
          }
        }
      });
    }
  });

  it('records anything at all, within the limits of X-Ray', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        for (const { type, message } of exceptionsOf(makeRecorder().record(thrown))) {
          expect(type).to.have.length.within(1, 250);
          expect(message).to.have.length.at.most(250);
        }
      }),
    );
  });
});

describe('typeOf', () => {
  class OrderError extends Error {}
  class Renamed extends Error {
    override readonly name = 'OrderNotFound';
  }
  const minified = class extends Error {};
  Object.defineProperty(minified, 'name', { value: '' });
  const table: readonly [what: string, thrown: unknown, type: string][] = [
    ['an error', new Error('x'), 'Error'],
    ['a subclass that set no name', new OrderError('x'), 'OrderError'],
    ['a subclass that set its name', new Renamed('x'), 'OrderNotFound'],
    ['an error that was given a name', Object.assign(new Error('x'), { name: 'Mine' }), 'Mine'],
    ['an anonymous subclass', new minified('x'), 'Error'],
    ['an error whose name is empty', Object.assign(new TypeError('x'), { name: '' }), 'TypeError'],
    ['an error whose name is no text', Object.assign(new TypeError('x'), { name: 7 }), 'TypeError'],
    ['a DOMException', new DOMException('x', 'AbortError'), 'AbortError'],
    ['a name that is too long', Object.assign(new Error('x'), { name: 'N'.repeat(300) }), `${'N'.repeat(249)}…`],
  ];
  for (const [what, thrown, type] of table) {
    it(`calls ${what} ${type.slice(0, 20)}`, () => {
      expect(typeOf(new Members(thrown))).to.equal(type);
    });
  }
});

describe('parseStack', () => {
  const table: readonly [
    what: string,
    line: string,
    frame: readonly [label: string, path: string, line: number] | undefined,
  ][] = [
    ['a function', '    at place (/app/order.js:10:5)', ['place', '/app/order.js', 10]],
    ['a method', '    at OrderService.place (/app/order.js:10:5)', ['OrderService.place', '/app/order.js', 10]],
    ['a method under another name', '    at Order.place [as go] (/a.js:1:2)', ['Order.place [as go]', '/a.js', 1]],
    ['a constructor', '    at new Order (/app/order.js:10:5)', ['new Order', '/app/order.js', 10]],
    ['an async function', '    at async place (/app/order.js:10:5)', ['place', '/app/order.js', 10]],
    ['an async method', '    at async Order.place (/a.js:1:2)', ['Order.place', '/a.js', 1]],
    [
      'a static block',
      '    at Function.<static_initializer> (/a.js:1:2)',
      ['Function.<static_initializer>', '/a.js', 1],
    ],
    ['the module itself', '    at Object.<anonymous> (/app/main.js:1:1)', ['Object.<anonymous>', '/app/main.js', 1]],
    ['an anonymous function', '    at /app/main.js:3:7', ['anonymous', '/app/main.js', 3]],
    ['an anonymous async function', '    at async /app/main.js:3:7', ['anonymous', '/app/main.js', 3]],
    ['an ES module', '    at place (file:///app/order.mjs:10:5)', ['place', '/app/order.mjs', 10]],
    ['an anonymous function of an ES module', '    at file:///app/main.mjs:3:7', ['anonymous', '/app/main.mjs', 3]],
    ['an anonymous async function of an ES module', '    at async file:///a.mjs:3:7', ['anonymous', '/a.mjs', 3]],
    [
      'Node itself',
      '    at Module._compile (node:internal/modules/cjs/loader:1358:14)',
      ['Module._compile', 'node:internal/modules/cjs/loader', 1358],
    ],
    ['a Windows path', '    at place (C:\\app\\order.js:10:5)', ['place', 'C:\\app\\order.js', 10]],
    ['an anonymous function on Windows', '    at C:\\my app\\order.js:10:5', ['anonymous', 'C:\\my app\\order.js', 10]],
    ['a path with spaces', '    at place (/my app/order.js:10:5)', ['place', '/my app/order.js', 10]],
    ['a path with parentheses', '    at place (/app/(group)/page.js:10:5)', ['place', '/app/(group)/page.js', 10]],
    ['a path with spaces and parentheses', '    at place (/app (1)/page.js:10:5)', ['place', '/app (1)/page.js', 10]],
    [
      'an anonymous function in a path with both',
      '    at /app (1)/page.js:10:5',
      ['anonymous', '/app (1)/page.js', 10],
    ],
    ['a path with colons', '    at webpack:///./src/a.ts:5:1', ['anonymous', 'webpack:///./src/a.ts', 5]],
    [
      'code of eval',
      '    at eval (eval at run (/app/a.js:1:1), <anonymous>:7:3)',
      ['eval', 'eval at run (/app/a.js:1:1), <anonymous>', 7],
    ],
    ['a line without a column', '    at place (/app/order.js:10)', ['place', '/app/order.js', 10]],
    ['tabs', '\tat place (/app/order.js:10:5)', ['place', '/app/order.js', 10]],
    ['the end of a line of Windows', '    at place (/app/order.js:10:5)\r', ['place', '/app/order.js', 10]],
    ['native code', '    at Array.map (<anonymous>)', undefined],
    ['Promise.all', '    at async Promise.all (index 0)', undefined],
    ['native code by its word', '    at JSON.parse (native)', undefined],
    ['the message', 'Error: no such order at all', undefined],
    ['a line of the message', 'at home (a.js:1:1)', undefined],
    ['an empty line', '', undefined],
  ];
  for (const [what, text, frame] of table) {
    it(`${frame === undefined ? 'passes over' : 'reads'} ${what}`, () => {
      const { frames } = parseStack(`Error: x\n${text}`);

      expect(frames.map(({ label, path, line }) => [label, path, line])).to.deep.equal(
        frame === undefined ? [] : [frame],
      );
    });
  }

  it('keeps 32 frames and counts the rest', () => {
    const stack = Array.from({ length: 50 }, (_, index) => `    at f${index} (/a.js:${index}:1)`).join('\n');
    const { frames, truncated } = parseStack(stack);

    expect(frames).to.have.length(32);
    expect(frames[0]?.label).to.equal('f0');
    expect(truncated).to.equal(18);
  });

  it('keeps the end of a long path and the beginning of a long name', () => {
    const [frame] = parseStack(`    at ${'f'.repeat(300)} (/${'d'.repeat(300)}/order.js:1:1)`).frames;

    expect(frame?.path)
      .to.have.length(250)
      .and.match(/^…d+\/order\.js$/);
    expect(frame?.label).to.have.length(250).and.match(/^f+…$/);
  });

  for (const stack of [undefined, null, 7, {}, [], '']) {
    it(`finds nothing in ${JSON.stringify(stack)}`, () => {
      expect(parseStack(stack)).to.deep.equal({ frames: [], truncated: 0 });
    });
  }

  it('reads a real stack trace from its first frame', async () => {
    async function thrower(): Promise<void> {
      await Promise.resolve();
      throw new Error('two\nlines');
    }
    const error: unknown = await thrower().catch((thrown: unknown) => thrown);

    expect(parseStack((error as Error).stack).frames[0]?.label).to.equal('thrower');
  });

  describe('when a message was crafted to look like frames', () => {
    it('is through with it at once', () => {
      const lines = [
        `    at ${'x ('.repeat(3000)}`,
        `    at ${' (:1'.repeat(2000)}`,
        `    at ${' (:1'.repeat(2000)})`,
        `    at ${':1'.repeat(4000)}x`,
        ' '.repeat(9000),
        `    at ${'a'.repeat(1_000_000)}:1:1`,
      ];
      const stack = Array.from({ length: 100 }, () => lines.join('\n')).join('\n');
      const start = performance.now();
      parseStack(stack);

      expect(performance.now() - start).to.be.below(2000);
    });
  });
});
