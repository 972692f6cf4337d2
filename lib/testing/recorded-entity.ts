import type { ExceptionDocument, SegmentDocument } from '../model/document.js';

/** A segment or subsegment as it was recorded, with what happened inside it. */
export interface RecordedEntity {
  readonly name: string;
  readonly id: string;
  readonly isSegment: boolean;
  /** `undefined` where it was never closed. */
  readonly durationMillis: number | undefined;
  /** Whether it was never closed. */
  readonly isInProgress: boolean;
  readonly isError: boolean;
  readonly isFault: boolean;
  readonly isThrottle: boolean;
  readonly annotations: Readonly<Record<string, string | number | boolean>>;
  /** By namespace and key. */
  readonly metadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The exceptions recorded on it; one that only passed through is taken from where it was recorded. */
  readonly exceptions: readonly ExceptionDocument[];
  /** In the order in which they began. */
  readonly children: readonly RecordedEntity[];
  /** As it went over the wire. */
  readonly document: SegmentDocument;
}

/** All of them and everything below, each before its children. */
export function everyEntity(roots: readonly RecordedEntity[]): RecordedEntity[] {
  const entities: RecordedEntity[] = [];
  const pending = roots.toReversed();
  for (let entity = pending.pop(); entity !== undefined; entity = pending.pop()) {
    entities.push(entity);
    for (const child of entity.children.toReversed()) pending.push(child);
  }
  return entities;
}
