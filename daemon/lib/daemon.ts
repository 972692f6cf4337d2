import { Assembler } from './assembly/assembler.js';
import type { AssembledTrace } from './assembly/assembled-trace.js';
import { SystemClock, type Clock } from './foundation/clock.js';
import { ConfigurationError } from './foundation/errors.js';
import { parseBindAddress, type BindAddress } from './listener/bind-address.js';
import { UdpListener } from './listener/udp-listener.js';
import { decodeDatagram } from './protocol/datagram.js';
import type { RejectionReason } from './protocol/rejection.js';
import type { Counters } from './telemetry/counters.js';

export { walk, walkTrace, type AssembledTrace, type TraceNode, type Visit } from './assembly/assembled-trace.js';
export type { Clock } from './foundation/clock.js';
export { ConfigurationError, DaemonError, ListenError, errorCodes, type ErrorCode } from './foundation/errors.js';
export type { BindAddress } from './listener/bind-address.js';
export type { Entity } from './protocol/entity.js';
export type { JsonObject, JsonValue } from './protocol/json.js';
export { rejectionReasons, type RejectionReason } from './protocol/rejection.js';
export type { Counters } from './telemetry/counters.js';
export { writeJsonLine } from './cli/json-line.js';

/** How a daemon is started. Every option may be left out. */
export interface DaemonOptions {
  /** Where to listen: `host:port`, an IPv6 address in brackets; port 0 takes any free one. Default `127.0.0.1:2000`. */
  readonly bind?: string;
  /** Take a free port of the same host when the wanted one is taken. Default false. */
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
   * Takes what has already been received, stops listening and hands over every open trace. Idempotent; resolves when
   * the last trace was handed over.
   */
  close(): Promise<void>;
}

/**
 * Starts a daemon that receives X-Ray documents over UDP and hands the assembled traces to `onTrace`; resolves when
 * it is listening.
 *
 * @throws ConfigurationError `BAD_ADDRESS`, `BAD_OPTION`
 * @throws ListenError `ADDRESS_IN_USE`, `ADDRESS_NOT_AVAILABLE`, `ADDRESS_FORBIDDEN`, `HOST_NOT_FOUND`,
 *   `LISTEN_FAILED`
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

  const listener = await UdpListener.open({
    bind: parseBindAddress(bind),
    anyPort,
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
  });

  const closeAll = async (): Promise<void> => {
    await listener.close();
    assembler.close();
  };
  let closing: Promise<void> | undefined;
  return {
    address: listener.address,
    counters: () => ({
      received,
      accepted,
      rejected,
      rejectedByReason: { ...rejectedByReason },
      ignoredMembers,
      socketErrors,
      callbackErrors,
      ...assembler.counters(),
    }),
    close: () => (closing ??= closeAll()),
  };
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
