import type { ErrorClassifier } from '../model/error-class.js';
import type { SegmentHandle } from '../model/segment-handle.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';

/** What is known of a traced call before it is made, prepared once. */
export interface CallSite {
  /** The name of what is opened, for a call on `self`. */
  nameFor(self: unknown): string;
  /** The class that declares the method, for a call on `self`; `undefined` where nobody knows it. Absent for what is no method. */
  classNameFor?(self: unknown): string | undefined;
  readonly methodName?: string | undefined;
  /** The user's own choice of the name, asked first; where it throws or answers no text, `nameFor` decides. */
  readonly selectName?: ((self: unknown, args: ArrayLike<unknown>) => unknown) | undefined;
  /** The user's own choice whether the call is recorded at all; where it throws, it is. */
  readonly when?: ((self: unknown, args: ArrayLike<unknown>) => unknown) | undefined;
  readonly namespace?: SubsegmentNamespace | undefined;
  /** Opens no subsegment of its own: what is recorded of the call goes to whatever is current. Default `false`. */
  readonly isSilent?: boolean | undefined;
  /** Opens a segment, which needs no context, rather than a subsegment. Default `false`. */
  readonly isTask?: boolean | undefined;
  /** What to record of the call; run in order, each on its own. They may run the user's selectors and so may throw. */
  readonly before: readonly ((entity: SegmentHandle, args: ArrayLike<unknown>, self: unknown) => void)[];
  /** What to record of the result that it had, the resolved one of a promise. */
  readonly after: readonly ((entity: SegmentHandle, result: unknown) => void)[];
  /** Decides what an error that leaves the call means, before the classifier of the module. */
  readonly classifyError?: ErrorClassifier | undefined;
  /** The function that users call: what stands above it in a stack trace is not theirs. */
  entry?: ((...args: never[]) => unknown) | undefined;
}
