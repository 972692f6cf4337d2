import type { Entity } from './entity.js';
import { isJsonArray, isJsonObject, numberMember, textMember, type JsonObject } from './json.js';

/** What {@link flatten} answers. */
export interface FlatDocument {
  readonly entities: readonly Entity[];
  /** Members left out because they cannot be what their place asks for: annotations and subsegments. */
  readonly ignoredMembers: number;
}

interface Pending {
  readonly object: JsonObject;
  readonly kind: Entity['kind'];
  readonly key: string;
  readonly parentKey: string | undefined;
}

/**
 * Turns a validated document into entities, the document's own first, parents before their children.
 *
 * Walks with a stack of its own: 64 KiB of brackets nest deeper than the call stack reaches. Annotations that are no
 * string, number or boolean are left out (the Node SDK lets null and arrays through); so are entries of
 * `subsegments` that are no objects.
 */
export function flatten(document: JsonObject, kind: Entity['kind']): FlatDocument {
  const entities: Entity[] = [];
  const seen = new Set<string>();
  let ignoredMembers = 0;
  let nameless = 0;

  const ownKey = keyOf(document) ?? '';
  seen.add(ownKey);
  const pending: Pending[] = [
    { object: document, kind, key: ownKey, parentKey: textMember(document, 'parent_id')?.toLowerCase() },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { members, embedded, ignored } = separate(next.object);
    ignoredMembers += ignored;
    entities.push(entityOf(next, members, entities.length));
    const children: Pending[] = [];
    for (const object of embedded) {
      let key = keyOf(object);
      if (key === undefined || seen.has(key)) {
        // Not the path from the root: in a deep chain the paths alone would take memory by the square of its depth.
        key = `${ownKey}/${nameless}`;
        nameless += 1;
      }
      seen.add(key);
      children.push({ object, kind: 'subsegment', key, parentKey: next.key });
    }
    // From the back, so that the first child is the next one off the stack.
    for (const child of children.toReversed()) {
      pending.push(child);
    }
  }
  return { entities, ignoredMembers };
}

function keyOf(object: JsonObject): string | undefined {
  return textMember(object, 'id')?.toLowerCase();
}

function entityOf({ kind, key, parentKey }: Pending, members: JsonObject, position: number): Entity {
  const endTime = numberMember(members, 'end_time');
  const isInProgress = members['in_progress'] === true || endTime === undefined;
  return {
    key,
    parentKey,
    kind,
    name: textMember(members, 'name') ?? '(no name)',
    startTime: numberMember(members, 'start_time'),
    endTime: isInProgress ? undefined : endTime,
    isInProgress,
    position,
    members,
  };
}

function separate(object: JsonObject): { members: JsonObject; embedded: JsonObject[]; ignored: number } {
  const { subsegments, ...rest } = object;
  const members = withScalarAnnotations(rest);
  const entries = isJsonArray(subsegments) ? subsegments : [];
  const embedded = entries.filter(isJsonObject);
  const ignored = entries.length - embedded.length + (countOf(rest) - countOf(members));
  return { members, embedded, ignored };
}

function countOf({ annotations }: JsonObject): number {
  return isJsonObject(annotations) ? Object.keys(annotations).length : 0;
}

function withScalarAnnotations(object: JsonObject): JsonObject {
  const { annotations } = object;
  if (!isJsonObject(annotations) || Object.values(annotations).every(isScalar)) {
    return object;
  }
  return {
    ...object,
    annotations: Object.fromEntries(Object.entries(annotations).filter(([, value]) => isScalar(value))),
  };
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
