import { isMembers, type Members } from './checks.js';
import { checkDocument } from './document.js';
import { entitiesOf, sizeOf, type Entity } from './entities.js';
import { Place, type Violation } from './place.js';

const ANNOTATIONS = 50;
const LINKS = 100;

/** One appearance of an entity: the same entity may appear in progress and, later, complete. */
interface Sighting extends Entity {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly isInProgress: boolean;
  /** The entity that the document itself is about. */
  readonly document: Entity;
}

/** Judges each document, and then what the documents of one trace owe each other. */
export function checkTraces(documents: readonly unknown[], violations: Violation[]): void {
  const traces = new Map<string, Sighting[]>();
  documents.forEach((document, index) => {
    const place = new Place(violations, `documents[${index}]`);
    checkDocument(document, place);
    const traceId = isMembers(document) ? document['trace_id'] : undefined;
    if (typeof traceId !== 'string') return;
    const sightings = traces.get(traceId) ?? [];
    traces.set(traceId, sightings);
    for (const sighting of sightingsOf(document, place)) sightings.push(sighting);
  });
  for (const sightings of traces.values()) checkTrace(sightings);
}

function checkTrace(sightings: readonly Sighting[]): void {
  checkAppearances(sightings);
  checkExceptions(sightings);
  // The complete one replaces the fragment, in whichever order they came.
  const latest = new Map<string, Sighting>();
  for (const sighting of sightings) {
    if (!sighting.isInProgress || !latest.has(sighting.id)) latest.set(sighting.id, sighting);
  }
  checkParents(sightings, latest);
  checkAnnotations(latest);
  checkLinks(latest);
}

function sightingsOf(document: unknown, place: Place): Sighting[] {
  const entities = entitiesOf(document, place);
  return entities.flatMap((entity) => {
    const own = textOf(entity.members, 'id');
    if (own === undefined) return [];
    const parentId = textOf(entity.parent?.members ?? entity.members, entity.parent === undefined ? 'parent_id' : 'id');
    const isInProgress = entity.members['in_progress'] === true;
    return { ...entity, id: own, parentId, isInProgress, document: entities[0] ?? entity };
  });
}

/** An id is one entity's; an entity appears once in progress and once complete at most, in that order. */
function checkAppearances(sightings: readonly Sighting[]): void {
  const seen = new Map<string, { first: Sighting; isComplete: boolean; isInProgress: boolean }>();
  for (const sighting of sightings) {
    const { id, isInProgress, place } = sighting;
    const before = seen.get(id);
    if (before === undefined) {
      seen.set(id, { first: sighting, isComplete: !isInProgress, isInProgress });
      continue;
    }
    if (!isSameEntity(before.first, sighting)) {
      place.member('id').refuse('unique-id', id);
      continue;
    }
    if (isInProgress && before.isInProgress) place.refuse('in-progress-once', id);
    if (!isInProgress && before.isComplete) place.refuse('complete-once', id);
    if (isInProgress && before.isComplete) place.refuse('in-progress-first', id);
    if (isInProgress) before.isInProgress = true;
    else before.isComplete = true;
  }
}

function isSameEntity(one: Sighting, other: Sighting): boolean {
  const isSameKind = (one.kind === 'segment') === (other.kind === 'segment');
  const isSameCall = ['name', 'start_time'].every((member) => one.members[member] === other.members[member]);
  return isSameKind && isSameCall && one.parentId === other.parentId;
}

/** An exception is recorded by one entity, once in each of its documents; whatever names an exception names a recorded one. */
function checkExceptions(sightings: readonly Sighting[]): void {
  const recorders = new Map<string, Sighting>();
  const references: { id: string; place: Place }[] = [];
  for (const sighting of sightings) {
    const place = sighting.place.member('cause');
    const { cause } = sighting.members;
    if (typeof cause === 'string') references.push({ id: cause, place });
    if (!isMembers(cause) || !Array.isArray(cause['exceptions'])) continue;
    cause['exceptions'].forEach((exception: unknown, index) => {
      if (!isMembers(exception)) return;
      const at = place.member('exceptions').item(index);
      const { id, cause: origin } = exception;
      if (typeof origin === 'string') references.push({ id: origin, place: at.member('cause') });
      if (typeof id !== 'string') return;
      const recorder = recorders.get(id);
      const isRepeated = recorder?.id === sighting.id && recorder.document !== sighting.document;
      if (recorder !== undefined && !isRepeated) at.member('id').refuse('unique-exception', id);
      recorders.set(id, sighting);
    });
  }
  for (const { id, place } of references) if (!recorders.has(id)) place.refuse('known-exception', id);
}

/** A subsegment has its parent in the trace, and starts no earlier. A segment's parent may be another host's, by another clock. */
function checkParents(sightings: readonly Sighting[], latest: ReadonlyMap<string, Sighting>): void {
  for (const { kind, id, parentId, parent: around, place, members } of sightings) {
    if (kind === 'segment' || parentId === undefined) continue;
    const parent = around ?? (parentId === id ? undefined : latest.get(parentId));
    if (parent === undefined) {
      place.member('parent_id').refuse('known-parent', parentId);
      continue;
    }
    const start = members['start_time'];
    const parentStart = parent.members['start_time'];
    if (typeof start === 'number' && typeof parentStart === 'number' && start < parentStart) {
      place.member('start_time').refuse('starts-before-parent', start);
    }
  }
}

function checkAnnotations(latest: ReadonlyMap<string, Sighting>): void {
  const counts = new Map<Entity, number>();
  const roots = new Map<Entity, Entity>();
  for (const sighting of latest.values()) {
    const root = rootOf(sighting.document, latest, roots);
    counts.set(root, (counts.get(root) ?? 0) + sizeOf(sighting.members['annotations']));
  }
  for (const [root, count] of counts) if (count > ANNOTATIONS) root.place.refuse('annotations-per-segment', count);
}

/** The newest appearance of the segment to which a document belongs; without one, the document that leads nowhere. */
function rootOf(document: Entity, latest: ReadonlyMap<string, Sighting>, roots: Map<Entity, Entity>): Entity {
  const passed = new Set<Entity>();
  let root = document;
  while (root.kind !== 'segment' && !passed.has(root)) {
    passed.add(root);
    const known = roots.get(root) ?? latest.get(textOf(root.members, 'parent_id') ?? '')?.document;
    if (known === undefined) break;
    root = known;
  }
  const newest = latest.get(textOf(root.members, 'id') ?? '')?.document ?? root;
  for (const entity of passed) roots.set(entity, newest);
  return newest;
}

function checkLinks(latest: ReadonlyMap<string, Sighting>): void {
  let count = 0;
  for (const { members, place } of latest.values()) {
    const { links } = members;
    const before = count;
    if (Array.isArray(links)) count += links.length;
    if (before <= LINKS && count > LINKS) place.member('links').refuse('links-per-trace', count);
  }
}

function textOf(members: Members, name: string): string | undefined {
  const value = members[name];
  return typeof value === 'string' ? value : undefined;
}
