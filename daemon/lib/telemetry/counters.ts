import type { AssemblerCounters } from '../assembly/assembler.js';
import type { RejectionReason } from '../protocol/rejection.js';
import type { SamplingCounters } from '../sampling/service.js';

/** What the daemon knows of itself since it started. */
export interface Counters extends AssemblerCounters {
  /** Datagrams, good and bad. */
  readonly received: number;
  /** Documents taken in; a datagram with an array holds several. */
  readonly accepted: number;
  /** Datagrams, or documents of an array, refused. */
  readonly rejected: number;
  /** The refused ones by reason; a reason that never occurred is absent. */
  readonly rejectedByReason: Readonly<Partial<Record<RejectionReason, number>>>;
  /** Annotations and embedded subsegments left out of accepted documents because they cannot be what they should. */
  readonly ignoredMembers: number;
  /** Errors of the open socket. */
  readonly socketErrors: number;
  /** Times the `onTrace` callback threw; the trace was handed over all the same. */
  readonly callbackErrors: number;
  readonly api: ApiCounters;
  readonly sampling: SamplingCounters;
}

/** What was asked over HTTP. */
export interface ApiCounters {
  /** Requests that arrived as a whole, good and bad. */
  readonly requests: number;
  /** Those that were refused, by the type told to the client; one that never occurred is absent. */
  readonly refusedByType: Readonly<Record<string, number>>;
  /** Those that the daemon failed to answer, by a defect of its own. */
  readonly failed: number;
  /** Connections that brought no HTTP, broke, were too slow, or one too many. */
  readonly badConnections: number;
}
