import type { ExceptionDocument, SegmentDocument } from '../model/document.js';
import { explainMiss, search, type Path } from './path.js';
import { everyEntity, type RecordedEntity } from './recorded-entity.js';

/** Everything recorded of one trace. */
export class RecordedTrace {
  /** The segments that no other one called. */
  readonly roots: readonly RecordedEntity[];

  /**
   * @param documents as a `MemoryEmitter` has them
   * @param rankOf tells in which order ids were given, for those that began at the same time; default: as they were sent
   */
  constructor(documents: readonly SegmentDocument[], rankOf: (id: string) => number = () => 0) {
    this.roots = assemble(documents, rankOf);
  }

  /** All entities, each before its children. */
  get entities(): RecordedEntity[] {
    return everyEntity(this.roots);
  }

  /**
   * The first entity at the path, in the order of `entities`. Each step is a name, several joined by `>`, a RegExp or a function of
   * an entity, and leads to anything below the step before, not only to its children. A segment answers to its name and to its
   * operation: `find('POST /orders > Orders.place')`.
   *
   * @throws Error naming the step that failed, the nearest name and what was recorded, where there is none
   */
  find(...path: Path): RecordedEntity {
    const found = this.tryFind(...path);
    if (found === undefined) throw new Error(explainMiss(this.roots, path));
    return found;
  }

  /** As `find`, but `undefined` where there is none. */
  tryFind(...path: Path): RecordedEntity | undefined {
    return search(this.roots, path)[0];
  }

  /** Every entity at the path, in the order of `entities`; empty where there is none. */
  findAll(...path: Path): RecordedEntity[] {
    return search(this.roots, path);
  }
}

interface Draft {
  document: SegmentDocument;
  parent: string | undefined;
  isSegment: boolean;
}

type GrowingEntity = RecordedEntity & { readonly children: RecordedEntity[] };

/** Joins what was sent apart: later documents replace those in progress, independent subsegments go under their parents. */
function assemble(documents: readonly SegmentDocument[], rankOf: (id: string) => number): RecordedEntity[] {
  const drafts = draftsOf(documents);
  const exceptions = new Map<string, ExceptionDocument>();
  for (const { document } of drafts.values()) {
    for (const exception of exceptionsOf(document)) exceptions.set(exception.id, exception);
  }
  const entities = new Map<string, GrowingEntity>();
  for (const [id, draft] of drafts) entities.set(id, entityOf(draft, exceptions));
  const roots: RecordedEntity[] = [];
  for (const [id, { parent }] of drafts) {
    const siblings = (parent === undefined ? undefined : entities.get(parent)?.children) ?? roots;
    siblings.push(entities.get(id) as RecordedEntity);
  }
  const byStart = (one: RecordedEntity, other: RecordedEntity): number =>
    one.document.start_time - other.document.start_time || rankOf(one.id) - rankOf(other.id);
  roots.sort(byStart);
  for (const { children } of entities.values()) children.sort(byStart);
  return roots;
}

function draftsOf(documents: readonly SegmentDocument[]): Map<string, Draft> {
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
  return drafts;
}

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
    // Times are sent in microseconds; the difference of two is not exact.
    durationMillis: end === undefined ? undefined : Math.round((end - start) * 1e6) / 1000,
    isInProgress: end === undefined,
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
