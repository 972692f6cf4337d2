import { ContextMissing } from '../context/context-missing.js';
import { MemoryEmitter } from '../emitters/memory-emitter.js';
import { SystemClock } from '../foundation/clock.js';
import { Diagnostics } from '../foundation/diagnostics.js';
import { RandomIdentifiers } from '../foundation/identifiers.js';
import { bracket } from '../recorder/bracket.js';
import { Engine } from '../recorder/engine.js';
import { FixedSampler } from '../sampling/fixed-sampler.js';
import { RecordedTrace } from './recorded-trace.js';

/** What a function did, and what was recorded of it. */
export interface Recording<Result> {
  readonly trace: RecordedTrace;
  /** What the function returned, or its promise resolved to; reading it throws what the function threw. */
  readonly result: Result;
  /** What the function threw, or its promise was rejected with. */
  readonly error: unknown;
}

/**
 * Runs the function in a segment called `test` and answers everything that was recorded in it. It needs no `TracingModule`
 * and leaves one that there is alone; recordings may run at the same time. What is still open when the function ends is
 * recorded as in progress.
 */
export async function recordTrace<Result>(fn: () => Result | Promise<Result>): Promise<Recording<Result>> {
  const emitter = new MemoryEmitter();
  const diagnostics = new Diagnostics(console, 'warn');
  const engine = new Engine({
    service: 'test',
    clock: new SystemClock(),
    identifiers: new RandomIdentifiers(),
    sampler: new FixedSampler(true),
    emitter,
    contextMissing: new ContextMissing('LOG_ERROR', diagnostics),
    diagnostics,
  });
  const frame = engine.openSegment('test', { header: '' }, undefined);
  if (frame === undefined) throw new Error('A new engine opens every segment.');
  let outcome: { readonly result: Result } | { readonly error: unknown };
  try {
    outcome = { result: await bracket(frame, SITE, fn, undefined) };
  } catch (error) {
    outcome = { error };
  }
  await engine.shutDown();
  return new FinishedRecording(new RecordedTrace(emitter.documents), outcome);
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
