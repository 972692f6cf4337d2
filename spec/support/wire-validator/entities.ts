import { isMembers, membersOf, type Members } from './checks.js';
import type { Place } from './place.js';

/** A segment, a subsegment that is sent alone, or one inside another entity: the three may hold different members. */
export type Kind = 'segment' | 'alone' | 'embedded';

/** One entity of a document, before anybody knows whether it is right. */
export interface Entity {
  readonly value: unknown;
  /** No members where the value is not an object. */
  readonly members: Members;
  readonly place: Place;
  readonly kind: Kind;
  /** The entity around an embedded one. */
  readonly parent?: Entity;
}

/**
 * The document's own entity first, then the embedded ones, level by level and without recursion. An object that is met
 * again is answered again and not entered again, so that a cycle ends.
 */
export function entitiesOf(document: unknown, place: Place): Entity[] {
  const members = isMembers(document) ? document : {};
  const kind = members['type'] === 'subsegment' ? 'alone' : 'segment';
  const entities: Entity[] = [{ value: document, members, place, kind }];
  const entered = new Set<unknown>();
  for (const entity of entities) {
    const children = entity.members['subsegments'];
    if (!Array.isArray(children) || entered.has(entity.value)) continue;
    entered.add(entity.value);
    children.forEach((child: unknown, index) => {
      const at = entity.place.member('subsegments').item(index);
      const own = isMembers(child) ? child : {};
      entities.push({ value: child, members: own, place: at, kind: 'embedded', parent: entity });
    });
  }
  return entities;
}

/** How many members an object has; zero for anything else. */
export function sizeOf(value: unknown): number {
  return isMembers(value) ? membersOf(value).length : 0;
}
