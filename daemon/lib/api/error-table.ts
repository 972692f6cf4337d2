import { DaemonError, type ErrorCode } from '../foundation/errors.js';

/** How an error is told to a client. */
export interface ErrorAnswer {
  readonly status: number;
  /** What SDKs make the name of their exception of. */
  readonly type: string;
  readonly message: string;
}

/**
 * What the errors of the rooms below are on the wire. The first two are of X-Ray's model, where an unknown rule is an
 * invalid request as well; the others are those that AWS services have in common.
 */
const table: Readonly<Partial<Record<ErrorCode, { readonly status: number; readonly type: string }>>> = {
  INVALID_REQUEST: { status: 400, type: 'InvalidRequestException' },
  RULE_LIMIT_EXCEEDED: { status: 400, type: 'RuleLimitExceededException' },
  NOT_JSON: { status: 400, type: 'SerializationException' },
  FOREIGN_ORIGIN: { status: 403, type: 'AccessDeniedException' },
  UNKNOWN_OPERATION: { status: 404, type: 'UnknownOperationException' },
  METHOD_NOT_ALLOWED: { status: 405, type: 'MethodNotAllowedException' },
  BODY_TOO_LARGE: { status: 413, type: 'RequestEntityTooLargeException' },
  BODY_ENCODED: { status: 415, type: 'UnsupportedMediaTypeException' },
  STATE_UNREADABLE: { status: 500, type: 'InternalFailure' },
  STATE_TOO_NEW: { status: 500, type: 'InternalFailure' },
  STATE_NOT_WRITABLE: { status: 500, type: 'InternalFailure' },
  NO_ROOM: { status: 503, type: 'ServiceUnavailableException' },
  STATE_BUSY: { status: 503, type: 'ServiceUnavailableException' },
};

/** The answer for anything that was thrown; undefined for what nobody meant to throw. */
export function errorAnswer(error: unknown): ErrorAnswer | undefined {
  const row = DaemonError.is(error) ? table[error.code] : undefined;
  return row !== undefined && DaemonError.is(error) ? { ...row, message: error.message } : undefined;
}

/** The answer for what nobody meant to throw: a defect of the daemon, whose details are nothing to a client. */
export const unexpected: ErrorAnswer = {
  status: 500,
  type: 'InternalFailure',
  message: 'The daemon failed to answer. That is a defect of it, and not of the request.',
};
