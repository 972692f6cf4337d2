/** What frameworks read off a class and its methods: names, lengths, descriptors and metadata. */
export function describeClass(value: unknown): object | undefined {
  if (typeof value !== 'function' || typeof value.prototype !== 'object') return undefined;
  const methods = Object.entries(Object.getOwnPropertyDescriptors(value.prototype)).map(([key, descriptor]) => ({
    key,
    ...descriptor,
    value: describeFunction(descriptor.value),
    onPrototype: metadataOf(value.prototype as object, key),
    onClass: metadataOf(value, key),
  }));
  return { class: describeFunction(value), methods };
}

function describeFunction(fn: unknown): unknown {
  if (typeof fn !== 'function') return fn;
  const members = Reflect.ownKeys(fn).filter((key) => !['prototype', 'arguments', 'caller'].includes(String(key)));
  return { name: fn.name, length: fn.length, members: members.map(String).toSorted(), metadata: metadataOf(fn) };
}

function metadataOf(target: object, key?: string): unknown {
  const keys: unknown[] = key === undefined ? Reflect.getMetadataKeys(target) : Reflect.getMetadataKeys(target, key);
  return keys
    .map((name) => [
      String(name),
      printed(key === undefined ? Reflect.getMetadata(name, target) : Reflect.getMetadata(name, target, key)),
    ])
    .toSorted(([one], [other]) => String(one).localeCompare(String(other)));
}

function printed(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'function') return `function ${inner.name}`;
    return typeof inner === 'symbol' ? String(inner) : inner;
  });
  // Nest gives each decorator of a custom parameter a random name.
  return text && JSON.parse(text.replaceAll(/[\da-f]{21}(?=__customRouteArgs__)/gu, 'random'));
}
