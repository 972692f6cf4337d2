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

/** Tells what about a trace is an anomaly. */
export class AnomalyConditions {
  judge({ status, isFault }: TraceOutcome): Verdict {
    return status === undefined ? (isFault ? ANOMALY : NONE) : status > 499 ? ANOMALY : NONE;
  }
}

const NONE: Verdict = { boosts: false, captures: false, reason: undefined };
const ANOMALY: Verdict = { boosts: true, captures: true, reason: 'error' };
