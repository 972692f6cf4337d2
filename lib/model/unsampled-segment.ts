import type { HttpRecord } from './http-record.js';
import type { AnnotationRecord, CloseOptions } from './segment-handle.js';
import { SilentHandle } from './silent-handle.js';
import { TraceHeader } from './trace-header.js';
import type { FailedCall, Witness } from './witness.js';

/** Port: what an unsampled segment asks of the recorder that opened it. No method throws. */
export interface UnsampledKeeper {
  nextId(): string;
  newTraceId(): string;
  /** Milliseconds of the clock that times are taken from. */
  elapsed(): number;
  runIn<T>(segment: UnsampledSegment, fn: () => T): T;
  closeUnsampled(segment: UnsampledSegment, options: CloseOptions | undefined): void;
}

/** A request that is not recorded. Its trace goes on all the same: downstream is told the trace id and `Sampled=0`. */
export class UnsampledSegment extends SilentHandle {
  readonly incoming: TraceHeader;
  /** Remembers what is to be known if it turns out an anomaly; `undefined` where nobody would send it. */
  readonly witness: Witness | undefined;
  readonly #name: string;
  readonly #keeper: UnsampledKeeper;
  #traceId: string | undefined;
  #id: string | undefined;
  #isClosed = false;

  constructor(name: string, incoming: TraceHeader, keeper: UnsampledKeeper, witness?: Witness) {
    super();
    this.#name = name;
    this.incoming = incoming;
    this.#keeper = keeper;
    this.witness = witness;
  }

  // Ids are made when somebody asks: most unsampled requests call nobody.
  override get id(): string {
    return (this.#id ??= this.#keeper.nextId());
  }

  override get traceId(): string {
    return (this.#traceId ??= this.incoming.root ?? this.#keeper.newTraceId());
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
    return this.#note((witness) => thrown.slice(0, 1).forEach((each) => witness.note().error(each)));
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
    return this.#keeper.runIn(this, fn);
  }

  /** Takes note of a call within it that has failed, and ended now. */
  noteCall(call: Omit<FailedCall, 'calls' | 'endedAt'>): void {
    this.#note((witness) => witness.noteCall({ ...call, endedAt: this.elapsed() }));
  }

  /** Milliseconds of the clock that times are taken from. */
  elapsed(): number {
    return this.#keeper.elapsed();
  }

  override close(options?: CloseOptions): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keeper.closeUnsampled(this, options);
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

/** A subsegment begun by hand where the trace is not sampled: it knows its trace's header and whether it failed. */
export class UnsampledSubsegment extends SilentHandle {
  readonly #segment: UnsampledSegment;
  readonly #name: string;
  readonly #namespace: FailedCall['namespace'];
  readonly #startedAt: number;
  #failure: { readonly thrown: unknown } | undefined;
  #isClosed = false;

  constructor(segment: UnsampledSegment, name: string, namespace: FailedCall['namespace']) {
    super();
    this.#segment = segment;
    this.#name = name;
    this.#namespace = namespace;
    this.#startedAt = segment.witness === undefined ? 0 : segment.elapsed();
  }

  override get id(): string {
    return this.#segment.id;
  }

  override get traceId(): string {
    return this.#segment.traceId;
  }

  override get name(): string {
    return this.#name;
  }

  override get isClosed(): boolean {
    return this.#isClosed;
  }

  override error(...thrown: unknown[]): this {
    if (thrown.length > 0) this.#failure ??= { thrown: thrown[0] };
    return this;
  }

  override header(): string {
    return this.#segment.header();
  }

  override responseHeader(): string {
    return this.#segment.responseHeader();
  }

  override run<T>(fn: () => T): T {
    return this.#segment.run(fn);
  }

  override close(options?: CloseOptions): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (options !== undefined && 'error' in options) this.error(options.error);
    if (this.#failure === undefined) return;
    const call = { name: this.#name, namespace: this.#namespace, startedAt: this.#startedAt };
    this.#segment.noteCall({ ...call, thrown: this.#failure.thrown, classifyError: undefined });
  }
}
