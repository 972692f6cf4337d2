import type { DataPolicy } from './data-policy.js';
import type { ErrorClass } from './error-class.js';
import type { Members } from './read.js';
import type { CloseOptions } from './segment-handle.js';
import type { Segment } from './segment.js';
import type { Subsegment } from './subsegment.js';

/** Port: what a segment asks of the recorder that opened it. No method throws. */
export interface Keeper {
  /** Whether recorded errors leave their type as an annotation and their members as metadata. */
  readonly detailsErrors: boolean;
  /** How much of the user's values is kept, and what is kept out. */
  readonly dataPolicy: DataPolicy;
  /** A new id of 16 hex digits. */
  nextId(): string;
  classify(members: Members): ErrorClass;
  /** Counts and says, once for each subject, that a value was not recorded as it was given. */
  refuse(subject: string, message: string): void;
  runIn<T>(entity: Segment | Subsegment, fn: () => T): T;
  close(entity: Segment | Subsegment, options: CloseOptions | undefined): void;
}
