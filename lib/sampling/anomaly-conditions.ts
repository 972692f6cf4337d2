import { RuleSet } from './rule-set.js';

/** What is known of a trace when its segment has ended. */
export interface TraceOutcome {
  /** What was traced, such as `POST /orders`. */
  readonly operation: string;
  readonly httpMethod: string | undefined;
  readonly urlPath: string | undefined;
  /** Of the response. */
  readonly status: number | undefined;
  readonly isFault: boolean;
  /** Status or code of the error that left the segment, where it has one. */
  readonly errorCode: string | undefined;
  readonly durationMillis: number;
}

/** What is to be done about a trace. */
export interface Verdict {
  /** It counts towards a boost of the rule that decided about it. */
  readonly boosts: boolean;
  /** It is sent although it is not sampled. */
  readonly captures: boolean;
  /** What made it an anomaly; `undefined` where it is none. */
  readonly reason: 'error' | 'latency' | undefined;
}

/** What an anomaly is good for: more traces of its rule, a capture of the trace itself, both, or nothing. */
export type AnomalyUsage = 'both' | 'sampling-boost' | 'anomaly-trace-capture' | 'neither';

/** Which traces are anomalies. Where a code and a latency are named, a trace needs both. */
export interface AnomalyCondition {
  /** Matches the whole error code. A text is a regular expression of JavaScript; the flags `g`, `m` and `y` of another mean nothing. */
  readonly errorCodeRegex?: string | RegExp;
  /**
   * Patterns of operations: `*` stands for any text, `?` for one character, all else for itself in either case. One of them has to
   * match the operation, `METHOD /path`, or `METHOD /first-part-of-the-path`. Absent or empty: all operations.
   */
  readonly operations?: readonly string[];
  /** From how many milliseconds on a trace is slow, 0 or more. */
  readonly highLatencyMs?: number;
  /** Default `both`. */
  readonly usage?: AnomalyUsage;
}

const BOOSTS = 1;
const CAPTURES = 2;
const BY_ERROR = 4;

const BITS: Readonly<Record<AnomalyUsage, number>> = {
  neither: 0,
  'sampling-boost': BOOSTS,
  'anomaly-trace-capture': CAPTURES,
  both: BOOSTS | CAPTURES,
};

/** All the verdicts there are, each at the index that its bits make. */
const VERDICTS: readonly Verdict[] = Array.from({ length: 8 }, (_, bits) => {
  const isAnomaly = (bits & BITS.both) !== 0;
  const reason = (bits & BY_ERROR) === 0 ? 'latency' : 'error';
  return Object.freeze({
    boosts: (bits & BOOSTS) !== 0,
    captures: (bits & CAPTURES) !== 0,
    reason: isAnomaly ? reason : undefined,
  });
});

interface CompiledCondition {
  /** What it adds to the verdict. */
  readonly bits: number;
  readonly code: RegExp | undefined;
  readonly isSlowFrom: number | undefined;
  /** `undefined`: all. */
  readonly operations: RuleSet<true> | undefined;
}

/**
 * Tells anomalies from other traces. What each condition that matches says is united.
 *
 * Members and meaning are those of AWS's adaptive sampling (X-Ray developer guide, "Configuring adaptive sampling"), so that one
 * configuration serves services of all languages. It goes beyond what the AWS distributions of OpenTelemetry do where these match
 * nothing at all: a trace without a status has an error code too, a condition that names neither a code nor a latency takes the
 * default meaning of an anomaly, and operations are patterns.
 */
export class AnomalyConditions {
  readonly #conditions: readonly CompiledCondition[];

  /**
   * @param conditions absent: the default, where a status of 500 or more is an anomaly, and a fault that has no status; an empty
   *   list: nothing is one. Both to boost and to capture
   * @throws SyntaxError on a text that is no regular expression
   */
  constructor(conditions: readonly AnomalyCondition[] | undefined) {
    this.#conditions = (conditions ?? [{}]).map(compile).filter(({ bits }) => (bits & BITS.both) !== 0);
  }

  /** Allocates nothing unless a condition with operations meets a trace that is slow or wrong enough for it. Never throws. */
  judge(outcome: TraceOutcome): Verdict {
    let bits = 0;
    for (const condition of this.#conditions) {
      if ((bits & condition.bits) !== condition.bits && meets(outcome, condition)) bits |= condition.bits;
    }
    return VERDICTS[bits] as Verdict;
  }
}

function compile({ errorCodeRegex, highLatencyMs, operations, usage }: AnomalyCondition): CompiledCondition {
  const isByError = errorCodeRegex !== undefined || highLatencyMs === undefined;
  return {
    bits: BITS[usage ?? 'both'] | (isByError ? BY_ERROR : 0),
    code: errorCodeRegex === undefined ? undefined : wholeText(errorCodeRegex),
    isSlowFrom: highLatencyMs,
    operations: operations === undefined || operations.length === 0 ? undefined : ruleSetOf(operations),
  };
}

function wholeText(pattern: string | RegExp): RegExp {
  // Compiled alone first: `a)|(b` is no expression, though it would be one within parentheses.
  const { source, flags } = new RegExp(pattern);
  return new RegExp(`^(?:${source})$`, flags.replaceAll(/[gmy]/g, ''));
}

function meets(outcome: TraceOutcome, { code, isSlowFrom, operations }: CompiledCondition): boolean {
  if (isSlowFrom !== undefined && !(outcome.durationMillis >= isSlowFrom)) return false;
  if (code === undefined) {
    if (isSlowFrom === undefined && !hasFailed(outcome)) return false;
  } else if (!hasCode(outcome, code)) return false;
  return operations === undefined || isAmong(outcome, operations);
}

/** The default meaning of an anomaly. */
function hasFailed({ status, isFault }: TraceOutcome): boolean {
  return status === undefined ? isFault : status > 499;
}

function hasCode({ status, errorCode, isFault }: TraceOutcome, code: RegExp): boolean {
  if (status !== undefined) return code.test(String(status));
  if (errorCode !== undefined && code.test(errorCode)) return true;
  // A server answers 500 to what it was not prepared for, and `5\d\d` is how faults are asked for: a job that fails by ECONNREFUSED, or by
  // an error without any code, is one as well.
  return isFault && !(errorCode !== undefined && /^\d{3}$/.test(errorCode)) && code.test('500');
}

function ruleSetOf(operations: readonly string[]): RuleSet<true> {
  return new RuleSet(operations.map((operation) => ({ criteria: { operation }, rule: true })));
}

function isAmong({ operation, httpMethod, urlPath }: TraceOutcome, operations: RuleSet<true>): boolean {
  const names = [operation];
  if (urlPath !== undefined) {
    const method = httpMethod === undefined ? '' : `${httpMethod} `;
    names.push(`${method}${urlPath}`, `${method}/${urlPath.split('/', 2)[1] ?? ''}`);
  }
  return names.some((name) => operations.find({ service: '', operation: name }) !== undefined);
}
