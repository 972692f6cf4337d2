import { randomUUID } from 'node:crypto';
import { RequestError } from '../foundation/errors.js';
import type { HttpAnswer, HttpRequest } from '../listener/http-listener.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import type { SamplingService } from '../sampling/service.js';
import type { ApiCounters } from '../telemetry/counters.js';
import { errorAnswer, unexpected, type ErrorAnswer } from './error-table.js';
import type { Operation } from './operation.js';
import { isForeign } from './origin.js';
import { samplingRules } from './sampling-rules.js';
import { samplingStatisticSummaries } from './sampling-statistic-summaries.js';
import { samplingTargets } from './sampling-targets.js';

/** Bytes of a request's body. A rule with 200 tags of 384 characters, each escaped in 12 bytes, takes 922 kB. */
export const maxBodyBytes = 1024 * 1024;

/**
 * The X-Ray API over HTTP, as the AWS SDKs speak it: a POST for each operation, members in a JSON body, the type of
 * an error in a header. Never throws: whatever was sent has an answer.
 *
 * Signatures are not looked at. Requests that a browser sends for another site's page are refused.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export class XRayApi {
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #refusedByType: Record<string, number> = {};
  #requests = 0;
  #failed = 0;

  constructor({ sampling }: { readonly sampling: SamplingService }) {
    this.#operations = new Map([
      ...samplingRules(sampling),
      ...samplingTargets(sampling),
      ...samplingStatisticSummaries(sampling),
    ]);
  }

  /** What was asked of the API and refused by it. */
  counters(): Omit<ApiCounters, 'badConnections'> {
    return { requests: this.#requests, refusedByType: { ...this.#refusedByType }, failed: this.#failed };
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    this.#requests += 1;
    try {
      return answerWith(200, await this.#operationOf(request)(readBody(request)));
    } catch (error) {
      const known = errorAnswer(error);
      this.#failed += known === undefined ? 1 : 0;
      return this.#refuse(known ?? unexpected);
    }
  }

  #operationOf({ method, path, headers }: HttpRequest): Operation {
    if (isForeign(headers)) {
      throw new RequestError('FOREIGN_ORIGIN', 'Pages of other sites may not ask this daemon anything.');
    }
    const operation = this.#operations.get(path);
    if (operation === undefined) {
      throw new RequestError(
        'UNKNOWN_OPERATION',
        `There is no ${path.slice(0, 200)} here. There are ${Array.from(this.#operations.keys()).join(', ')}.`,
      );
    }
    if (method !== 'POST') {
      throw new RequestError('METHOD_NOT_ALLOWED', `The method was ${method}; ${path} takes POST.`);
    }
    return operation;
  }

  #refuse({ status, type, message }: ErrorAnswer): HttpAnswer {
    this.#refusedByType[type] = (this.#refusedByType[type] ?? 0) + 1;
    const answer = answerWith(status, { __type: type, Message: message });
    const allow = status === 405 ? { allow: 'POST' } : {};
    return { ...answer, headers: { ...answer.headers, ...allow, 'x-amzn-errortype': type } };
  }
}

function answerWith(status: number, body: JsonObject): HttpAnswer {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-amzn-requestid': randomUUID(),
    },
    body: JSON.stringify(body),
  };
}

function readBody({ body, headers }: HttpRequest): JsonObject {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    throw new RequestError('BODY_ENCODED', 'The body was encoded; it is taken as plain JSON only.');
  }
  if (body === 'too-large') {
    throw new RequestError('BODY_TOO_LARGE', `The body was larger than ${maxBodyBytes} bytes, which is what is taken.`);
  }
  if (body === 'no-room') {
    throw new RequestError('NO_ROOM', 'Other requests of large bodies take all the room there is for them. Try again.');
  }
  // Operations without members are asked for without a body.
  const value = body.length === 0 ? {} : parse(body);
  if (!isJsonObject(value)) {
    throw new RequestError(
      'NOT_JSON',
      'The body was JSON and no object; members of the request are taken in an object.',
    );
  }
  return value;
}

function parse(body: Uint8Array): JsonValue {
  try {
    const value: JsonValue = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return value;
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'no JSON' : 'no UTF-8';
    throw new RequestError('NOT_JSON', `The body was ${reason}; it takes a JSON object.`, { cause: error });
  }
}
