import { expect } from 'chai';
import * as fc from 'fast-check';
import { classifyError, classifyStatus, type ErrorClass } from '#lib/model/error-class.js';
import { HOSTILE_VALUES } from '../support/hostile.js';

const error = (members: object): Error => Object.assign(new Error('x'), members);

describe('classifyStatus', () => {
  const table: readonly [status: number, means: ErrorClass][] = [
    [200, 'none'],
    [399, 'none'],
    [400, 'error'],
    [404, 'error'],
    [428, 'error'],
    [429, 'throttle'],
    [430, 'error'],
    [499, 'error'],
    [500, 'fault'],
    [599, 'fault'],
    [600, 'none'],
    [0, 'none'],
    [Number.NaN, 'none'],
  ];
  for (const [status, means] of table) {
    it(`takes ${status} for ${means}`, () => {
      expect(classifyStatus(status)).to.equal(means);
    });
  }
});

describe('classifyError', () => {
  class HttpException extends Error {
    readonly #status: number;
    constructor(status: number) {
      super('nest');
      this.#status = status;
    }
    getStatus(): number {
      return this.#status;
    }
  }
  const table: readonly [what: string, thrown: unknown, means: ErrorClass][] = [
    ['an unknown error', new Error('x'), 'fault'],
    ['a TypeError', new TypeError('x'), 'fault'],
    ['a status of 404', error({ status: 404 }), 'error'],
    ['a statusCode of 422', error({ statusCode: 422 }), 'error'],
    ['a statusCode of 503', error({ statusCode: 503 }), 'fault'],
    ['a status of 429', error({ status: 429 }), 'throttle'],
    ['a NestJS exception of 403', new HttpException(403), 'error'],
    ['a NestJS exception of 429', new HttpException(429), 'throttle'],
    ['a NestJS exception of 500', new HttpException(500), 'fault'],
    [
      'an axios error of 404',
      error({ isAxiosError: true, code: 'ERR_BAD_REQUEST', response: { status: 404 } }),
      'error',
    ],
    [
      'an axios error without a response',
      error({ isAxiosError: true, code: 'ECONNREFUSED', response: undefined }),
      'fault',
    ],
    ['a got error of 400', error({ response: { statusCode: 400 } }), 'error'],
    ['a response of null', error({ response: null }), 'fault'],
    [
      'an AWS client error',
      error({ name: 'ResourceNotFoundException', $fault: 'client', $metadata: { httpStatusCode: 400 } }),
      'error',
    ],
    [
      'an AWS service error',
      error({ name: 'InternalServerError', $fault: 'server', $metadata: { httpStatusCode: 500 } }),
      'fault',
    ],
    ['an AWS error of the client without a status', error({ $fault: 'client' }), 'error'],
    ['an AWS error of the service without a status', error({ $fault: 'server', $metadata: {} }), 'fault'],
    [
      'an AWS error that is to be retried for throttling',
      error({ $retryable: { throttling: true }, $fault: 'client' }),
      'throttle',
    ],
    [
      'an AWS error that is to be retried otherwise',
      error({ $retryable: { throttling: false }, $fault: 'server' }),
      'fault',
    ],
    [
      'a throttling name on a 400',
      error({ name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } }),
      'throttle',
    ],
    ['a throttling code', error({ code: 'ThrottlingException' }), 'throttle'],
    ['SlowDown on a 503', error({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } }), 'throttle'],
    ['a name that only looks like throttling', error({ name: 'throttlingexception' }), 'fault'],
    ['a status that is text', error({ status: '404' }), 'fault'],
    ['a status that is no HTTP status', error({ status: 4 }), 'fault'],
    ['a small status before a right one', error({ status: 0, statusCode: 404 }), 'error'],
    ['a status of success', error({ status: 200 }), 'fault'],
    ['a plain object with a status', { status: 404 }, 'error'],
    ['a text', '404', 'fault'],
    ['a number', 404, 'fault'],
    ['undefined', undefined, 'fault'],
    ['null', null, 'fault'],
    ['a getStatus that throws, beside a status', error({ status: 404, getStatus: () => { throw new Error('no'); } }), 'error'], // prettier-ignore
    ['a getStatus that is no function', error({ getStatus: 404 }), 'fault'],
    ['a name that throws, beside a status', Object.defineProperty(error({ status: 404 }), 'name', { get: () => { throw new Error('no'); } }), 'error'], // prettier-ignore
  ];
  for (const [what, thrown, means] of table) {
    it(`takes ${what} for ${means}`, () => {
      expect(classifyError(thrown)).to.equal(means);
    });
  }

  for (const [what, make] of Object.entries(HOSTILE_VALUES)) {
    it(`takes ${what} for a fault`, () => {
      expect(classifyError(make())).to.equal('fault');
    });
  }

  it('answers one of three to anything', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(['error', 'fault', 'throttle']).to.include(classifyError(thrown));
      }),
    );
  });
});
