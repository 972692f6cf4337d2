import type { SamplingRequest } from './sampler.js';

/** An answer of a decider. There are few of them, made beforehand, so that a decision allocates nothing. */
export interface Decision {
  readonly isSampled: boolean;
  /** The rule that decided; `undefined` where no rule did. */
  readonly ruleName: string | undefined;
  /** Wants to know how the trace ended; `undefined` where nobody does. */
  readonly tally: TraceTally | undefined;
}

/** Port: what a rule counts of the traces that it decided about, whether they are sampled or not. Never throws. */
export interface TraceTally {
  /** One trace has ended; once for each, whether it was an anomaly or not. */
  countTrace(outcome: { readonly isAnomaly: boolean; readonly isSampled: boolean }): void;
}

/** Port: what the recorder asks when a trace begins and the header that came in does not say. What it throws counts as sampled. */
export interface Decider {
  /** It would answer any request alike: nobody need describe one. Default `false`. */
  readonly isBlind?: boolean;
  decide(request: SamplingRequest): Decision;
  /** Gives timers and sockets back. It goes on deciding by what it knows. Idempotent. */
  close(): void;
}

export const SAMPLED: Decision = Object.freeze({ isSampled: true, ruleName: undefined, tally: undefined });
export const UNSAMPLED: Decision = Object.freeze({ isSampled: false, ruleName: undefined, tally: undefined });
