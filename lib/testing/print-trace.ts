import { describeEntity, type PrintOptions } from './entity-text.js';
import type { RecordedEntity } from './recorded-entity.js';
import { drawTree, type TreeLine } from './tree-lines.js';

/** A trace, or an entity with what is below it. */
export type Recorded = { readonly roots: readonly RecordedEntity[] } | RecordedEntity;

/**
 * The trace, or an entity with what is below it, as an indented tree: names, annotations, flags and exceptions. Times and ids are
 * left out, so that what is printed is the same in every run.
 */
export function printTrace(recorded: Recorded, options: PrintOptions = {}): string {
  return drawTree(linesOf(recorded, options)).join('\n');
}

/** The lines of the printed tree. */
export function linesOf(recorded: Recorded, options: PrintOptions): TreeLine[] {
  const lines: TreeLine[] = [];
  const pending = rootsOf(recorded)
    .map((entity) => ({ entity, depth: 0 }))
    .toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { entity, depth } = next;
    lines.push({ depth, text: describeEntity(entity, {}, options).recorded });
    for (const child of entity.children.toReversed()) pending.push({ entity: child, depth: depth + 1 });
  }
  return lines;
}

/** @throws TypeError where it is neither a trace nor an entity */
export function rootsOf(recorded: Recorded): readonly RecordedEntity[] {
  const given: unknown = recorded;
  if (typeof given === 'object' && given !== null) {
    if ('roots' in given && Array.isArray(given.roots)) return given.roots as readonly RecordedEntity[];
    if ('children' in given && 'annotations' in given) return [given as RecordedEntity];
  }
  throw new TypeError(
    `A recorded trace is needed, as recordTrace answers it in { trace }, or an entity found in one; it was given ${String(given)}.`,
  );
}
