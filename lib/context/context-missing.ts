import { printThrown, StateError } from '../foundation/errors.js';
import type { Diagnostics } from '../foundation/diagnostics.js';
import { isUnexpectedPromise } from '../foundation/unexpected-promise.js';

/**
 * What happens when something is to be recorded while no segment is open: say it once for each call site (`LOG_ERROR`), throw
 * a `StateError` with the code `CONTEXT_MISSING` (`RUNTIME_ERROR`), nothing (`IGNORE_ERROR`), or a function that is told each time.
 */
export type ContextMissingStrategy = 'LOG_ERROR' | 'RUNTIME_ERROR' | 'IGNORE_ERROR' | ((message: string) => void);

/** Carries the strategy out. */
export class ContextMissing {
  readonly #strategy: ContextMissingStrategy;
  readonly #diagnostics: Diagnostics;

  constructor(strategy: ContextMissingStrategy, diagnostics: Diagnostics) {
    this.#strategy = strategy;
    this.#diagnostics = diagnostics;
  }

  /**
   * @param what the call that is not recorded, as a message names it
   * @param below the function whose caller is the user's code: the place that makes a call site one, and that the message names
   * @throws StateError CONTEXT_MISSING under `RUNTIME_ERROR`, and never otherwise
   */
  meet(what: string, below: (...args: never[]) => unknown): void {
    this.#diagnostics.count('CONTEXT_MISSING');
    if (this.#strategy === 'IGNORE_ERROR') return;
    if (this.#strategy === 'RUNTIME_ERROR') throw new StateError('CONTEXT_MISSING', explain(what));
    if (this.#strategy === 'LOG_ERROR') {
      const place = placeBelow(below);
      if (!this.#diagnostics.isFirst(`CONTEXT_MISSING ${place ?? what}`)) return;
      const where = place === undefined ? '' : ` It happened ${place}.`;
      this.#diagnostics.log('error', `CONTEXT_MISSING: ${explain(what)}${where} (Said once for this call.)`);
      return;
    }
    try {
      isUnexpectedPromise(this.#strategy(explain(what)), (thrown) => this.#report(thrown));
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  #report(thrown: unknown): void {
    const message = `The contextMissing function threw: ${printThrown(thrown)}`;
    this.#diagnostics.report(new StateError('USER_CODE_FAILED', message, { cause: thrown }), 'contextMissing');
  }
}

function explain(what: string): string {
  return (
    `${what} is not recorded, since no segment is open here. Open one around it with recorder.trace(operation, fn), carry one ` +
    'over with recorder.resume or recorder.bind, or set the option contextMissing to IGNORE_ERROR.'
  );
}

function placeBelow(below: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: unknown } = {};
  const limit = shortenStacks();
  try {
    Error.captureStackTrace(holder, below);
    // A program may have put its own Error.prepareStackTrace there, which answers what it likes, or throws.
    return typeof holder.stack === 'string' ? holder.stack.split('\n')[1]?.trim() : undefined;
  } catch {
    return undefined;
  } finally {
    if (limit !== undefined) setStackTraceLimit(limit);
  }
}

/**
 * One line of a stack is needed; of all ten a call without a context would cost 15 µs and not 5. Answers the limit before, or `undefined`
 * where it is as it was.
 */
function shortenStacks(): number | undefined {
  const limit: unknown = Error.stackTraceLimit;
  return typeof limit === 'number' && limit > 1 && setStackTraceLimit(1) ? limit : undefined;
}

/** `false` where the program does not let it be changed. */
function setStackTraceLimit(limit: number): boolean {
  try {
    return Reflect.set(Error, 'stackTraceLimit', limit);
  } catch {
    return false;
  }
}

/** Whether `thrown` is what `RUNTIME_ERROR` throws: the one error that recording lets through to the user. */
export function isContextMissing(thrown: unknown): boolean {
  return thrown instanceof StateError && thrown.code === 'CONTEXT_MISSING';
}
