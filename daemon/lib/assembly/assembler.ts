import type { Clock } from '../foundation/clock.js';
import type { ReceivedDocument } from '../protocol/entity.js';
import type { AssembledTrace } from './assembled-trace.js';
import { TraceDocuments } from './trace-documents.js';

/** How an {@link Assembler} works. */
export interface AssemblerOptions {
  readonly clock: Clock;
  /** Milliseconds without news after which a trace with nothing in progress is handed over. */
  readonly quietForMillis: number;
  /** Milliseconds without news after which a trace that expects more is handed over all the same. */
  readonly partialAfterMillis: number;
  /** Traces waiting to be handed over; one more, and the one longest without news is handed over early. */
  readonly maxOpenTraces: number;
  /** Traces kept after they were handed over, for documents that come late. */
  readonly maxSettledTraces: number;
  /** Bytes of documents held, open and settled traces together. */
  readonly maxHeldBytes: number;
  /** Takes a trace over. Must not throw. */
  readonly handOver: (trace: AssembledTrace) => void;
}

/** What an {@link Assembler} counted and holds. */
export interface AssemblerCounters {
  /** Complete (sub)segments replaced by another complete version of the same id. */
  readonly replaced: number;
  /** Times a trace was handed over. */
  readonly handedOver: number;
  /** Those of them that were partial. */
  readonly handedOverPartial: number;
  /** Those of them that were updates. */
  readonly handedOverAgain: number;
  /** Traces handed over early to make room. */
  readonly evicted: number;
  /** Traces waiting now. */
  readonly openTraces: number;
  /** Traces handed over and still remembered now. */
  readonly settledTraces: number;
}

interface HeldTrace {
  readonly documents: TraceDocuments;
  lastNewsMillis: number;
  wasHandedOver: boolean;
  cancelTimer: (() => void) | undefined;
}

/**
 * Gathers documents by trace and hands each trace over when it has settled.
 *
 * Memory is bounded three ways (open traces, settled traces, bytes). What has to go goes in the order of its last
 * news: first settled traces, which lose nothing but the chance of an update, then open ones, which are handed over
 * as they are, marked as partial, and counted.
 */
export class Assembler {
  readonly #options: AssemblerOptions;
  // Maps iterate in the order of insertion, and a trace is inserted anew with each news: the first is the stalest.
  readonly #open = new Map<string, HeldTrace>();
  readonly #settled = new Map<string, HeldTrace>();
  #bytes = 0;
  #replaced = 0;
  #handedOver = 0;
  #handedOverPartial = 0;
  #handedOverAgain = 0;
  #evicted = 0;

  constructor(options: AssemblerOptions) {
    this.#options = options;
  }

  /** Takes a document in. */
  accept(document: ReceivedDocument): void {
    const { traceId } = document;
    const trace = this.#open.get(traceId) ?? this.#settled.get(traceId) ?? newTrace(traceId);
    this.#open.delete(traceId);
    this.#settled.delete(traceId);
    this.#open.set(traceId, trace);

    const bytesBefore = trace.documents.bytes;
    this.#replaced += trace.documents.add(document);
    this.#bytes += trace.documents.bytes - bytesBefore;
    trace.lastNewsMillis = this.#options.clock.nowMillis();
    // A pending timer is left alone: it looks at the time of the last news when it fires.
    if (trace.cancelTimer === undefined) {
      this.#lookAfter(trace, this.#options.quietForMillis);
    }
    this.#makeRoom();
  }

  /** Hands over every open trace as it is, the stalest first, and forgets all. */
  close(): void {
    for (const trace of this.#open.values()) {
      this.#handOver(trace, { isCutShort: false });
    }
    this.#open.clear();
    this.#settled.clear();
    this.#bytes = 0;
  }

  counters(): AssemblerCounters {
    return {
      replaced: this.#replaced,
      handedOver: this.#handedOver,
      handedOverPartial: this.#handedOverPartial,
      handedOverAgain: this.#handedOverAgain,
      evicted: this.#evicted,
      openTraces: this.#open.size,
      settledTraces: this.#settled.size,
    };
  }

  #lookAfter(trace: HeldTrace, millis: number): void {
    trace.cancelTimer = this.#options.clock.after(millis, () => this.#look(trace));
  }

  #look(trace: HeldTrace): void {
    const { clock, quietForMillis, partialAfterMillis } = this.#options;
    trace.cancelTimer = undefined;
    const quietMillis = clock.nowMillis() - trace.lastNewsMillis;
    if (quietMillis < quietForMillis) {
      this.#lookAfter(trace, quietForMillis - quietMillis);
      return;
    }
    const assembled = trace.documents.assemble({ isUpdate: trace.wasHandedOver, isCutShort: false });
    if (assembled.isPartial && quietMillis < partialAfterMillis) {
      this.#lookAfter(trace, partialAfterMillis - quietMillis);
      return;
    }
    this.#open.delete(trace.documents.traceId);
    this.#settled.set(trace.documents.traceId, trace);
    this.#pass(trace, assembled);
    this.#makeRoom();
  }

  #handOver(trace: HeldTrace, { isCutShort }: { readonly isCutShort: boolean }): void {
    trace.cancelTimer?.();
    trace.cancelTimer = undefined;
    this.#pass(trace, trace.documents.assemble({ isUpdate: trace.wasHandedOver, isCutShort }));
  }

  #pass(trace: HeldTrace, assembled: AssembledTrace): void {
    trace.wasHandedOver = true;
    this.#handedOver += 1;
    this.#handedOverPartial += assembled.isPartial ? 1 : 0;
    this.#handedOverAgain += assembled.isUpdate ? 1 : 0;
    this.#options.handOver(assembled);
  }

  #makeRoom(): void {
    const { maxOpenTraces, maxSettledTraces, maxHeldBytes } = this.#options;
    while (this.#settled.size > maxSettledTraces || (this.#bytes > maxHeldBytes && this.#settled.size > 0)) {
      this.#forgetFirst(this.#settled);
    }
    while (this.#open.size > maxOpenTraces || (this.#bytes > maxHeldBytes && this.#open.size > 0)) {
      const trace = this.#forgetFirst(this.#open);
      if (trace !== undefined) {
        this.#evicted += 1;
        this.#handOver(trace, { isCutShort: true });
      }
    }
  }

  #forgetFirst(traces: Map<string, HeldTrace>): HeldTrace | undefined {
    const [first] = traces;
    if (first === undefined) {
      return undefined;
    }
    const [traceId, trace] = first;
    traces.delete(traceId);
    this.#bytes -= trace.documents.bytes;
    return trace;
  }
}

function newTrace(traceId: string): HeldTrace {
  return { documents: new TraceDocuments(traceId), lastNewsMillis: 0, wasHandedOver: false, cancelTimer: undefined };
}
