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

  for (const kind of ['getter', 'setter', 'field', 'accessor'] as const) {
    describe(`when it stands on a ${kind}`, () => {
      it('throws a DecorationError while the class is defined', () => {
        const decorate = Traced() as unknown as (value: unknown, context: unknown) => void;

        expect(() => decorate(() => 1, { kind, name: 'open' })).to.throw(DecorationError, `the ${kind} "open"`);
      });
    });
  }
});
