import { SilentHandle } from './silent-handle.js';
import { TraceHeader } from './trace-header.js';

/** Port: what an unsampled segment asks of the recorder that opened it. No method throws. */
export interface UnsampledKeeper {
  nextId(): string;
  newTraceId(): string;
  runIn<T>(segment: UnsampledSegment, fn: () => T): T;
  closeUnsampled(segment: UnsampledSegment): void;
}

/** A request that is not recorded. Its trace goes on all the same: downstream is told the trace id and `Sampled=0`. */
export class UnsampledSegment extends SilentHandle {
  readonly #name: string;
  readonly #incoming: TraceHeader;
  readonly #keeper: UnsampledKeeper;
  #traceId: string | undefined;
  #id: string | undefined;
  #isClosed = false;

  constructor(name: string, incoming: TraceHeader, keeper: UnsampledKeeper) {
    super();
    this.#name = name;
    this.#incoming = incoming;
    this.#keeper = keeper;
  }

  // Ids are made when somebody asks: most unsampled requests call nobody.
  override get id(): string {
    return (this.#id ??= this.#keeper.nextId());
  }

  override get traceId(): string {
    return (this.#traceId ??= this.#incoming.root ?? this.#keeper.newTraceId());
  }

  override get name(): string {
    return this.#name;
  }

  override get isClosed(): boolean {
    return this.#isClosed;
  }

  override header(): string {
    const { lineage, extra } = this.#incoming;
    return new TraceHeader({ root: this.traceId, parent: this.id, sampled: false, lineage, extra }).toString();
  }

  override run<T>(fn: () => T): T {
    return this.#keeper.runIn(this, fn);
  }

  override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keeper.closeUnsampled(this);
  }
}

/** A subsegment begun by hand where the trace is not sampled: it knows its trace's header and nothing else. */
export class UnsampledSubsegment extends SilentHandle {
  readonly #segment: UnsampledSegment;
  readonly #name: string;
  #isClosed = false;

  constructor(segment: UnsampledSegment, name: string) {
    super();
    this.#segment = segment;
    this.#name = name;
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

  override header(): string {
    return this.#segment.header();
  }

  override run<T>(fn: () => T): T {
    return this.#segment.run(fn);
  }

  override close(): void {
    this.#isClosed = true;
  }
}
