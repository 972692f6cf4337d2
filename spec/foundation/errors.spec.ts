import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type * as errors from '#lib/foundation/errors.js';
import {
  ConfigurationError,
  DecorationError,
  EmissionError,
  ERROR_CATALOGUE,
  printThrown,
  RadiographError,
  StateError,
} from '#lib/foundation/errors.js';

type Errors = typeof errors;

/** The same module once more, from the copy that `require` loads by its path. */
function loadSecondCopy(): Errors {
  const here = fileURLToPath(import.meta.resolve('#lib/foundation/errors.js'));
  return createRequire(import.meta.url)(here.replace(/([\\/])esm(?=[\\/]foundation)/, '$1cjs')) as Errors;
}

describe('RadiographError', () => {
  it('carries its code, its message, its cause and the name of its kind', () => {
    const cause = new Error('below');
    const error = new StateError('VALUE_REFUSED', 'no', { cause });

    expect(error).to.include({ code: 'VALUE_REFUSED', message: 'no', name: 'StateError', cause });
    expect(String(error)).to.equal('StateError: no');
  });

  it('keeps its inner marks out of what is printed or copied', () => {
    const error = new StateError('VALUE_REFUSED', 'no');

    expect(Object.keys(error)).to.deep.equal(['code']);
  });

  const kinds = [
    new ConfigurationError([]),
    new DecorationError('DECORATION_TARGET', ''),
    new StateError('CLOSED_ALREADY', ''),
    new EmissionError('SEND_FAILED', ''),
  ];
  for (const error of kinds) {
    it(`recognises a ${error.name} as itself and as its root, and as no sibling`, () => {
      const answers = [ConfigurationError, DecorationError, StateError, EmissionError].map(
        (kind) => error instanceof kind,
      );

      expect(error).to.be.an.instanceOf(Error);
      expect(error).to.be.an.instanceOf(RadiographError);
      expect(answers.filter(Boolean)).to.have.length(1);
      expect(error.constructor).to.satisfy((kind: new () => unknown) => error instanceof kind);
    });
  }

  describe('when the error comes from another copy of the package', () => {
    it('is recognised in both directions', () => {
      const copy = loadSecondCopy();
      const foreign: unknown = new copy.StateError('VALUE_REFUSED', 'no');

      expect(copy.StateError).not.to.equal(StateError);
      expect(foreign instanceof StateError).to.equal(true);
      expect(foreign instanceof RadiographError).to.equal(true);
      expect(foreign instanceof EmissionError).to.equal(false);
      expect((new StateError('VALUE_REFUSED', 'no') as unknown) instanceof copy.RadiographError).to.equal(true);
    });
  });

  describe('when a user makes a subclass', () => {
    class Mine extends StateError {}

    it('takes an instance of the subclass for its parents', () => {
      const mine: unknown = new Mine('VALUE_REFUSED', '');

      expect([mine instanceof Mine, mine instanceof StateError, mine instanceof RadiographError]).to.deep.equal([
        true,
        true,
        true,
      ]);
    });

    it('does not take an instance of the parent for the subclass', () => {
      const parent: unknown = new StateError('VALUE_REFUSED', '');

      expect(parent instanceof Mine).to.equal(false);
    });
  });

  describe('when something else is asked about', () => {
    const strangers: Record<string, unknown> = {
      undefined,
      null: null,
      'a string': 'StateError',
      'a function': () => undefined,
      'an error': new Error('other'),
      'an object with the name': { name: 'StateError', code: 'VALUE_REFUSED' },
      'a proxy whose traps throw': new Proxy(
        {},
        {
          get: () => {
            throw new Error('trap');
          },
          getPrototypeOf: () => {
            throw new Error('trap');
          },
        },
      ),
    };
    for (const [what, stranger] of Object.entries(strangers)) {
      it(`does not recognise ${what}`, () => {
        expect(stranger instanceof StateError).to.equal(false);
        expect(stranger instanceof RadiographError).to.equal(false);
      });
    }
  });
});

describe('ERROR_CATALOGUE', () => {
  it('names codes in capitals, kinds that exist, and a sentence for each', () => {
    for (const [code, [kind, summary]] of Object.entries(ERROR_CATALOGUE)) {
      expect(code).to.match(/^[A-Z]+(_[A-Z]+)*$/);
      expect(['ConfigurationError', 'DecorationError', 'StateError', 'EmissionError']).to.include(kind);
      expect(summary).to.match(/^[A-Z].*\.$/);
    }
  });
});

describe('ConfigurationError', () => {
  it('tells every problem with what was given, what is allowed and what to do', () => {
    const error = new ConfigurationError([
      { option: 'service', given: "''", allowed: 'a name', remedy: 'Name it.' },
      { option: 'sampling.rate', given: '7', allowed: '0 to 1', remedy: 'Write 0.07.' },
    ]);

    expect(error.message).to.equal(
      '2 problems in the tracing configuration:\n' +
        "  - service: given ''; allowed: a name. Name it.\n" +
        '  - sampling.rate: given 7; allowed: 0 to 1. Write 0.07.',
    );
    expect(error.problems.map(({ option }) => option)).to.deep.equal(['service', 'sampling.rate']);
  });
});

describe('printThrown', () => {
  it('prints anything, and what cannot be printed all the same', () => {
    expect(printThrown(new TypeError('no'))).to.equal('TypeError: no');
    expect(printThrown(undefined)).to.equal('undefined');
    expect(printThrown(Symbol('s'))).to.equal('Symbol(s)');
    expect(printThrown(Object.create(null))).to.equal('something unprintable');
  });
});
