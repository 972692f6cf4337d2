import type { ExceptionDocument, SegmentDocument } from '../model/document.js';

/** A segment or subsegment as it was recorded, with what happened inside it. */
export interface RecordedEntity {
  readonly name: string;
  readonly id: string;
  readonly isSegment: boolean;
  /** `undefined` where it was never closed. */
  readonly durationMillis: number | undefined;
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

/** Everything recorded of one trace. */
export class RecordedTrace {
  /** The segments that no other one called. */
  readonly roots: readonly RecordedEntity[];

  constructor(documents: readonly SegmentDocument[]) {
    this.roots = assemble(documents);
  }

  /** All entities, each before its children. */
  get entities(): RecordedEntity[] {
    const entities: RecordedEntity[] = [];
    const pending = this.roots.toReversed();
    for (let entity = pending.pop(); entity !== undefined; entity = pending.pop()) {
      entities.push(entity);
      for (const child of entity.children.toReversed()) pending.push(child);
    }
    return entities;
  }

  /**
   * The first entity with the last of the names, somewhere below one with the name before, and so on.
   *
   * @throws Error naming what was recorded, where there is none
   */
  find(...path: readonly [string, ...string[]]): RecordedEntity {
    let candidates: readonly RecordedEntity[] = this.roots;
    let found: RecordedEntity[] = [];
    for (const name of path) {
      found = breadthFirst(candidates).filter((entity) => entity.name === name);
      candidates = found.flatMap(({ children }) => children);
    }
    const [first] = found;
    if (first !== undefined) return first;
    const recorded = this.entities.map((entity) => entity.name).join(', ');
    throw new Error(`Nothing was recorded at ${path.join(' > ')}. Recorded were: ${recorded}.`);
  }
}

function breadthFirst(roots: readonly RecordedEntity[]): RecordedEntity[] {
  const entities = [...roots];
  for (const entity of entities) for (const child of entity.children) entities.push(child);
  return entities;
}

interface Draft {
  document: SegmentDocument;
  parent: string | undefined;
  isSegment: boolean;
}

/** Joins what was sent apart: later documents replace those in progress, independent subsegments go under their parents. */
function assemble(documents: readonly SegmentDocument[]): RecordedEntity[] {
  const drafts = new Map<string, Draft>();
  const pending = documents.map((document): Draft => {
    return { document, parent: document.parent_id, isSegment: document.type === undefined };
  });
  for (const draft of pending) {
    const known = drafts.get(draft.document.id);
    if (known === undefined || known.document.in_progress === true) drafts.set(draft.document.id, draft);
    for (const child of draft.document.subsegments ?? []) {
      pending.push({ document: child, parent: draft.document.id, isSegment: false });
    }
  }
  const exceptions = new Map<string, ExceptionDocument>();
  for (const { document } of drafts.values()) {
    for (const exception of exceptionsOf(document)) exceptions.set(exception.id, exception);
  }
  const children = new Map<string | undefined, Draft[]>();
  for (const draft of drafts.values()) {
    const parent = draft.parent !== undefined && drafts.has(draft.parent) ? draft.parent : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [draft]);
    else siblings.push(draft);
  }
  const grown = new Map<string | undefined, GrowingEntity[]>();
  const order: (string | undefined)[] = [undefined];
  // Parents before their children, and no recursion: a trace may be thousands of levels deep.
  for (const parent of order) {
    const entities = (children.get(parent) ?? [])
      .toSorted((one, other) => one.document.start_time - other.document.start_time)
      .map((draft) => entityOf(draft, exceptions));
    grown.set(parent, entities);
    for (const { id } of entities) order.push(id);
  }
  for (const entities of grown.values()) {
    for (const entity of entities) entity.children = grown.get(entity.id) ?? [];
  }
  return grown.get(undefined) ?? [];
}

type GrowingEntity = { -readonly [Member in keyof RecordedEntity]: RecordedEntity[Member] };

function exceptionsOf({ cause }: SegmentDocument): readonly ExceptionDocument[] {
  return typeof cause === 'object' ? cause.exceptions : [];
}

function entityOf({ document, isSegment }: Draft, exceptions: ReadonlyMap<string, ExceptionDocument>): GrowingEntity {
  const { start_time: start, end_time: end, cause } = document;
  const referenced = typeof cause === 'string' ? exceptions.get(cause) : undefined;
  return {
    name: document.name,
    id: document.id,
    isSegment,
    durationMillis: end === undefined ? undefined : (end - start) * 1000,
    isError: document.error === true,
    isFault: document.fault === true,
    isThrottle: document.throttle === true,
    annotations: document.annotations ?? {},
    metadata: document.metadata ?? {},
    exceptions: referenced === undefined ? exceptionsOf(document) : [referenced],
    children: [],
    document,
  };
}
