import { expect } from 'chai';
import { Container, Inject, Service } from 'typedi';
import { Annotate, DecorationError, Metadata, Recorder, Traced } from '#lib/index.js';
import { startRecording, type SpecRecording } from '../../support/recording.js';

interface Customer {
  readonly tier: string | undefined;
}

@Service()
class Payments {
  @Traced()
  charge(@Annotate('total') total: number): number {
    return total;
  }
}

@Service()
@Traced()
class Checkout {
  private readonly recorder: Recorder;
  private readonly payments: Payments;

  constructor(recorder: Recorder, payments: Payments) {
    this.recorder = recorder;
    this.payments = payments;
  }

  @Traced({ name: 'place order' })
  @Annotate('channel', 'web')
  async place(
    @Annotate('orderId') _orderId: string,
    @Annotate('tier', (customer: Customer) => customer.tier) _customer: Customer,
    @Metadata('cart', (cart: string[]) => cart.length, { namespace: 'shop' }) _cart: string[],
  ): Promise<number> {
    this.recorder.annotate({ currency: 'EUR' });
    return this.payments.charge(7);
  }

  byClass(@Annotate('who') who: string): string {
    return who;
  }

  static make(@Annotate('size') size: number): number {
    return size;
  }
}

describe('@Annotate and @Metadata on parameters (legacy decorators)', () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  describe('when the method is traced', () => {
    it('records arguments and what selectors make of them, on an injected class', async () => {
      const checkout = Container.get(Checkout);
      const total = await recording.recorder.trace('op', () => checkout.place('o1', { tier: 'gold' }, ['a', 'b']));
      const { annotations, metadata } = recording.trace().find('place order');

      expect(total).to.equal(7);
      expect(annotations).to.deep.equal({ channel: 'web', orderId: 'o1', tier: 'gold', currency: 'EUR' });
      expect(metadata).to.deep.equal({ shop: { cart: 2 } });
      expect(recording.trace().find('place order', 'Payments.charge').annotations).to.deep.equal({ total: 7 });
    });

    it('passes over what a selector does not find', async () => {
      const checkout = Container.get(Checkout);
      await recording.recorder.trace('op', () => checkout.place('o1', { tier: undefined }, []));

      expect(recording.trace().find('place order').annotations).to.not.have.property('tier');
    });
  });

  describe('when the class is traced', () => {
    it('records the argument', () => {
      const checkout = Container.get(Checkout);
      recording.recorder.trace('op', () => checkout.byClass('me'));

      expect(recording.trace().find('Checkout.byClass').annotations).to.deep.equal({ who: 'me' });
    });
  });

  describe('when nothing traces the method', () => {
    it('annotates whatever is current, from the moment after the class is defined', async () => {
      class Loose {
        work(@Annotate('key') key: string): string {
          return key;
        }
      }
      await Promise.resolve();
      const answer = recording.recorder.trace('op', () => new Loose().work('value'));

      expect(answer).to.equal('value');
      expect(recording.trace().find('spec').annotations).to.deep.equal({ operation: 'op', key: 'value' });
    });
  });

  describe('when the container injects by property', () => {
    it('hands the recorder over', () => {
      @Service()
      class ByProperty {
        @Inject()
        readonly recorder!: Recorder;
      }

      expect(Container.get(ByProperty).recorder).to.equal(recording.recorder);
    });
  });

  describe('when the class is built by the container', () => {
    it('keeps the types that the container injects by', () => {
      expect(Reflect.getMetadata('design:paramtypes', Checkout)).to.deep.equal([Recorder, Payments]);
      expect(Reflect.getMetadata('design:returntype', Checkout.prototype, 'place')).to.equal(Promise);
    });
  });

  describe('when it stands where it cannot work', () => {
    it('refuses a constructor parameter', () => {
      expect(() => Annotate('key')(class Some {}, undefined as never, 0)).to.throw(
        DecorationError,
        'constructor parameter',
      );
    });

    it('refuses a field', () => {
      expect(() => (Traced() as unknown as PropertyDecorator)({}, 'field')).to.throw(
        DecorationError,
        'the field "field"',
      );
    });

    it('refuses a constant on a parameter', () => {
      expect(() => Annotate('key', 'constant')(Checkout.prototype, 'byClass', 0 as never)).to.throw(
        DecorationError,
        'selector',
      );
    });

    it('refuses @Traced on a parameter', () => {
      const decorate = Traced() as unknown as (target: object, key: string, index: number) => void;

      expect(() => decorate(Checkout.prototype, 'byClass', 0)).to.throw(
        DecorationError,
        'stands on a parameter of "byClass", where it cannot work. Put it on a method or a class',
      );
    });
  });

  describe('when other decorators put metadata on the method', () => {
    it('keeps what was there before it and what comes after', () => {
      const Role = (role: string) => (_target: object, _key: string, descriptor: PropertyDescriptor) => {
        Reflect.defineMetadata(`role:${role}`, true, descriptor.value);
      };
      class Guarded {
        @Role('above')
        @Traced()
        @Role('below')
        open(): void {}
      }

      expect(Reflect.getMetadataKeys(Guarded.prototype.open)).to.have.members(['role:above', 'role:below']);
    });
  });
});
