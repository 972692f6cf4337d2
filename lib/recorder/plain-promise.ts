import { types } from 'node:util';

/**
 * A promise that is nothing more: no subclass, no member of its own that a derived one would lose. Others come back untouched
 * and end their subsegment at once: `then` of a subclass may be what starts the work, as of a lazy query, and so may that of
 * any other thenable.
 */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!types.isPromise(value) || Object.getPrototypeOf(value) !== Promise.prototype) return false;
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'string' || !NODE_MARKS.has(key.description)) return false;
  }
  return true;
}

/** What Node 20 and 22 put on promises while asynchronous context is kept. */
const NODE_MARKS: ReadonlySet<string | undefined> = new Set([
  'async_id_symbol',
  'trigger_async_id_symbol',
  'kResourceStore',
  'destroyed',
]);
