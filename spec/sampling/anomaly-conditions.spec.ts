import { expect } from 'chai';
import * as fc from 'fast-check';
import { AnomalyConditions, type AnomalyCondition, type TraceOutcome } from '#lib/sampling/anomaly-conditions.js';

const FINE: TraceOutcome = {
  operation: 'POST /orders',
  httpMethod: 'POST',
  urlPath: '/orders/7/items',
  status: 200,
  isFault: false,
  errorCode: undefined,
  durationMillis: 100,
};
const JOB: TraceOutcome = {
  ...FINE,
  operation: 'Nightly.run',
  httpMethod: undefined,
  urlPath: undefined,
  status: undefined,
};
const CRASH: TraceOutcome = { ...JOB, isFault: true };

const NONE = { boosts: false, captures: false, reason: undefined };
const BOTH = { boosts: true, captures: true, reason: 'error' };

/** What the conditions say of the outcome. */
function judge(conditions: readonly AnomalyCondition[] | undefined, outcome: Partial<TraceOutcome>): unknown {
  return new AnomalyConditions(conditions).judge({ ...FINE, ...outcome });
}

describe('AnomalyConditions', () => {
  describe('when a text is no regular expression', () => {
    for (const errorCodeRegex of ['[5', 'a)|(b', '5\\']) {
      it(`throws on ${errorCodeRegex} when it is made, not when it judges`, () => {
        expect(() => new AnomalyConditions([{ errorCodeRegex }])).to.throw(SyntaxError);
      });
    }
  });

  describe('when no conditions are given', () => {
    const table: readonly [what: string, outcome: Partial<TraceOutcome>, verdict: object][] = [
      ['a status of 500', { status: 500 }, BOTH],
      ['a status of 599', { status: 599 }, BOTH],
      ['a status of 499', { status: 499 }, NONE],
      ['a status of 200, however the trace failed', { status: 200, isFault: true }, NONE],
      ['a fault without a status', CRASH, BOTH],
      ['a fault with a code', { ...CRASH, errorCode: 'ECONNREFUSED' }, BOTH],
      ["a caller's error without a status", { ...JOB, errorCode: '404' }, NONE],
      ['a trace that took an hour', { durationMillis: 3_600_000 }, NONE],
    ];
    for (const [what, outcome, verdict] of table) {
      it(`takes ${what} for ${verdict === NONE ? 'no anomaly' : 'one'}`, () => {
        expect(judge(undefined, outcome)).to.deep.equal(verdict);
      });
    }
  });

  describe('when the list is empty', () => {
    it('takes nothing for an anomaly', () => {
      expect(judge([], { status: 500, isFault: true })).to.deep.equal(NONE);
    });
  });

  describe('when a condition names an error code', () => {
    const table: readonly [expression: string | RegExp, outcome: Partial<TraceOutcome>, matches: boolean][] = [
      ['^5\\d\\d$', { status: 503 }, true],
      ['5\\d\\d', { status: 503 }, true],
      ['5', { status: 503 }, false],
      ['503|4', { status: 404 }, false],
      ['4|404', { status: 404 }, true],
      [/^4/, { status: 404 }, false],
      [/^(429|503)$/, { status: 429 }, true],
      [/econn.*/i, { ...JOB, errorCode: 'ECONNREFUSED' }, true],
      [/5../g, { status: 500 }, true],
      [/5../y, { status: 500 }, true],
      [/^5..$/m, { ...JOB, errorCode: '500\nand more' }, false],
      ['ECONN.*', { status: 200, errorCode: 'ECONNREFUSED', isFault: true }, false],
      ['5..', { status: 200, isFault: true }, false],
      ['5..', CRASH, true],
      ['5..', JOB, false],
      ['5..', { ...CRASH, errorCode: 'ECONNREFUSED' }, true],
      ['ECONN.*', { ...CRASH, errorCode: 'ECONNREFUSED' }, true],
      ['500', { ...CRASH, errorCode: '503' }, false],
      ['503', { ...CRASH, errorCode: '503' }, true],
      ['404', { ...JOB, errorCode: '404' }, true],
    ];
    for (const [errorCodeRegex, outcome, matches] of table) {
      const { status, errorCode, isFault = false } = outcome;
      it(`${matches ? 'matches' : 'does not match'} ${String(errorCodeRegex)} with ${JSON.stringify({ status, errorCode, isFault })}`, () => {
        const conditions = new AnomalyConditions([{ errorCodeRegex }]);

        // Twice: an expression with the flag `g` or `y` remembers where it was.
        for (const _ of [1, 2]) expect(conditions.judge({ ...FINE, ...outcome })).to.deep.equal(matches ? BOTH : NONE);
      });
    }
  });

  describe('when a condition names a latency', () => {
    it('matches from that many milliseconds on, with latency for the reason', () => {
      const slow = [{ highLatencyMs: 500 }];

      expect(judge(slow, { durationMillis: 499.999 })).to.deep.equal(NONE);
      expect(judge(slow, { durationMillis: 500 })).to.deep.equal({ boosts: true, captures: true, reason: 'latency' });
      expect(judge(slow, { durationMillis: Number.NaN })).to.deep.equal(NONE);
      expect(judge([{ highLatencyMs: 0 }], { durationMillis: 0 })).to.have.property('reason', 'latency');
    });

    it('needs the error code too where that is named', () => {
      const both = [{ highLatencyMs: 500, errorCodeRegex: '5..' }];

      expect(judge(both, { durationMillis: 500, status: 200 })).to.deep.equal(NONE);
      expect(judge(both, { durationMillis: 499, status: 500 })).to.deep.equal(NONE);
      expect(judge(both, { durationMillis: 500, status: 500 })).to.deep.equal(BOTH);
    });
  });

  describe('when a condition names neither', () => {
    it('takes the default meaning, for its operations', () => {
      const conditions = [{ operations: ['POST /orders'] }];

      expect(judge(conditions, { status: 500 })).to.deep.equal(BOTH);
      expect(judge(conditions, { status: 200 })).to.deep.equal(NONE);
      expect(judge(conditions, { ...CRASH, operation: 'POST /orders' })).to.deep.equal(BOTH);
      expect(judge(conditions, CRASH)).to.deep.equal(NONE);
    });
  });

  describe('when a condition names operations', () => {
    const table: readonly [pattern: string, outcome: Partial<TraceOutcome>, matches: boolean][] = [
      ['POST /orders', {}, true],
      ['post /ORDERS', {}, true],
      ['POST /orders', { operation: 'Orders.create' }, true],
      ['Orders.create', { operation: 'Orders.create' }, true],
      ['Orders.*', { operation: 'Orders.create' }, true],
      ['*.create', { operation: 'Orders.create' }, true],
      ['Orders?create', { operation: 'Orders.create' }, true],
      ['Orders?create', { operation: 'Orderscreate' }, false],
      ['Orders', { operation: 'Orders.create' }, false],
      ['POST /orders/7/items', {}, true],
      ['POST /orders/*/items', {}, true],
      ['POST /orders/7', {}, false],
      ['GET /orders', {}, false],
      ['/orders', {}, false],
      ['*', {}, true],
      ['**', { operation: '' }, true],
      ['?', { operation: '', urlPath: undefined }, false],
      ['* /orders', {}, true],
      ['POST /', { urlPath: '/', operation: 'x' }, true],
      ['POST /', { urlPath: '', operation: 'x' }, true],
      ['POST /', { urlPath: '//orders', operation: 'x' }, true],
      ['/orders', { httpMethod: undefined }, true],
      ['POST', { urlPath: undefined, operation: 'x' }, false],
      ['a.c', { operation: 'abc' }, false],
      ['$&', { operation: '$&' }, true],
      ['*ab', { operation: 'aab' }, true],
      ['a*b*c', { operation: 'a-b-b-c-c' }, true],
      ['a*b*c', { operation: 'a-c-b' }, false],
    ];
    for (const [pattern, outcome, matches] of table) {
      it(`${matches ? 'matches' : 'does not match'} ${pattern} with ${JSON.stringify(outcome)}`, () => {
        const conditions = [{ highLatencyMs: 0, operations: ['no such', pattern] }];

        expect(judge(conditions, outcome)).to.have.property('boosts', matches);
      });
    }

    it('takes an empty list for all of them', () => {
      expect(judge([{ operations: [] }], { status: 500 })).to.deep.equal(BOTH);
    });

    it('reads patterns as a regular expression of the same meaning does', () => {
      const text = fc.string({ unit: fc.constantFrom('a', 'B', '*', '?', '.', '/', '$'), maxLength: 12 });
      fc.assert(
        fc.property(text, text, (pattern, operation) => {
          const source = pattern
            .replaceAll(/[./$]/g, String.raw`\$&`)
            .replaceAll('*', '.*')
            .replaceAll('?', '.');
          const { boosts } = new AnomalyConditions([{ highLatencyMs: 0, operations: [pattern] }]).judge({
            ...JOB,
            operation,
          });

          expect(boosts).to.equal(new RegExp(`^${source}$`, 'i').test(operation));
        }),
        { numRuns: 1000 },
      );
    });

    it('answers soon for a path that was made to keep a matcher busy', () => {
      const conditions = new AnomalyConditions([{ highLatencyMs: 0, operations: [`${'*a'.repeat(50)}b`] }]);
      const outcome = { ...FINE, urlPath: `/${'a'.repeat(8000)}` };

      const begin = performance.now();
      expect(conditions.judge(outcome)).to.deep.equal(NONE);
      expect(performance.now() - begin).to.be.below(1000);
    });
  });

  describe('when a condition says what it is for', () => {
    const verdicts = {
      both: { boosts: true, captures: true, reason: 'error' },
      'sampling-boost': { boosts: true, captures: false, reason: 'error' },
      'anomaly-trace-capture': { boosts: false, captures: true, reason: 'error' },
      neither: NONE,
    } as const;
    for (const [usage, verdict] of Object.entries(verdicts)) {
      it(`does for ${usage} that alone`, () => {
        expect(judge([{ usage: usage as keyof typeof verdicts }], { status: 500 })).to.deep.equal(verdict);
      });
    }
  });

  describe('when several conditions match', () => {
    it('unites what they are for', () => {
      const conditions: AnomalyCondition[] = [
        { highLatencyMs: 50, usage: 'sampling-boost' },
        { errorCodeRegex: '5..', usage: 'anomaly-trace-capture' },
        { errorCodeRegex: '5..', usage: 'neither' },
      ];

      expect(judge(conditions, {})).to.deep.equal({ boosts: true, captures: false, reason: 'latency' });
      expect(judge(conditions, { status: 500 })).to.deep.equal(BOTH);
      expect(judge(conditions.toReversed(), { status: 500 })).to.deep.equal(BOTH);
    });

    it('gives the error for the reason, wherever in the list it is found', () => {
      const conditions: AnomalyCondition[] = [
        { highLatencyMs: 50 },
        { errorCodeRegex: '5..', usage: 'sampling-boost' },
      ];

      expect(judge(conditions, { status: 500 })).to.deep.equal(BOTH);
      expect(judge(conditions.toReversed(), { status: 500 })).to.deep.equal(BOTH);
    });
  });

  it('answers the same frozen object for the same verdict', () => {
    const verdicts = [judge(undefined, { status: 500 }), judge([{ errorCodeRegex: '4..' }], { status: 404 })];

    expect(verdicts[0]).to.equal(verdicts[1]);
    expect(Object.isFrozen(verdicts[0])).to.equal(true);
  });
});
