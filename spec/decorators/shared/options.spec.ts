import { expect } from 'chai';
import { Annotate, DecorationError, Metadata, Recorder, Traced, TracedTask, Untraced } from '#lib/index.js';
import { printTrace } from '#lib/testing/index.js';
import { startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

interface Order {
  readonly id: string;
  readonly total: number;
}

const order: Order = { id: 'o1', total: 7 };

class Orders {
  readonly region: string = 'eu';

  @Traced('place {method} of {class}')
  template(): void {}

  @Traced({ name: (given: Order) => `place ${given.id}` })
  selected(given: Order): string {
    return given.id;
  }

  @Traced({
    name(this: Orders) {
      return `${this.region} orders`;
    },
  })
  ofInstance(): void {}

  @Traced({ name: () => '' })
  nameless(): number {
    return 1;
  }

  @Traced({
    annotations: { id: (given: Order) => given.id, channel: 'web', absent: () => undefined },
    metadata: { whole: (given: Order) => given, constant: [1] },
  })
  described(given: Order): number {
    return given.total;
  }

  @Traced({ captureArguments: true, captureResult: (result: Order) => result.total })
  async captured(id: string, { total }: Pick<Order, 'total'>, ...tags: string[]): Promise<Order> {
    return { id: id + tags.length, total };
  }

  @Traced({ captureArguments: (given: Order) => given.id, captureResult: true })
  some(given: Order): Order {
    return given;
  }

  @Traced({ when: (given: Order) => given.total > 5 })
  large(given: Order): number {
    return given.total;
  }

  @Traced({
    when: () => {
      throw new Error('undecided');
    },
  })
  undecided(): void {}

  @Traced({ classifyError: (thrown) => (thrown instanceof RangeError ? 'none' : undefined) })
  expected(thrown: Error): never {
    throw thrown;
  }

  @Traced({ captureResult: true })
  get total(): number {
    return 7;
  }

  @Traced()
  static get count(): number {
    return 1;
  }

  @Traced('outer {method}')
  @Traced({ name: 'inner {method}', captureResult: true })
  @Traced({ namespace: 'remote', annotations: { lowest: true } })
  stacked(): number {
    return 1;
  }

  @Annotate('total', { result: (result: Order) => result.total })
  @Metadata('result', { result: (result: Order) => result.id }, { namespace: 'orders' })
  @Annotate('id', (id: string) => id)
  @Metadata('region', function select(this: Orders) {
    return this.region;
  })
  @Traced()
  async outcome(id: string): Promise<Order> {
    return { id, total: 9 };
  }
}

class SpecialOrders extends Orders {
  override template(): void {
    super.template();
  }
}

describe(`The options of @Traced (${dialect} decorators)`, () => {
  let recording: SpecRecording;
  let orders: Orders;

  beforeEach(() => {
    recording = startRecording();
    orders = new Orders();
  });

  afterEach(() => recording.stop());

  const inTrace = <Result>(fn: () => Result): Result => recording.recorder.trace('op', fn);
  const names = (): string[] =>
    recording
      .trace()
      .find('spec')
      .children.map(({ name }) => name);
  const only = () => recording.trace().find('spec').children[0]!;

  describe('name', () => {
    it('fills the class and the method in', () => {
      inTrace(() => new SpecialOrders().template());

      expect(names()).to.deep.equal(['place template of Orders']);
    });

    it('is asked of each call, with its arguments and its this', () => {
      inTrace(() => {
        orders.selected(order);
        orders.selected({ id: 'o2', total: 1 });
        orders.ofInstance();
      });

      expect(names()).to.deep.equal(['place o1', 'place o2', 'eu orders']);
    });

    it('is that of the method where the function answers none', () => {
      expect(inTrace(() => orders.nameless())).to.equal(1);
      expect(names()).to.deep.equal(['Orders.nameless']);
      expect(recording.diagnostics.counts['USER_CODE_FAILED']).to.equal(1);
    });
  });

  describe('annotations and metadata', () => {
    it('are values, or functions of the call', () => {
      inTrace(() => orders.described(order));

      expect(only().annotations).to.deep.equal({ id: 'o1', channel: 'web' });
      expect(only().metadata).to.deep.equal({ default: { whole: order, constant: [1] } });
    });
  });

  describe('captureArguments and captureResult', () => {
    it('keep all arguments by their names, and what is selected of the result', async () => {
      await inTrace(() => orders.captured('o', { total: 3 }, 'a', 'b'));

      expect(only().metadata['default']).to.deep.equal({
        arguments: { id: 'o', 1: { total: 3 }, tags: ['a', 'b'] },
        result: 3,
      });
    });

    it('keep what is selected of the arguments, and the whole result', () => {
      inTrace(() => orders.some(order));

      expect(only().metadata['default']).to.deep.equal({ arguments: 'o1', result: order });
    });
  });

  describe('when', () => {
    it('decides for each call, and says nothing of calls outside of any segment', () => {
      inTrace(() => [orders.large(order), orders.large({ id: 'o2', total: 1 })]);
      orders.large({ id: 'o3', total: 1 });

      expect(names()).to.deep.equal(['Orders.large']);
      expect(recording.diagnostics.counts).not.to.have.property('CONTEXT_MISSING');
    });

    it('records where it cannot decide', () => {
      inTrace(() => orders.undecided());

      expect(names()).to.deep.equal(['Orders.undecided']);
      expect(recording.diagnostics.counts['USER_CODE_FAILED']).to.equal(1);
    });
  });

  describe('classifyError', () => {
    it('is asked first, and the classifier of the module where it does not know', () => {
      for (const thrown of [new RangeError('expected'), new Error('not')]) {
        expect(() => inTrace(() => orders.expected(thrown))).to.throw(thrown);
      }
      const flags = recording.trace().roots.map(({ children: [child], isFault }) => [child?.isFault, isFault]);

      expect(flags).to.deep.equal([
        [false, true],
        [true, true],
      ]);
    });
  });

  describe('on an accessor', () => {
    it('trace reading it', () => {
      expect(inTrace(() => [orders.total, Orders.count])).to.deep.equal([7, 1]);
      expect(names()).to.deep.equal(['Orders.get total', 'Orders.get count']);
      expect(only().metadata).to.deep.equal({ default: { result: 7 } });
    });
  });

  describe('of several @Traced on one method', () => {
    it('add up to one subsegment, in which the lowest has its say', () => {
      inTrace(() => orders.stacked());

      expect(names()).to.deep.equal(['inner stacked']);
      expect(only().document).to.deep.include({ namespace: 'remote', annotations: { lowest: true } });
      expect(only().metadata).to.deep.equal({ default: { result: 1 } });
    });
  });

  describe('beside @Annotate and @Metadata', () => {
    it('records arguments, this and results, in the order in which they are written', async () => {
      await inTrace(() => orders.outcome('o5'));

      expect(only().annotations).to.deep.equal({ id: 'o5', total: 9 });
      expect(only().metadata).to.deep.equal({ default: { region: 'eu' }, orders: { result: 'o5' } });
    });
  });

  describe('when a selector answers a promise', () => {
    it('records nothing of it, and its rejection ends nothing', async () => {
      class Careless {
        // @ts-expect-error -- nor does it compile
        @Annotate('later', async () => {
          throw new Error('later');
        })
        @Traced()
        work(): number {
          return 1;
        }
      }

      expect(inTrace(() => new Careless().work())).to.equal(1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(only().annotations).to.deep.equal({});
      expect(recording.diagnostics.counts['USER_CODE_FAILED']).to.equal(1);
    });

    it('takes the name of the method where it was asked for the name', async () => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', listener);
      class Careless {
        @Traced({
          // @ts-expect-error -- nor does it compile
          name: async () => {
            throw new Error('later');
          },
        })
        work(): number {
          return 1;
        }
      }

      expect(inTrace(() => new Careless().work())).to.equal(1);
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', listener);

      expect(unhandled).to.deep.equal([]);
      expect(only().name).to.equal('Careless.work');
    });
  });

  describe('when a result is a promise that is not waited for', () => {
    it('says so instead of recording the promise', async () => {
      class Lazy {
        @Traced({ captureResult: true })
        find(): Promise<number> {
          return Object.assign(Promise.resolve(1), { cancel: () => undefined });
        }
      }
      await inTrace(() => new Lazy().find());

      expect(only().metadata).to.deep.equal({});
      expect(recording.logger.lines.join()).to.contain('not waited for');
    });
  });

  for (const { option, value } of [
    { option: 'name', value: 7 },
    { option: 'name', value: '{klass}' },
    { option: 'annotations', value: ['a'] },
    { option: 'metadata', value: 'x' },
    { option: 'captureArguments', value: 'yes' },
    { option: 'when', value: true },
    { option: 'classifyError', value: 'none' },
    { option: 'only', value: 'name' },
    { option: 'except', value: [7] },
  ]) {
    it(`refuses ${JSON.stringify(value)} for ${option}`, () => {
      expect(() => Traced({ [option]: value } as never)).to.throw(DecorationError, `@Traced: ${option} takes`);
    });
  }
});

describe(`@Traced, @Annotate and @Metadata on a class (${dialect} decorators)`, () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  @Traced({ name: '{class}: {method}', annotations: { all: (...args: unknown[]) => args.length }, except: /^hidden/ })
  @Annotate('team', 'billing')
  @Metadata('build', { number: 7 })
  class Bills {
    @Traced('own name')
    own(): void {}

    plain(_one: number, _two: number): void {}

    @Untraced()
    untraced(): void {}

    hidden(): void {}

    static make(): void {}
  }

  @Traced({ only: ['first', 'second'], except: (name) => name === 'second' })
  class Chosen {
    first(): void {}
    second(): void {}
    third(): void {}
  }

  @Annotate('team', 'orders')
  class Annotated {
    work(): void {}
  }

  it('reaches its methods, those with a decorator of their own in what they do not say themselves', () => {
    recording.recorder.trace('op', () => {
      const bills = new Bills();
      bills.own();
      bills.plain(1, 2);
      bills.untraced();
      Bills.make();
    });

    expect(printTrace(recording.trace())).to.equal(
      ['spec  operation="op"', '├─ own name  team="billing"', '└─ Bills: plain  all=2  team="billing"'].join('\n'),
    );
    expect(recording.trace().find('own name').metadata).to.deep.equal({ default: { build: { number: 7 } } });
  });

  it('traces those that are chosen', () => {
    recording.recorder.trace('op', () => {
      const chosen = new Chosen();
      chosen.first();
      chosen.second();
      chosen.third();
      new Bills().hidden();
    });

    expect(recording.trace().entities.map(({ name }) => name)).to.deep.equal(['spec', 'Chosen.first']);
  });

  it('annotates what is current where nothing is traced', () => {
    recording.recorder.trace('op', () => new Annotated().work());

    expect(printTrace(recording.trace())).to.equal('spec  operation="op"  team="orders"');
  });

  for (const { what, decorator, message } of [
    { what: 'a name without {method}', decorator: Traced('bills'), message: "it was given 'bills'" },
    { what: 'a method that is not there', decorator: Traced({ only: ['plan'] }), message: 'Did you mean plain?' },
    { what: 'a selector', decorator: Annotate('key', () => 1), message: 'takes a constant' },
    { what: 'nothing', decorator: Metadata('key'), message: 'it was given nothing' },
  ]) {
    it(`refuses ${what}`, () => {
      class Bare {
        plain(): void {}
      }
      const decorate = decorator as (target: typeof Bare) => void;

      expect(() => decorate(Bare)).to.throw(DecorationError, message);
    });
  }

  it('refuses only and except on a method', () => {
    const decorate = (): void => {
      class Single {
        // @ts-expect-error -- nor does it compile
        @Traced({ only: ['method'] })
        method(): void {}
      }
      void Single;
    };

    expect(decorate).to.throw(DecorationError, 'nothing to choose');
  });
});

describe(`@TracedTask (${dialect} decorators)`, () => {
  class Jobs {
    readonly recorder: Recorder | undefined;

    constructor(recorder?: Recorder) {
      this.recorder = recorder;
    }

    @TracedTask()
    run(): void {
      this.step();
    }

    @TracedTask('nightly {method}')
    @Annotate('count', (count: number) => count)
    async clean(count: number): Promise<number> {
      await Promise.resolve();
      this.step();
      return count;
    }

    @TracedTask((queue: string) => `drain ${queue}`)
    drain(_queue: string): never {
      throw new Error('empty');
    }

    @Traced()
    step(): void {}
  }

  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  it('makes each call a trace of its own', async () => {
    const jobs = new Jobs();
    jobs.run();
    await Promise.all([jobs.clean(1), jobs.clean(2)]);

    expect(new Set(recording.documents().map((document) => document.trace_id)).size).to.equal(3);
    expect(printTrace(recording.trace())).to.equal(
      [
        'spec  operation="Jobs.run"',
        '└─ Jobs.step',
        'spec  operation="nightly clean"  count=1',
        '└─ Jobs.step',
        'spec  operation="nightly clean"  count=2',
        '└─ Jobs.step',
      ].join('\n'),
    );
  });

  it('makes it a child segment where a trace is there', () => {
    recording.recorder.trace('op', () => expect(() => new Jobs().drain('mail')).to.throw('empty'));
    const task = recording.trace().find('spec', 'spec');

    expect(task).to.deep.include({ isSegment: true, isFault: true });
    expect(task.annotations).to.deep.equal({ operation: 'drain mail' });
    expect(new Set(recording.documents().map((document) => document.trace_id)).size).to.equal(1);
  });

  it('goes on without recording where the caller is not sampled', () => {
    const headers: string[] = [];
    class Asking {
      @TracedTask()
      ask(): void {
        headers.push(recording.recorder.header());
      }
    }
    const { recorder } = recording;
    recorder.resume('Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0', 'op', () => new Asking().ask());

    expect(headers[0]).to.match(/^Root=1-5759e988-bd862e3fe1be46a994272793;.*Sampled=0$/);
    expect(recording.documents()).to.deep.equal([]);
  });

  it('refuses to stand beside @Traced or on what is no method', () => {
    const beside = (): void => {
      class Torn {
        @TracedTask()
        @Traced()
        method(): void {}
      }
      void Torn;
    };

    expect(beside).to.throw(DecorationError, '@TracedTask and @Traced at once');
    expect(() => (TracedTask() as unknown as (target: object) => void)(Jobs)).to.throw(
      DecorationError,
      'Put it on a method',
    );
    expect(() => TracedTask(7 as never)).to.throw(DecorationError, 'it was given the number 7');
  });

  it('refuses to stand on an accessor', () => {
    const decorate = (): void => {
      class Getter {
        // @ts-expect-error -- nor does it compile
        @TracedTask()
        get value(): number {
          return 1;
        }
      }
      void Getter;
    };

    expect(decorate).to.throw(DecorationError, 'stands on an accessor "value"');
  });

  it('is what @Untraced says that it stands beside', () => {
    const decorate = (): void => {
      class Torn {
        @Untraced()
        @TracedTask()
        method(): void {}
      }
      void Torn;
    };

    expect(decorate).to.throw(DecorationError, '"method" is @TracedTask and @Untraced at once');
  });
});
