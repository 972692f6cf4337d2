import { ContextMissing, type ContextMissingStrategy } from '#lib/context/context-missing.js';
import type { Emitter } from '#lib/emitters/emitter.js';
import { MemoryEmitter } from '#lib/emitters/memory-emitter.js';
import { SystemClock, type Clock } from '#lib/foundation/clock.js';
import { Diagnostics, type Logger } from '#lib/foundation/diagnostics.js';
import { RandomIdentifiers, type Identifiers } from '#lib/foundation/identifiers.js';
import type { SegmentDocument } from '#lib/model/document.js';
import { Engine, type EngineParts } from '#lib/recorder/engine.js';
import { installEngine, removeEngine } from '#lib/recorder/process-state.js';
import { processRecorder, type Recorder } from '#lib/recorder/recorder.js';
import { FixedDecider } from '#lib/sampling/fixed-decider.js';
import { RecordedTrace } from '#lib/testing/recorded-trace.js';
import { assertValidTrace } from './wire-validator/index.js';

/** A clock that stands still until it is advanced. */
export class FixedClock implements Clock {
  #elapsed = 0;
  #jumped = 0;
  readonly #anchor: number;

  constructor(epochSeconds = 1_700_000_000) {
    this.#anchor = epochSeconds * 1000;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  anchor(): number {
    return this.#anchor;
  }

  now(): number {
    return this.#anchor + this.#jumped + this.#elapsed;
  }

  /** Sets the wall clock alone. */
  jumpSeconds(seconds: number): void {
    this.#jumped += seconds * 1000;
  }

  advanceMillis(millis: number): void {
    this.#elapsed += millis;
  }

  advanceSeconds(seconds: number): void {
    this.advanceMillis(seconds * 1000);
  }
}

/** Numbers from 0 up to 1 that are the same in every run: a linear congruential generator. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ids in counting order. */
export class CountingIdentifiers implements Identifiers {
  #count = 0;

  entity(): string {
    return this.#next().padStart(16, '0');
  }

  trace(): string {
    return this.#next().padStart(24, '0');
  }

  #next(): string {
    this.#count += 1;
    return this.#count.toString(16);
  }
}

/** A logger that remembers. */
export class RememberingLogger implements Logger {
  readonly lines: string[] = [];

  debug(message: string): void {
    this.lines.push(`debug ${message}`);
  }

  info(message: string): void {
    this.lines.push(`info ${message}`);
  }

  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }

  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
}

/** The process's recorder with an engine for specs behind it. */
export interface SpecRecording {
  readonly recorder: Recorder;
  readonly engine: Engine;
  readonly logger: RememberingLogger;
  readonly diagnostics: Diagnostics;
  /** What has been emitted so far. */
  documents(): SegmentDocument[];
  /** The same as one tree. */
  trace(): RecordedTrace;
  /** Takes the engine away and checks every document that was emitted. */
  stop(): Promise<void>;
}

/** Starts to record into memory. Every spec that calls this stops it in the end. */
export function startRecording(
  parts: Partial<EngineParts> & { readonly strategy?: ContextMissingStrategy } = {},
): SpecRecording {
  const logger = new RememberingLogger();
  const diagnostics = parts.diagnostics ?? new Diagnostics(logger, 'debug');
  const memory = new MemoryEmitter();
  const emitter: Emitter = parts.emitter ?? memory;
  const engine = new Engine({
    service: 'spec',
    clock: new SystemClock(),
    identifiers: new RandomIdentifiers(),
    decider: new FixedDecider(true),
    contextMissing: new ContextMissing(parts.strategy ?? 'LOG_ERROR', diagnostics),
    ...parts,
    diagnostics,
    emitter,
  });
  installEngine(engine);
  return {
    recorder: processRecorder(),
    engine,
    logger,
    diagnostics,
    documents: () => memory.documents,
    trace: () => new RecordedTrace(memory.documents),
    stop: async () => {
      removeEngine(engine);
      await engine.shutDown();
      assertValidTrace(memory.documents);
    },
  };
}
