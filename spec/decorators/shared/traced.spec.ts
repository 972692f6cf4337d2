import { expect } from 'chai';
import { createStubInstance, restore, stub } from 'sinon';
import { Container } from 'typedi';
import { Annotate, Metadata, Recorder, Traced, Untraced } from '#lib/index.js';
import type { Engine } from '#lib/recorder/engine.js';
import { printTrace } from '#lib/testing/index.js';
import { startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

interface Receipt {
  readonly id: string;
  readonly cardNumber: string;
}

class Payments {
  @Traced()
  async charge(total: number): Promise<Receipt> {
    await Promise.resolve();
    if (total > 100) throw new RangeError('too much');
    return { id: 'r1', cardNumber: '4111' };
  }

  @Traced()
  tax(total: number): number {
    if (total < 0) throw new RangeError('negative');
    return total * 2;
  }

  @Traced('a fixed name')
  named(): void {}

  @Traced({ namespace: 'remote', captureResult: true })
  async remote(): Promise<string[]> {
    return ['a', 'b'];
  }

  @Traced({ captureResult: (receipt: Receipt) => receipt.id })
  async selected(): Promise<Receipt> {
    return { id: 'r2', cardNumber: '4111' };
  }

  @Traced({
    captureResult: () => {
      throw new Error('selector');
    },
  })
  broken(): string {
    return 'fine';
  }

  @Traced()
  @Annotate('channel', 'web')
  @Annotate('total', (total: number, tip: number) => total + tip)
  @Metadata('cart', (total: number) => ({ total }), { namespace: 'shop' })
  annotated(total: number, tip: number): number {
    return total + tip;
  }

  @Annotate('above', true)
  @Traced()
  annotatedAbove(): void {}

  @Annotate('bare', 'yes')
  annotatedOnly(): string {
    return 'done';
  }

  @Annotate('broken', () => {
    throw new Error('selector');
  })
  @Traced()
  brokenSelector(): string {
    return 'fine';
  }

  @Traced()
  static of(total: number): number {
    return total;
  }

  @Traced()
  @Traced('twice')
  stacked(): void {}
}

@Traced()
class Shop {
  readonly payments = new Payments();

  async place(total: number): Promise<Receipt> {
    const cost = this.sum(total, 1);
    return this.payments.charge(cost);
  }

  sum(one: number, other: number): number {
    return one + other;
  }

  @Untraced()
  health(): string {
    return 'ok';
  }

  @Traced('its own')
  own(): void {}

  get open(): boolean {
    return true;
  }

  @Annotate('from', 'class')
  annotated(): void {}
}

class Branch extends Shop {
  @Traced()
  override sum(one: number, other: number): number {
    return super.sum(one, other) + 1;
  }
}

class Holder {
  readonly recorder: Recorder;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  @Traced()
  greet(name: string): string {
    return `hello ${name}`;
  }

  @Traced()
  async greetLater(name: string): Promise<string> {
    await Promise.resolve();
    return `hello ${name}`;
  }
}

describe(`@Traced, @Untraced, @Annotate and @Metadata (${dialect} decorators)`, () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  const traced = async (fn: () => unknown): Promise<string> => {
    await recording.recorder.trace('op', fn as () => Promise<unknown>);
    return printTrace(recording.trace());
  };

  describe('when a method is called within a segment', () => {
    it('nests what it calls below it', async () => {
      const printed = await traced(() => new Shop().place(5));

      expect(printed).to.equal(
        ['spec  operation="op"', '└─ Shop.place', '   ├─ Shop.sum', '   └─ Payments.charge'].join('\n'),
      );
    });

    it('answers what the method answers, at once where the method does', () => {
      const results = recording.recorder.trace('op', () => [new Payments().tax(2), new Shop().sum(1, 2)]);

      expect(results).to.deep.equal([4, 3]);
    });

    it('keeps the instance, the arguments, name and length', async () => {
      const payments = new Payments();

      expect(await recording.recorder.trace('op', () => payments.charge(1))).to.deep.include({ id: 'r1' });
      expect(payments.charge.name).to.equal('charge');
      expect(payments.charge).to.have.lengthOf(1);
      expect(payments.annotated).to.have.lengthOf(2);
    });

    it('throws on the very error, and records it', async () => {
      const thrown = new RangeError('very');
      class Failing {
        @Traced()
        async fail(): Promise<never> {
          throw thrown;
        }
      }
      const caught: unknown = await recording.recorder
        .trace('op', () => new Failing().fail())
        .catch((error: unknown) => error);

      expect(caught).to.equal(thrown);
      expect(recording.trace().find('Failing.fail')).to.deep.include({ isFault: true, isError: false });
      expect(recording.trace().find('Failing.fail').exceptions[0]).to.include({ type: 'RangeError', message: 'very' });
    });

    it('throws at once what a synchronous method throws at once', () => {
      expect(() => recording.recorder.trace('op', () => new Payments().tax(-1))).to.throw(RangeError, 'negative');
      expect(printTrace(recording.trace())).to.contain('Payments.tax  [fault]  RangeError: negative');
    });
  });

  describe('when three calls run under Promise.all', () => {
    it('makes them siblings', async () => {
      const payments = new Payments();
      const printed = await traced(() => Promise.all([payments.charge(1), payments.charge(2), payments.charge(3)]));

      expect(printed.split('\n').slice(1)).to.deep.equal([
        '├─ Payments.charge',
        '├─ Payments.charge',
        '└─ Payments.charge',
      ]);
    });
  });

  describe('when three calls are awaited one after another', () => {
    it('makes them siblings', async () => {
      const payments = new Payments();
      const printed = await traced(async () => {
        await payments.charge(1);
        await payments.charge(2);
        await payments.charge(3);
      });

      expect(printed.split('\n').slice(1)).to.deep.equal([
        '├─ Payments.charge',
        '├─ Payments.charge',
        '└─ Payments.charge',
      ]);
    });
  });

  describe('when the method has options', () => {
    it('takes a name', async () => {
      expect(await traced(() => new Payments().named())).to.contain('└─ a fixed name');
    });

    it('puts the namespace on the document and the resolved result into the metadata', async () => {
      await traced(() => new Payments().remote());
      const { document, metadata } = recording.trace().find('Payments.remote');

      expect(document.namespace).to.equal('remote');
      expect(metadata).to.deep.equal({ default: { result: ['a', 'b'] } });
    });

    it('keeps of the result only what the selector takes', async () => {
      await traced(() => new Payments().selected());

      expect(recording.trace().find('Payments.selected').metadata).to.deep.equal({ default: { result: 'r2' } });
    });

    it('answers the result even when the selector throws, and says so', async () => {
      expect(recording.recorder.trace('op', () => new Payments().broken())).to.equal('fine');
      expect(recording.logger.lines.join()).to.contain('A selector of "Payments.broken" threw: Error: selector');
    });
  });

  describe('when the method is annotated', () => {
    it('records constants and what selectors make of the arguments', async () => {
      await traced(() => new Payments().annotated(3, 1));
      const { annotations, metadata } = recording.trace().find('Payments.annotated');

      expect(annotations).to.deep.equal({ channel: 'web', total: 4 });
      expect(metadata).to.deep.equal({ shop: { cart: { total: 3 } } });
    });

    it('does so wherever the decorator stands', async () => {
      await traced(() => new Payments().annotatedAbove());

      expect(recording.trace().find('Payments.annotatedAbove').annotations).to.deep.equal({ above: true });
    });

    it('annotates whatever is current when the method is not traced', async () => {
      expect(await traced(() => new Payments().annotatedOnly())).to.equal('spec  operation="op"  bare="yes"');
    });

    it('calls the method even when a selector throws', () => {
      expect(recording.recorder.trace('op', () => new Payments().brokenSelector())).to.equal('fine');
      expect(recording.diagnostics.counts['USER_CODE_FAILED']).to.equal(1);
    });
  });

  describe('when it stands on a class', () => {
    it('traces every method of its own and leaves the untraced and accessors alone', async () => {
      const shop = new Shop();
      const printed = await traced(() => {
        shop.sum(1, 2);
        shop.own();
        shop.annotated();
        expect(shop.health()).to.equal('ok');
        expect(shop.open).to.equal(true);
      });

      expect(printed.split('\n').slice(1)).to.deep.equal([
        '├─ Shop.sum',
        '├─ its own',
        '└─ Shop.annotated  from="class"',
      ]);
    });

    it('leaves the constructor and the instances as they are', () => {
      expect(new Shop()).to.be.instanceOf(Shop);
      expect(Shop.name).to.equal('Shop');
      expect(Object.keys(new Shop())).to.deep.equal(['payments']);
    });

    it('names an override by its own class and the super call by the class that declares it', async () => {
      expect((await traced(() => new Branch().sum(1, 1))).split('\n').slice(1)).to.deep.equal([
        '└─ Branch.sum',
        '   └─ Shop.sum',
      ]);
    });
  });

  describe('when it stands on a static method', () => {
    it('names it by the class', async () => {
      expect(await traced(() => Payments.of(1))).to.contain('└─ Payments.of');
    });
  });

  describe('when it stands twice on a method', () => {
    it('opens one subsegment', async () => {
      expect((await traced(() => new Payments().stacked())).split('\n')).to.have.lengthOf(2);
    });
  });

  describe('when an error is thrown through five traced methods', () => {
    it('records it once, where it was thrown, and references it above', async () => {
      class Deep {
        @Traced()
        async one(): Promise<void> {
          return this.two();
        }

        @Traced()
        async two(): Promise<void> {
          return this.three();
        }

        @Traced()
        async three(): Promise<void> {
          return this.four();
        }

        @Traced()
        async four(): Promise<void> {
          return this.five();
        }

        @Traced()
        async five(): Promise<void> {
          throw new TypeError('deep');
        }
      }
      await recording.recorder.trace('op', () => new Deep().one()).catch(() => undefined);
      const causes = recording.trace().entities.map(({ document }) => document.cause);
      const recorded = causes.filter((cause) => typeof cause === 'object');
      const [exception] = recording.trace().find('Deep.five').exceptions;

      expect(causes).to.have.lengthOf(6);
      expect(recorded).to.have.lengthOf(1);
      expect(causes.filter((cause) => cause === exception?.id)).to.have.lengthOf(5);
      expect(recording.trace().entities.every(({ isFault }) => isFault)).to.equal(true);
    });
  });

  for (const { status, flags } of [
    { status: 404, flags: { isError: true, isFault: false, isThrottle: false } },
    { status: 429, flags: { isError: true, isFault: false, isThrottle: true } },
    { status: 503, flags: { isError: false, isFault: true, isThrottle: false } },
  ]) {
    describe(`when a ${status} is thrown`, () => {
      it(`sets the flags ${JSON.stringify(flags)}`, async () => {
        class Client {
          @Traced()
          async get(): Promise<never> {
            throw Object.assign(new Error('status'), { status });
          }
        }
        await recording.recorder.trace('op', () => new Client().get()).catch(() => undefined);

        expect(recording.trace().find('Client.get')).to.deep.include(flags);
        expect(recording.trace().find('spec')).to.deep.include(flags);
      });
    });
  }

  describe('when no segment is open', () => {
    it('runs the method as it is and says once where', async () => {
      const payments = new Payments();

      for (const total of [1, 2]) expect(payments.tax(total)).to.equal(total * 2);
      expect(recording.documents()).to.deep.equal([]);
      expect(recording.logger.lines.filter((line) => line.includes('"Payments.tax" is not recorded'))).to.have.lengthOf(
        1,
      );
      expect(recording.logger.lines.join()).to.contain('traced.spec.js');
    });
  });

  describe('when the recorder that the instance holds is stubbed', () => {
    it('leaves every decorated method working', async () => {
      const holder = new Holder(createStubInstance(Recorder));

      expect(holder.greet('you')).to.equal('hello you');
      expect(await holder.greetLater('you')).to.equal('hello you');
      expect(recording.recorder.trace('op', () => holder.greet('you'))).to.equal('hello you');
    });

    it('leaves them working when every method of it throws', async () => {
      const broken = new Recorder();
      // `enter` is what decorators ask; it is not in the type that users see.
      const methods = ['enter', 'trace', 'capture', 'annotate', 'metadata', 'error', 'flush'] as 'trace'[];
      for (const method of methods) stub(broken, method).throws(new Error('broken'));
      const holder = new Holder(broken);

      expect(holder.greet('you')).to.equal('hello you');
      expect(await holder.greetLater('you')).to.equal('hello you');
    });
  });

  describe('when the recorder breaks in a flow whose engine is closed', () => {
    it('says so where it is heard', async () => {
      const broken = new Recorder();
      stub(broken, 'enter' as 'trace').throws(new Error('broken'));
      await recording.recorder.trace('op', async () => {
        await recording.stop();
        recording = startRecording();
        new Holder(broken).greet('you');
      });

      expect(recording.diagnostics.counts['RECORDING_FAILED']).to.equal(1);
    });
  });

  describe('when the engine itself is broken', () => {
    it('calls the method untraced and counts the failure', () => {
      const { engine, recorder } = recording;
      const result = recorder.trace('op', () => {
        const enter = stub(engine, 'enter' satisfies keyof Engine).throws(new Error('broken'));
        const answer = new Payments().tax(3);
        enter.restore();
        return answer;
      });

      expect(result).to.equal(6);
      expect(recording.diagnostics.counts['RECORDING_FAILED']).to.equal(1);
    });

    it('answers and throws what the method does where it breaks before the end', async () => {
      const { engine, recorder } = recording;
      for (const end of ['leave', 'fail'] as const) stub(engine, end).throws(new Error('broken'));
      const payments = new Payments();
      const results = await recorder.trace('op', () => Promise.allSettled([payments.charge(1), payments.charge(1000)]));

      expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
      expect(recorder.trace('op', () => payments.tax(3))).to.equal(6);
      expect(() => recorder.trace('op', () => payments.tax(-1))).to.throw(RangeError);
      expect(recording.diagnostics.counts['RECORDING_FAILED']).to.equal(7);
      restore();
    });
  });

  describe('before forRoot', () => {
    it('leaves methods as they are and gives the recorder out', async () => {
      await recording.stop();
      const early = Container.get(Recorder);

      expect(new Payments().tax(2)).to.equal(4);
      expect(early.trace('op', () => new Payments().tax(2))).to.equal(4);
      recording = startRecording();
      early.trace('op', () => new Payments().tax(2));
      expect(recording.trace().find('Payments.tax').name).to.equal('Payments.tax');
    });
  });

  describe('when a promise is rejected and nobody handles it', () => {
    it('stays an unhandled rejection', async () => {
      const listeners = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      try {
        const seen = new Promise((resolve) => process.once('unhandledRejection', resolve));
        recording.recorder.trace('op', () => {
          void new Payments().charge(1000);
        });

        expect(await seen).to.be.instanceOf(RangeError);
      } finally {
        for (const listener of listeners) process.on('unhandledRejection', listener);
      }
    });
  });

  describe('when a method answers a lazy thenable', () => {
    it('does not run it', async () => {
      let runs = 0;
      // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
      const query = { then: (resolve: (value: number) => void) => resolve((runs += 1)) };
      class Repository {
        @Traced()
        find(): PromiseLike<number> {
          return query as unknown as PromiseLike<number>;
        }
      }
      const answered = recording.recorder.trace('op', () => [new Repository().find()]);

      expect(answered[0]).to.equal(query);
      expect(runs).to.equal(0);
    });
  });

  for (const { what, decorate } of [
    { what: 'an empty name', decorate: () => Traced('') },
    { what: 'an unknown option', decorate: () => Traced({ nmae: 'x' } as never) },
    { what: 'a wrong namespace', decorate: () => Traced({ namespace: 'local' as never }) },
    { what: 'a wrong captureResult', decorate: () => Traced({ captureResult: 'id' as never }) },
    { what: 'an empty annotation key', decorate: () => Annotate('', 1) },
    {
      what: 'a constant name on a class',
      decorate: () => {
        // @ts-expect-error -- nor does it compile
        @Traced('name')
        class Named {}
        return Named;
      },
    },
    {
      what: 'an annotation without a value on a method',
      decorate: () => {
        class Valueless {
          // @ts-expect-error -- nor does it compile
          @Annotate('key')
          method(): void {}
        }
        return Valueless;
      },
    },
    {
      what: '@Traced beside @Untraced',
      decorate: () => {
        class Torn {
          @Untraced()
          @Traced()
          method(): void {}
        }
        return Torn;
      },
    },
  ]) {
    describe(`when a decorator is given ${what}`, () => {
      it('throws a DecorationError while the class is defined', () => {
        expect(decorate).to.throw().with.property('name', 'DecorationError');
      });
    });
  }
});
