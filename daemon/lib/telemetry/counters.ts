import type { AssemblerCounters } from '../assembly/assembler.js';
import type { RejectionReason } from '../protocol/rejection.js';

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
}
