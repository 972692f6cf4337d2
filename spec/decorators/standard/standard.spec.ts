import { expect } from 'chai';
import { DecorationError, Traced } from '#lib/index.js';
import { startRecording, type SpecRecording } from '../../support/recording.js';

class Vault {
  readonly #combination = 42;

  open(): number {
    return this.#unlock(1);
  }

  @Traced()
  #unlock(turns: number): number {
    return this.#combination + turns;
  }

  @Traced()
  static #count(): number {
    return 3;
  }

  static count(): number {
    return Vault.#count();
  }
}

describe('@Traced (standard decorators only)', () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  describe('when it stands on a #private method', () => {
    it('traces it, static or not', () => {
      const results = recording.recorder.trace('op', () => [new Vault().open(), Vault.count()]);

      expect(results).to.deep.equal([43, 3]);
      expect(recording.trace().find('Vault.#unlock').isFault).to.equal(false);
      expect(recording.trace().find('Vault.#count').isFault).to.equal(false);
    });
  });

  describe('when it stands on a field that holds a function', () => {
    class Handlers {
      readonly rate = 2;

      @Traced({
        annotations: {
          rate(this: Handlers, _count: number) {
            return this.rate;
          },
        },
        captureArguments: true,
      })
      readonly handle = (count: number): number => count * this.rate;

      @Traced('static {class} {method}')
      static readonly make = async (): Promise<string> => 'made';
    }
    class Special extends Handlers {}

    it('traces its calls, be they made without the object', async () => {
      const { handle } = new Handlers();
      const results = await recording.recorder.trace('op', async () => [handle(2), await Handlers.make()]);

      expect(results).to.deep.equal([4, 'made']);
      const { annotations, metadata } = recording.trace().find('Handlers.handle');
      expect(annotations).to.deep.equal({ rate: 2 });
      expect(metadata).to.deep.equal({ default: { arguments: { count: 2 } } });
      expect(recording.trace().find('static Handlers make').durationMillis).to.be.a('number');
      expect(handle.length).to.equal(1);
    });

    it('names the class of the object', () => {
      recording.recorder.trace('op', () => new Special().handle(1));

      expect(recording.trace().find('Special.handle').isFault).to.equal(false);
    });
  });

  describe('when it stands on a field that holds no function', () => {
    it('throws a DecorationError when the object is made', () => {
      class Wrong {
        // @ts-expect-error -- nor does it compile
        @Traced()
        readonly handle = 7;
      }

      expect(() => new Wrong()).to.throw(DecorationError, 'holds no function');
    });
  });

  describe('when it stands on an auto-accessor', () => {
    it('traces reading and writing it', () => {
      class Box {
        @Traced() accessor content = 1;
      }
      const box = new Box();
      recording.recorder.trace('op', () => {
        box.content += 1;
      });

      expect(box.content).to.equal(2);
      expect(
        recording
          .trace()
          .find('spec')
          .children.map(({ name }) => name),
      ).to.deep.equal(['Box.get content', 'Box.set content']);
    });
  });
});
