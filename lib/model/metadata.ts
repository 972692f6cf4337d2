/** Where metadata goes when no namespace is named. */
export const DEFAULT_NAMESPACE = 'default';

/** The namespace, unless it begins with `AWS.`, which X-Ray keeps for itself: the prefix then becomes `AWS_`. */
export function cleanNamespace(namespace: string): string {
  // From JavaScript it may be an object that only looks like a text.
  const name: unknown = namespace.startsWith('AWS.') ? `AWS_${namespace.slice(4)}` : namespace || DEFAULT_NAMESPACE;
  return String(name);
}

/** Assignment that makes an own member of `__proto__` too. */
export function setOwn<Value>(record: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}
