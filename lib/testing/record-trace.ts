import { inspect } from 'node:util';
import { MemoryEmitter } from '../emitters/memory-emitter.js';
import { bracket } from '../recorder/bracket.js';
import { RecordedTrace } from './recorded-trace.js';
import { checkOptions, RECORDING_OPTIONS, RecordingEngine, type RecordingOptions } from './recording-engine.js';

/** What a function did, and what was recorded of it. */
export interface Recording<Result> {
  readonly trace: RecordedTrace;
  /** What the function returned, or its promise resolved to; reading it throws what the function threw. */
  readonly result: Result;
  /** What the function threw, or its promise was rejected with. */
  readonly error: unknown;
}

/** How `recordTrace` records. */
export interface RecordTraceOptions extends RecordingOptions {
  /** The `X-Amzn-Trace-Id`, carrier or `traceparent` to go on from, as after a call that came in. Default: none, a new trace. */
  readonly header?: string | undefined;
}

/**
 * Runs the function in a segment called `test` and answers everything that was recorded in it. It needs no `TracingModule`
 * and leaves one that there is alone; recordings may run at the same time. What is still open when the function ends is
 * recorded as in progress.
 *
 * @throws TypeError where it is given no function, or an option that does not exist
 */
export async function recordTrace<Result>(
  fn: () => Result | Promise<Result>,
  options: RecordTraceOptions = {},
): Promise<Recording<Result>> {
  if (typeof fn !== 'function') throw new TypeError(`recordTrace takes a function; it was given ${inspect(fn)}.`);
  checkOptions(options, { ...RECORDING_OPTIONS, header: ['string', 'the text of a header'] });
  const emitter = new MemoryEmitter();
  const engine = new RecordingEngine(emitter, options);
  const frame = engine.openSegment('test', { header: options.header ?? '' }, undefined);
  if (frame === undefined) throw new Error('A new engine opens every segment.');
  let outcome: { readonly result: Result } | { readonly error: unknown };
  try {
    outcome = { result: await bracket(frame, SITE, fn, undefined) };
  } catch (error) {
    outcome = { error };
  }
  await engine.shutDown();
  return new FinishedRecording(new RecordedTrace(emitter.documents, engine.rankOf), outcome);
}

const SITE = { nameFor: () => 'test', before: [], after: [] };

class FinishedRecording<Result> implements Recording<Result> {
  readonly trace: RecordedTrace;
  readonly #outcome: { readonly result: Result } | { readonly error: unknown };

  constructor(trace: RecordedTrace, outcome: { readonly result: Result } | { readonly error: unknown }) {
    this.trace = trace;
    this.#outcome = outcome;
  }

  get result(): Result {
    if ('result' in this.#outcome) return this.#outcome.result;
    throw this.#outcome.error;
  }

  get error(): unknown {
    return 'error' in this.#outcome ? this.#outcome.error : undefined;
  }
}
