import type { SegmentHandle } from '../model/segment-handle.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';

/** What is known of a traced call before it is made, prepared once. */
export interface CallSite {
  /** The subsegment's name, for a call on `self`. */
  nameFor(self: unknown): string;
  readonly namespace?: SubsegmentNamespace | undefined;
  /** Opens no subsegment of its own: what is recorded of the call goes to whatever is current. Default `false`. */
  readonly isSilent?: boolean | undefined;
  /** What to record of the call; run in order, each on its own. They may run the user's selectors and so may throw. */
  readonly before: readonly ((entity: SegmentHandle, args: ArrayLike<unknown>) => void)[];
  /** What to record of the result that it had, the resolved one of a promise. */
  readonly after: readonly ((entity: SegmentHandle, result: unknown) => void)[];
  /** The function that users call: what stands above it in a stack trace is not theirs. */
  entry?: ((...args: never[]) => unknown) | undefined;
}
