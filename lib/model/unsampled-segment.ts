import type { HttpRecord } from './http-record.js';
import type { AnnotationRecord, CloseOptions } from './segment-handle.js';
import { SilentHandle } from './silent-handle.js';
import type { Subsegment, SubsegmentNamespace } from './subsegment.js';
import { TraceHeader } from './trace-header.js';
import type { Witness } from './witness.js';

/** Port: what an unsampled segment asks of the recorder that opened it. No method throws. */
export interface UnsampledKeeper {
  nextId(): string;
  /** @param startedAt milliseconds of the clock that times are taken from. Default: now */
  newTraceId(startedAt?: number): string;
  runIn<T>(entity: UnsampledSegment | UnsampledSubsegment, fn: () => T): T;
  /** Takes note of an error that was recorded by hand. */
  noteError(entity: UnsampledSegment | UnsampledSubsegment, thrown: unknown): void;
  closeUnsampled(entity: UnsampledSegment | UnsampledSubsegment, options: CloseOptions | undefined): void;
}

/** A request that is not recorded. Its trace goes on all the same: downstream is told the trace id and `Sampled=0`. */
export class UnsampledSegment extends SilentHandle {
  readonly incoming: TraceHeader;
  readonly keeper: UnsampledKeeper;
  /** Remembers what is to be known if it turns out an anomaly; `undefined` where nobody would send it, and after the close. */
  witness: Witness | undefined;
  readonly #name: string;
  #traceId: string | undefined;
  #id: string | undefined;
  #isClosed = false;

  constructor(name: string, incoming: TraceHeader, keeper: UnsampledKeeper, witness?: Witness) {
    super();
    this.#name = name;
    this.incoming = incoming;
    this.keeper = keeper;
    this.witness = witness;
  }

  get segment(): this {
    return this;
  }

  /** Whether calls within it are watched. */
  get isWatched(): boolean {
    return this.witness !== undefined && this.witness.watchesCalls;
  }

  // Ids are made when somebody asks: most unsampled requests call nobody.
  override get id(): string {
    return (this.#id ??= this.keeper.nextId());
  }

  override get traceId(): string {
    return (this.#traceId ??= this.incoming.root ?? this.keeper.newTraceId(this.witness?.startedAt));
  }

  override get name(): string {
    return this.#name;
  }

  override get isClosed(): boolean {
    return this.#isClosed;
  }

  override annotate(keyOrRecord?: string | AnnotationRecord, value?: unknown): this {
    return this.#note((witness) => {
      if (typeof keyOrRecord === 'string') witness.note().annotate(keyOrRecord, value);
      else witness.note().annotateAll(keyOrRecord ?? {});
    });
  }

  override http(record?: HttpRecord): this {
    return this.#note((witness) => witness.note().http(record ?? {}));
  }

  override error(...thrown: unknown[]): this {
    if (this.witness !== undefined && thrown.length > 0) this.keeper.noteError(this, thrown[0]);
    return this;
  }

  override user(id?: string): this {
    return this.#note((witness) => (witness.note().userId = id));
  }

  override header(): string {
    const { lineage, extra } = this.incoming;
    return new TraceHeader({ root: this.traceId, parent: this.id, sampled: false, lineage, extra }).toString();
  }

  override responseHeader(): string {
    return this.incoming.sampled === '?' ? `Root=${this.traceId};Sampled=0` : '';
  }

  override run<T>(fn: () => T): T {
    return this.keeper.runIn(this, fn);
  }

  override close(options?: CloseOptions): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.keeper.closeUnsampled(this, options);
    this.witness = undefined;
  }

  /** What is given may be read now, by getters of the user's, and a handle never throws. */
  #note(note: (witness: Witness) => void): this {
    const { witness } = this;
    if (witness === undefined) return this;
    try {
      note(witness);
    } catch {
      // An anomaly then lacks it.
    }
    return this;
  }
}

/**
 * A stretch of work where the trace is not sampled: it knows its trace's header, and where calls are watched, whether it failed and
 * what failed within it.
 */
export class UnsampledSubsegment extends SilentHandle {
  readonly parent: UnsampledSegment | UnsampledSubsegment;
  readonly segment: UnsampledSegment;
  readonly namespace: SubsegmentNamespace | undefined;
  readonly startedAt: number;
  /** Where its failure is recorded; `undefined` while it has not failed. */
  record: Subsegment | undefined = undefined;
  /** Those of calls within it that have failed: its own where it fails too. */
  failed: Subsegment[] | undefined = undefined;
  readonly #name: string;
  #isClosed = false;

  /** @param startedAt milliseconds of the clock that times are taken from */
  constructor(
    parent: UnsampledSegment | UnsampledSubsegment,
    name: string,
    namespace: SubsegmentNamespace | undefined,
    startedAt: number,
  ) {
    super();
    this.parent = parent;
    this.segment = parent.segment;
    this.#name = name;
    this.namespace = namespace;
    this.startedAt = startedAt;
  }

  get isWatched(): boolean {
    return this.segment.isWatched;
  }

  override get id(): string {
    return this.segment.id;
  }

  override get traceId(): string {
    return this.segment.traceId;
  }

  override get name(): string {
    return this.#name;
  }

  override get isClosed(): boolean {
    return this.#isClosed;
  }

  override error(...thrown: unknown[]): this {
    if (this.isWatched && thrown.length > 0) this.segment.keeper.noteError(this, thrown[0]);
    return this;
  }

  override header(): string {
    return this.segment.header();
  }

  override responseHeader(): string {
    return this.segment.responseHeader();
  }

  override run<T>(fn: () => T): T {
    return this.segment.keeper.runIn(this, fn);
  }

  override close(options?: CloseOptions): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.segment.keeper.closeUnsampled(this, options);
  }
}
