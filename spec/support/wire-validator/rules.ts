/** Every rule by name: a violation carries one of these, and the spec breaks each of them at least once. */
export const RULES = [
  // values
  'json',
  'object',
  'array',
  'string',
  'string-length',
  'boolean',
  'number',
  'integer',
  'minimum',
  'one-of',
  'id',
  'trace-id',
  // members
  'required',
  'unknown-member',
  'only-when-alone',
  'segment-only',
  'subsegment-only',
  // one entity
  'name-length',
  'name-alphabet',
  'epoch-seconds',
  'end-or-in-progress',
  'end-before-start',
  'throttle-without-error',
  'status-429',
  'annotation-key',
  'annotation-value',
  'annotation-length',
  'reserved-namespace',
  'cause',
  'links-per-segment',
  // the documents of one trace
  'unique-id',
  'in-progress-once',
  'complete-once',
  'in-progress-first',
  'unique-exception',
  'known-exception',
  'known-parent',
  'starts-before-parent',
  'annotations-per-segment',
  'links-per-trace',
  // a datagram
  'datagram-size',
  'datagram-newline',
  'datagram-header',
  'document-size',
  'document-json',
] as const;

/** The name of one rule. */
export type Rule = (typeof RULES)[number];
