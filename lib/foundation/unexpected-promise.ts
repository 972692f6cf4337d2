import { types } from 'node:util';

/**
 * Tells a promise from other answers of the user's code, where only an answer at once makes sense, and takes care of it: what
 * it is rejected with goes to `onRejected` instead of ending the process.
 */
export function isUnexpectedPromise(answer: unknown, onRejected: (thrown: unknown) => void): boolean {
  if (typeof answer !== 'object' || !types.isPromise(answer)) return false;
  void Promise.prototype.then.call(answer, undefined, onRejected);
  return true;
}
