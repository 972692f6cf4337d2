import { types } from 'node:util';

/**
 * A promise that is nothing more: no subclass, no member of its own that a derived one would lose. Others come back untouched
 * and end their subsegment at once: `then` of a subclass may be what starts the work, as of a lazy query, and so may that of
 * any other thenable. What an async function answers is not asked: nobody can have put anything on it but Node.
 */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!types.isPromise(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Promise.prototype && !isOfAnotherRealm(prototype)) return false;
  for (const key of Reflect.ownKeys(value)) {
    if (key === marks[0] || key === marks[1] || key === marks[2]) continue;
    if (typeof key === 'string' || !NODE_MARKS.has(key.description)) return false;
    if (marks.length < 3) marks.push(key);
  }
  return true;
}

/** The first that were met: to know a symbol takes half as long as to read its description. */
const marks: symbol[] = [];

/** What Node 20 and 22 put on promises while asynchronous context is kept. */
const NODE_MARKS: ReadonlySet<string | undefined> = new Set([
  'async_id_symbol',
  'trigger_async_id_symbol',
  'kResourceStore',
  'destroyed',
]);

const NATIVE = Function.prototype.toString.call(Promise);
const otherRealms = new WeakSet<object>();

/** A promise that Node itself made is of another realm than a spec that jest runs. */
function isOfAnotherRealm(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  if (otherRealms.has(prototype)) return true;
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const isNative =
    typeof made === 'function' && made.prototype === prototype && Function.prototype.toString.call(made) === NATIVE;
  if (isNative) otherRealms.add(prototype);
  return isNative;
}
