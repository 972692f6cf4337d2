import { readMember } from './read.js';

/**
 * What an error means to X-Ray: `error` is the caller's mistake (4xx), `throttle` a refusal for load (429, an error too),
 * `fault` the callee's failure (5xx, or anything unknown), `none` no failure at all: the exception is recorded, no flag set.
 */
export type ErrorClass = 'error' | 'fault' | 'throttle' | 'none';

/** Decides what a thrown value means. When it throws itself, or answers nothing, {@link classifyError} decides. */
export type ErrorClassifier = (thrown: unknown) => ErrorClass | undefined;

/**
 * Names under which AWS services and clients throttle. Source: the retry classification of the AWS SDKs
 * (AWS SDKs and Tools Reference Guide, "Retry behavior").
 */
const THROTTLING_NAMES: ReadonlySet<unknown> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** What an HTTP status means; `none` below 400. */
export function classifyStatus(status: number): ErrorClass {
  if (status === 429) return 'throttle';
  if (status >= 400 && status <= 499) return 'error';
  return status >= 500 && status <= 599 ? 'fault' : 'none';
}

/**
 * The classifier in force unless another one is configured: a throttling name, then an HTTP status (`status`, `statusCode`,
 * `getStatus()`, `$metadata.httpStatusCode`, `response.status`), then `$fault` of the AWS SDK. Everything else is a fault.
 * Never throws: a member that cannot be read counts as absent.
 */
export function classifyError(thrown: unknown): ErrorClass {
  if (typeof thrown !== 'object' || thrown === null) return 'fault';
  if (THROTTLING_NAMES.has(readMember(thrown, 'name')) || THROTTLING_NAMES.has(readMember(thrown, 'code'))) {
    return 'throttle';
  }
  if (readMember(readMember(thrown, '$retryable'), 'throttling') === true) return 'throttle';
  const byStatus = classifyStatus(statusOf(thrown));
  if (byStatus !== 'none') return byStatus;
  return readMember(thrown, '$fault') === 'client' ? 'error' : 'fault';
}

const STATUS_PATHS: readonly (readonly [string, string?])[] = [
  ['status'],
  ['statusCode'],
  ['$metadata', 'httpStatusCode'],
  ['response', 'status'],
  ['response', 'statusCode'],
];

function statusOf(error: object): number {
  for (const [member, inner] of STATUS_PATHS) {
    const found = readMember(error, member);
    const status = inner === undefined ? found : readMember(found, inner);
    if (isStatus(status)) return status;
  }
  const answered = callGetStatus(error);
  return isStatus(answered) ? answered : 0;
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 100;
}

/** What NestJS's exceptions answer. */
function callGetStatus(error: object): unknown {
  try {
    const { getStatus } = error as { readonly getStatus?: () => unknown };
    return typeof getStatus === 'function' ? Reflect.apply(getStatus, error, []) : undefined;
  } catch {
    return undefined;
  }
}
