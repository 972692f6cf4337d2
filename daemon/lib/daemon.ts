import { maxBodyBytes, XRayApi } from './api/x-ray-api.js';
import { Assembler } from './assembly/assembler.js';
import type { AssembledTrace } from './assembly/assembled-trace.js';
import { SystemClock, type Clock } from './foundation/clock.js';
import { ConfigurationError } from './foundation/errors.js';
import { parseBindAddress, type BindAddress } from './listener/bind-address.js';
import { openPair } from './listener/paired-listeners.js';
import { decodeDatagram } from './protocol/datagram.js';
import type { RejectionReason } from './protocol/rejection.js';
import { FileRuleStore } from './sampling/file-rule-store.js';
import { MemoryRuleStore, type RuleStore } from './sampling/rule-store.js';
import { SamplingService } from './sampling/service.js';
import type { Counters } from './telemetry/counters.js';

export { walk, walkTrace, type AssembledTrace, type TraceNode, type Visit } from './assembly/assembled-trace.js';
export type { Clock } from './foundation/clock.js';
export {
  ConfigurationError,
  DaemonError,
  ListenError,
  StateError,
  errorCodes,
  type ErrorCode,
} from './foundation/errors.js';
export type { BindAddress } from './listener/bind-address.js';
export type { Entity } from './protocol/entity.js';
export type { JsonObject, JsonValue } from './protocol/json.js';
export { rejectionReasons, type RejectionReason } from './protocol/rejection.js';
export type { SamplingCounters } from './sampling/service.js';
export type { ApiCounters, Counters } from './telemetry/counters.js';
export { writeJsonLine } from './cli/json-line.js';

/** How a daemon is started. Every option may be left out. */
export interface DaemonOptions {
  /**
   * Where to listen, for documents by UDP and for the X-Ray API by TCP: `host:port`, an IPv6 address in brackets; port 0
   * takes any that is free for both. Default `127.0.0.1:2000`.
   */
  readonly bind?: string;
  /** Take a free port of the same host when the wanted one is taken, for UDP or for TCP. Default false. */
  readonly anyPort?: boolean;
  /** Milliseconds without news after which a trace is handed over, 0–3,600,000. Default 500. */
  readonly quietForMillis?: number;
  /**
   * Milliseconds without news after which a trace that expects more is handed over as partial, 0–86,400,000. Default
   * ten times `quietForMillis`, at least 5,000.
   */
  readonly partialAfterMillis?: number;
  /** Traces waiting to be handed over, 1–1,000,000. Default 1,000. */
  readonly maxOpenTraces?: number;
  /** Traces remembered after they were handed over, for late documents, 0–1,000,000. Default 1,000. */
  readonly maxSettledTraces?: number;
  /** Bytes of documents held in all, at least 65,536. Default 64 MiB. The heap takes several times as much. */
  readonly maxHeldBytes?: number;
  /**
   * The folder in which sampling rules are kept; it is made with the first change, and several daemons may share it.
   * Absent: rules last as long as the daemon.
   */
  readonly stateFolder?: string;
  /**
   * Told why, when the kept rules cannot be read any more while the daemon runs, once for each reason; and undefined when
   * they can again. Meanwhile those that were read last are in force. Must not throw.
   */
  readonly onStateTrouble?: (message: string | undefined) => void;
  /** Takes each trace over; may be called again for the same trace with `isUpdate`. What it throws is only counted. */
  readonly onTrace?: (trace: AssembledTrace) => void;
  /** Default the clock of the machine. */
  readonly clock?: Clock;
}

/** A running daemon. */
export interface Daemon {
  /** Where it listens; the port is the real one. */
  readonly address: BindAddress;
  /** A snapshot of its counters, also after `close`. */
  counters(): Counters;
  /**
   * Takes what has already been received, stops listening, ends connections and hands over every open trace.
   * Idempotent; resolves when the last trace was handed over.
   */
  close(): Promise<void>;
}

/**
 * Starts a daemon that receives X-Ray documents over UDP and hands the assembled traces to `onTrace`, and that tells
 * clients over HTTP which requests to trace; resolves when it is listening.
 *
 * @throws ConfigurationError `BAD_ADDRESS`, `BAD_OPTION`
 * @throws ListenError `ADDRESS_IN_USE`, `ADDRESS_NOT_AVAILABLE`, `ADDRESS_FORBIDDEN`, `HOST_NOT_FOUND`,
 *   `LISTEN_FAILED`
 * @throws StateError `STATE_UNREADABLE`, `STATE_TOO_NEW`
 */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const { bind = '127.0.0.1:2000', anyPort = false, onTrace, clock = new SystemClock() } = options;
  const quietForMillis = numberOption(options, 'quietForMillis', { default: 500, min: 0, max: 3_600_000 });
  const rejectedByReason: Partial<Record<RejectionReason, number>> = {};
  let received = 0;
  let accepted = 0;
  let rejected = 0;
  let ignoredMembers = 0;
  let socketErrors = 0;
  let callbackErrors = 0;
  let badConnections = 0;

  const sampling = new SamplingService({
    clock,
    store: ruleStore(options),
    onTrouble: options.onStateTrouble ?? (() => undefined),
  });
  const api = new XRayApi({ sampling });
  const assembler = new Assembler({
    clock,
    quietForMillis,
    partialAfterMillis: numberOption(options, 'partialAfterMillis', {
      default: Math.max(5000, 10 * quietForMillis),
      min: 0,
      max: 86_400_000,
    }),
    maxOpenTraces: numberOption(options, 'maxOpenTraces', { default: 1000, min: 1, max: 1_000_000 }),
    maxSettledTraces: numberOption(options, 'maxSettledTraces', { default: 1000, min: 0, max: 1_000_000 }),
    maxHeldBytes: numberOption(options, 'maxHeldBytes', {
      default: 64 * 1024 * 1024,
      min: 65_536,
      max: Number.MAX_SAFE_INTEGER,
    }),
    handOver: (trace) => {
      try {
        onTrace?.(trace);
      } catch {
        callbackErrors += 1;
      }
    },
  });

  const { udp, http } = await openPair({
    bind: parseBindAddress(bind),
    anyPort,
    udp: {
      onError: () => {
        socketErrors += 1;
      },
      onDatagram: (bytes) => {
        received += 1;
        const decoded = decodeDatagram(bytes);
        ignoredMembers += decoded.ignoredMembers;
        for (const reason of decoded.rejections) {
          rejected += 1;
          rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + 1;
        }
        for (const document of decoded.documents) {
          accepted += 1;
          assembler.accept(document);
        }
      },
    },
    http: {
      clock,
      maxBodyBytes,
      onRequest: (request) => api.answer(request),
      onBadConnection: () => {
        badConnections += 1;
      },
    },
  });

  const closeAll = async (): Promise<void> => {
    await Promise.all([udp.close(), http.close()]);
    assembler.close();
  };
  let closing: Promise<void> | undefined;
  return {
    address: udp.address,
    counters: () => ({
      received,
      accepted,
      rejected,
      rejectedByReason: { ...rejectedByReason },
      ignoredMembers,
      socketErrors,
      callbackErrors,
      api: { ...api.counters(), badConnections },
      sampling: sampling.counters(),
      ...assembler.counters(),
    }),
    close: () => (closing ??= closeAll()),
  };
}

function ruleStore({ stateFolder }: DaemonOptions): RuleStore {
  if (stateFolder === '') {
    throw new ConfigurationError('BAD_OPTION', 'stateFolder was "". It takes the path of a folder, or is left out.');
  }
  return stateFolder === undefined ? new MemoryRuleStore() : new FileRuleStore(stateFolder);
}

type NumberOption = {
  [Name in keyof DaemonOptions]-?: NonNullable<DaemonOptions[Name]> extends number ? Name : never;
}[keyof DaemonOptions];

function numberOption(
  options: DaemonOptions,
  name: NumberOption,
  range: { readonly default: number; readonly min: number; readonly max: number },
): number {
  const value = options[name] ?? range.default;
  if (!Number.isSafeInteger(value) || value < range.min || value > range.max) {
    throw new ConfigurationError(
      'BAD_OPTION',
      `${name} was ${String(value)}. It takes a whole number from ${range.min} to ${range.max}.`,
    );
  }
  return value;
}
