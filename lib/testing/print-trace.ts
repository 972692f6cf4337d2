import type { RecordedEntity, RecordedTrace } from './recorded-trace.js';

/**
 * The trace as an indented tree: names, annotations, flags and exceptions. Times and ids are left out, so that what is printed is
 * the same in every run.
 */
export function printTrace(trace: RecordedTrace): string {
  return trace.roots.flatMap((root) => [line(root), ...printChildren(root, '')]).join('\n');
}

function printChildren(entity: RecordedEntity, indent: string): string[] {
  return entity.children.flatMap((child, index) => {
    const isLast = index === entity.children.length - 1;
    const branch = `${indent}${isLast ? '└─ ' : '├─ '}${line(child)}`;
    return [branch, ...printChildren(child, `${indent}${isLast ? '   ' : '│  '}`)];
  });
}

function line(entity: RecordedEntity): string {
  const flags = [
    entity.isFault && 'fault',
    entity.isThrottle ? 'throttle' : entity.isError && 'error',
    entity.durationMillis === undefined && 'in progress',
  ].filter((flag) => flag !== false);
  const annotations = Object.entries(entity.annotations).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const exceptions = entity.exceptions.slice(0, 1).map(({ type, message }) => `${type}: ${message}`);
  return [entity.name, ...annotations, ...flags.map((flag) => `[${flag}]`), ...exceptions].join('  ');
}
