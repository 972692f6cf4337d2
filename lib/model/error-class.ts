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
 * `getStatus()`, `response.status`, `$metadata.httpStatusCode`), then `$fault` of the AWS SDK. Everything else is a fault.
 */
export function classifyError(thrown: unknown): ErrorClass {
  if (typeof thrown !== 'object' || thrown === null) return 'fault';
  const error = thrown as ErrorShape;
  if (THROTTLING_NAMES.has(error.name) || THROTTLING_NAMES.has(error.code)) return 'throttle';
  if (error.$retryable?.throttling === true) return 'throttle';
  const status = statusOf(error);
  const byStatus = status === undefined ? 'none' : classifyStatus(status);
  if (byStatus !== 'none') return byStatus;
  return error.$fault === 'client' ? 'error' : 'fault';
}

interface ErrorShape {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly getStatus?: unknown;
  readonly response?: { readonly status?: unknown; readonly statusCode?: unknown } | null;
  readonly $metadata?: { readonly httpStatusCode?: unknown } | null;
  readonly $fault?: unknown;
  readonly $retryable?: { readonly throttling?: unknown } | null;
}

function statusOf(error: ErrorShape): number | undefined {
  const own = typeof error.getStatus === 'function' ? (error.getStatus as () => unknown)() : undefined;
  const { response, $metadata } = error;
  const candidates = [
    error.status,
    error.statusCode,
    own,
    $metadata?.httpStatusCode,
    response?.status,
    response?.statusCode,
  ];
  return candidates.find((status): status is number => Number.isInteger(status) && Number(status) >= 100);
}
