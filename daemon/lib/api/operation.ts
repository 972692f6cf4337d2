import { RequestError } from '../foundation/errors.js';
import type { JsonObject } from '../protocol/json.js';

/**
 * Answers one operation of the X-Ray API from the members of its request.
 *
 * @throws RequestError what the error table knows; StateError
 */
export type Operation = (request: JsonObject) => JsonObject | Promise<JsonObject>;

/** Refuses a request for all that is wrong with it, if anything is. */
export function refuseFor(problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new RequestError('INVALID_REQUEST', problems.join(' '));
  }
}
