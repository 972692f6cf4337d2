import { isoOf } from './annotations.js';

/** Where metadata goes when no namespace is named. */
export const DEFAULT_NAMESPACE = 'default';

const DEPTH_LIMIT = 12;
const BREADTH_LIMIT = 1000;

/** The namespace, unless it begins with `AWS.`, which X-Ray keeps for itself: the prefix then becomes `AWS_`. */
export function cleanNamespace(namespace: string): string {
  return namespace.startsWith('AWS.') ? `AWS_${namespace.slice(4)}` : namespace || DEFAULT_NAMESPACE;
}

/**
 * The value as JSON text, read here and now: what changes in it later is not seen. Never throws. Plain data is written by
 * `JSON.stringify`; where that refuses (cycles, bigints, getters that throw), or would leave out all there is (functions,
 * symbols), a tolerant walk writes what it can and names what it cannot.
 */
export function snapshot(value: unknown): string {
  try {
    return JSON.stringify(value) ?? JSON.stringify(describe(value));
  } catch {
    return JSON.stringify(tolerant(value, DEPTH_LIMIT, []));
  }
}

function describe(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'function') return `[function ${value.name || 'anonymous'}]`;
  return `[${typeof value}]`;
}

function tolerant(value: unknown, depth: number, ancestors: readonly object[]): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return describe(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ancestors.includes(value)) return '[circular]';
  if (depth === 0) return '[too deep]';
  const path = [...ancestors, value];
  const child = (read: () => unknown): unknown => {
    try {
      return tolerant(read(), depth - 1, path);
    } catch {
      return '[threw when read]';
    }
  };
  try {
    if (value instanceof Date) return isoOf(value);
    if (value instanceof Error) return { name: value.name, message: value.message };
    if (value instanceof Map) return [...value].slice(0, BREADTH_LIMIT).map((entry) => child(() => entry));
    if (value instanceof Set) return [...value].slice(0, BREADTH_LIMIT).map((item) => child(() => item));
    if (Array.isArray(value)) return value.slice(0, BREADTH_LIMIT).map((_, index) => child(() => value[index]));
    const keys = Object.keys(value).slice(0, BREADTH_LIMIT);
    return Object.fromEntries(keys.map((key) => [key, child(() => (value as Record<string, unknown>)[key])]));
  } catch {
    return '[unreadable]';
  }
}
