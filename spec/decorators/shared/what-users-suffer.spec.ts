/** What decorators of other packages do to methods, and users of them report: see spec/recorder/what-users-suffer.spec.ts. */
import { expect } from 'chai';
import { Annotate, Metadata, Traced } from '#lib/index.js';
import { printTrace } from '#lib/testing/index.js';
import { startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

const route = (path: string) =>
  ((...args: unknown[]): void => {
    const [target, , descriptor] = args;
    const method: unknown = (descriptor as PropertyDescriptor | undefined)?.value ?? target;
    Reflect.defineMetadata('path', path, method as object);
  }) as (...args: unknown[]) => never;

class Cart {
  static count = 0;

  @Traced()
  total(price: number, pieces: number): number {
    return price * pieces;
  }

  @Traced()
  *lines(): Generator<string, number, boolean> {
    return (yield 'tea') ? 1 : 0;
  }

  @Traced()
  async *pages(): AsyncGenerator<string> {
    yield 'first';
    yield 'second';
  }

  @Traced()
  private secret(): string {
    return 'by keyword';
  }

  tell(): string {
    return this.secret();
  }

  @Traced()
  static open(): Cart {
    Cart.count += 1;
    return new Cart();
  }

  @Traced()
  get size(): number {
    return 7;
  }

  @Annotate('order', (id: string) => id)
  @Traced({ captureArguments: true })
  @route('/orders')
  @Metadata('shop', 'tea')
  async place(_id: string, _pieces: number): Promise<void> {}

  @Traced({ name: 'count down' })
  down(levels: number): number {
    return levels === 0 ? 0 : 1 + this.down(levels - 1);
  }
}

describe(`What users of tracing decorators suffer elsewhere (${dialect} decorators)`, () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  const names = (): string[] => printTrace(recording.trace()).split('\n').slice(1);

  describe('when a synchronous method is traced', () => {
    it('answers at once', () => {
      expect(recording.recorder.trace('op', () => new Cart().total(3, 2))).to.equal(6);
      expect(names()).to.deep.equal(['└─ Cart.total']);
    });
  });

  describe('when a generator is traced', () => {
    it('is one, and lasts until it is over', () => {
      const steps = recording.recorder.trace('op', () => {
        const lines = new Cart().lines();
        return [lines.next(), lines.next(true)];
      });

      expect(steps).to.deep.equal([
        { value: 'tea', done: false },
        { value: 1, done: true },
      ]);
      expect(recording.trace().find('Cart.lines').durationMillis).to.be.a('number');
    });
  });

  describe('when an async generator is traced', () => {
    it('is one, and lasts until it is over', async () => {
      const pages = await recording.recorder.trace('op', async () => {
        const read: string[] = [];
        for await (const page of new Cart().pages()) read.push(page);
        return read;
      });

      expect(pages).to.deep.equal(['first', 'second']);
      expect(recording.trace().find('Cart.pages').durationMillis).to.be.a('number');
    });
  });

  describe('when it stands on what either dialect takes', () => {
    it('traces a private method, a static one and a getter', () => {
      const results = recording.recorder.trace('op', () => [Cart.open().tell(), new Cart().size]);

      expect(results).to.deep.equal(['by keyword', 7]);
      expect(names()).to.deep.equal(['├─ Cart.open', '├─ Cart.secret', '└─ Cart.get size']);
    });
  });

  describe('when another library reads the method', () => {
    it('finds the metadata, the name and the length that were there', () => {
      const { place } = Cart.prototype;

      expect(Reflect.getMetadata('path', place)).to.equal('/orders');
      expect(place).to.include({ name: 'place', length: 2 });
    });
  });

  describe('when a method calls itself', () => {
    it('nests each call in the one that made it, and opens no more', () => {
      expect(recording.recorder.trace('op', () => new Cart().down(3))).to.equal(3);
      expect(names()).to.deep.equal([
        '└─ count down',
        '   └─ count down',
        '      └─ count down',
        '         └─ count down',
      ]);
    });
  });
});
