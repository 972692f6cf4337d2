/**
 * Every code an error of the daemon can carry. A code is a promise: programs branch on it, so it is never renamed
 * and never reused for something else.
 */
export const errorCodes = [
  'UNKNOWN_FLAG',
  'MISSING_FLAG_VALUE',
  'UNEXPECTED_FLAG_VALUE',
  'BAD_FLAG_VALUE',
  'UNEXPECTED_ARGUMENT',
  'BAD_ADDRESS',
  'BAD_OPTION',
  'ADDRESS_IN_USE',
  'ADDRESS_NOT_AVAILABLE',
  'ADDRESS_FORBIDDEN',
  'HOST_NOT_FOUND',
  'LISTEN_FAILED',
  'STATE_UNREADABLE',
  'STATE_TOO_NEW',
  'STATE_NOT_WRITABLE',
  'STATE_BUSY',
  'INVALID_REQUEST',
  'RULE_LIMIT_EXCEEDED',
  'UNKNOWN_OPERATION',
  'METHOD_NOT_ALLOWED',
  'BODY_TOO_LARGE',
  'NO_ROOM',
  'BODY_ENCODED',
  'NOT_JSON',
  'FOREIGN_ORIGIN',
] as const;

/** One stable error code, see {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

const brand = Symbol.for('radiograph-daemon.error');

/** What every error of this package is: a stable `code`, a message with a remedy, and the `cause` where there is one. */
export class DaemonError extends Error {
  override readonly name: string = 'DaemonError';
  readonly code: ErrorCode;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Tells whether a value is an error of this package, even of another installed copy of it. */
  static is(value: unknown): value is DaemonError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** Thrown at set-up: a flag or an option that cannot be meant. The message says what was given and what is allowed. */
export class ConfigurationError extends DaemonError {
  override readonly name = 'ConfigurationError';
}

/** The address could not be listened on; the system's own error is the `cause`. */
export class ListenError extends DaemonError {
  override readonly name = 'ListenError';
}

/** What is kept between two runs cannot be read or written; what is on the disk is left as it was. */
export class StateError extends DaemonError {
  override readonly name = 'StateError';
}

/** A request that cannot be done, for whoever sent it: never thrown to whoever runs the daemon. */
export class RequestError extends DaemonError {
  override readonly name = 'RequestError';
}
