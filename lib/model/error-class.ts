import { Members, readMember } from './read.js';

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
  return classifyMembers(new Members(thrown));
}

/** The same of a value whose members others read as well. */
export function classifyMembers(members: Members): ErrorClass {
  const { holder: thrown } = members;
  if (typeof thrown !== 'object' || thrown === null) return 'fault';
  if (THROTTLING_NAMES.has(members.read('name')) || THROTTLING_NAMES.has(members.read('code'))) {
    return 'throttle';
  }
  if (readMember(members.read('$retryable'), 'throttling') === true) return 'throttle';
  const byStatus = classifyStatus(statusOf(members));
  if (byStatus !== 'none') return byStatus;
  return members.read('$fault') === 'client' ? 'error' : 'fault';
}

/** The error's status as text, else its `code`, such as `ECONNREFUSED`; `undefined` where it has neither. */
export function errorCodeOf(members: Members): string | undefined {
  const status = statusOf(members);
  if (status !== 0) return String(status);
  const code = members.read('code');
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}

const STATUS_PATHS: readonly (readonly [string, string?])[] = [
  ['status'],
  ['statusCode'],
  ['$metadata', 'httpStatusCode'],
  ['response', 'status'],
  ['response', 'statusCode'],
];

function statusOf(members: Members): number {
  return (members.status ??= findStatus(members));
}

function findStatus(members: Members): number {
  for (const [member, inner] of STATUS_PATHS) {
    const found = members.read(member);
    const status = inner === undefined ? found : readMember(found, inner);
    if (isStatus(status)) return status;
  }
  const answered = callGetStatus(members);
  return isStatus(answered) ? answered : 0;
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 100;
}

/** What NestJS's exceptions answer. */
function callGetStatus(members: Members): unknown {
  try {
    const getStatus = members.read('getStatus');
    return typeof getStatus === 'function' ? Reflect.apply(getStatus, members.holder, []) : undefined;
  } catch {
    return undefined;
  }
}
