import { expect } from 'chai';
import { ContextMissing, isContextMissing, type ContextMissingStrategy } from '#lib/context/context-missing.js';
import { Diagnostics } from '#lib/foundation/diagnostics.js';
import { StateError } from '#lib/foundation/errors.js';
import { RememberingLogger } from '../support/recording.js';

describe('ContextMissing', () => {
  let logger: RememberingLogger;
  let diagnostics: Diagnostics;

  beforeEach(() => {
    logger = new RememberingLogger();
    diagnostics = new Diagnostics(logger, 'debug');
  });

  /** Stands for a method of the recorder. */
  function record(missing: ContextMissing, what = '"checkout"'): void {
    missing.meet(what, record);
  }

  const missingUnder = (strategy: ContextMissingStrategy): ContextMissing => new ContextMissing(strategy, diagnostics);

  describe('when the strategy is LOG_ERROR', () => {
    it('says once for each call site what is not recorded and what to do, and counts every time', () => {
      const missing = missingUnder('LOG_ERROR');
      for (const what of ['"a"', '"a, named otherwise"', '"a"']) record(missing, what);
      record(missing, '"a"');

      expect(logger.lines).to.have.length(2);
      expect(logger.lines[0]).to.match(
        /^error radiograph: CONTEXT_MISSING: "a" is not recorded, since no segment is open here\. Open one .*recorder\.trace/,
      );
      expect(diagnostics.counts).to.deep.equal({ CONTEXT_MISSING: 4 });
    });

    it("points at the user's line, not at one of its own", () => {
      const missing = missingUnder('LOG_ERROR');
      function theUsersFunction(): void {
        record(missing);
      }
      theUsersFunction();

      expect(logger.lines[0]).to.match(/ It happened at theUsersFunction \(.*context-missing\.spec\.[jt]s:\d+:\d+\)\./);
    });

    it('leaves the place out where the program formats stack traces in a way of its own', () => {
      const former = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
      Error.prepareStackTrace = (_error, frames) => frames;
      try {
        record(missingUnder('LOG_ERROR'));
      } finally {
        Reflect.deleteProperty(Error, 'prepareStackTrace');
        if (former !== undefined) Object.defineProperty(Error, 'prepareStackTrace', former);
      }

      expect(logger.lines).to.have.length(1);
      expect(logger.lines[0]).not.to.contain('It happened');
    });

    it('leaves the length of stack traces as it was, also where it cannot be changed', () => {
      const former = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor;
      for (const writable of [true, false]) {
        Object.defineProperty(Error, 'stackTraceLimit', { value: 7, writable, configurable: true, enumerable: true });
        try {
          record(missingUnder('LOG_ERROR'));
          expect(Error.stackTraceLimit).to.equal(7);
        } finally {
          Object.defineProperty(Error, 'stackTraceLimit', former);
        }
      }
      expect(logger.lines).to.have.length(1);
    });

    it('says it all the same where the program lets nobody change how long stack traces are, or breaks them', () => {
      const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor;
      const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
      const fails = (): never => {
        throw new TypeError('not allowed');
      };
      Object.defineProperty(Error, 'stackTraceLimit', { get: () => 10, set: fails, configurable: true });
      Object.defineProperty(Error, 'prepareStackTrace', { value: fails, configurable: true, writable: true });
      try {
        record(missingUnder('LOG_ERROR'));
      } finally {
        Object.defineProperty(Error, 'stackTraceLimit', limit);
        if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
        else Object.defineProperty(Error, 'prepareStackTrace', prepare);
      }

      expect(logger.lines).to.have.length(1);
      expect(diagnostics.counts).to.deep.equal({ CONTEXT_MISSING: 1 });
    });

    it('leaves the place out where stack traces are switched off', () => {
      const former = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
      try {
        record(missingUnder('LOG_ERROR'));
      } finally {
        Error.stackTraceLimit = former;
      }

      expect(logger.lines[0]).not.to.contain('It happened');
    });
  });

  describe('when the strategy is RUNTIME_ERROR', () => {
    it('throws each time an error that tells what is missing', () => {
      const missing = missingUnder('RUNTIME_ERROR');

      for (let time = 0; time < 2; time += 1) {
        expect(() => record(missing))
          .to.throw(StateError, '"checkout" is not recorded')
          .that.includes({ code: 'CONTEXT_MISSING' });
      }
      expect(logger.lines).to.deep.equal([]);
    });
  });

  describe('when the strategy is IGNORE_ERROR', () => {
    it('counts and says nothing', () => {
      record(missingUnder('IGNORE_ERROR'));

      expect(logger.lines).to.deep.equal([]);
      expect(diagnostics.counts).to.deep.equal({ CONTEXT_MISSING: 1 });
    });
  });

  describe('when the strategy is a function', () => {
    it('is told each time', () => {
      const told: string[] = [];
      const missing = missingUnder((message) => told.push(message));
      record(missing);
      record(missing);

      expect(told).to.have.length(2);
      expect(told[0]).to.match(/^"checkout" is not recorded/);
      expect(logger.lines).to.deep.equal([]);
    });

    for (const [what, thrown] of [
      ['an error', new Error('mine')],
      ['something unprintable', Object.create(null)],
    ] as const) {
      it(`reports it once where it throws ${what}, and throws nothing on`, () => {
        const missing = missingUnder(() => {
          throw thrown;
        });
        record(missing);
        record(missing);

        expect(logger.lines).to.have.length(1);
        expect(logger.lines[0]).to.contain('USER_CODE_FAILED: The contextMissing function threw');
        expect(diagnostics.counts).to.deep.equal({ CONTEXT_MISSING: 2, USER_CODE_FAILED: 2 });
      });
    }
  });
});

describe('isContextMissing', () => {
  it('knows the one error that recording lets through', () => {
    expect(isContextMissing(new StateError('CONTEXT_MISSING', ''))).to.equal(true);
    expect(isContextMissing(new StateError('VALUE_REFUSED', ''))).to.equal(false);
    expect(isContextMissing({ code: 'CONTEXT_MISSING' })).to.equal(false);
    expect(isContextMissing(undefined)).to.equal(false);
  });
});
