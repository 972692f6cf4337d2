/** Why a datagram, or one document of it, was not taken. The names are stable: counters are kept under them. */
export const rejectionReasons = [
  'no-newline',
  'bad-header',
  'empty-payload',
  'not-json',
  'not-an-object',
  'missing-id',
  'bad-id',
  'missing-name',
  'bad-name',
  'missing-trace-id',
  'bad-trace-id',
  'missing-start-time',
  'bad-start-time',
] as const;

/** One reason of {@link rejectionReasons}. */
export type RejectionReason = (typeof rejectionReasons)[number];
