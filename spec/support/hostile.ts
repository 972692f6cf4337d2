/** Throws from whatever is done to it. */
function trap(): never {
  throw new Error('trap');
}

const TRAPS: ProxyHandler<object> = {
  get: trap,
  has: trap,
  ownKeys: trap,
  getPrototypeOf: trap,
  getOwnPropertyDescriptor: trap,
  apply: trap,
  construct: trap,
};

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

/** Makers of values that recording may meet and must survive, by what they are. */
export const HOSTILE_VALUES: Readonly<Record<string, () => unknown>> = {
  'a proxy whose traps throw': () => new Proxy({}, TRAPS),
  'a function proxy whose traps throw': () => new Proxy(() => 1, TRAPS),
  'an array proxy whose traps throw': () => new Proxy([], TRAPS),
  'a revoked proxy': revoked,
  'an object with a proxy in it': () => ({ inner: new Proxy({}, TRAPS) }),
  'a getter that throws': () => Object.defineProperty({}, 'x', { enumerable: true, get: trap }),
  'a toJSON that throws': () => ({ x: 1, toJSON: trap }),
  'a toString that throws': () => ({ toString: trap, [Symbol.toPrimitive]: trap }),
  'an object without a prototype': () => Object.create(null),
  'a circular object': circular,
  'errors that cause each other': errorsInACircle,
  'an error whose members throw': () =>
    Object.defineProperties(new Error('x'), {
      // First: V8 writes the trace when the member is replaced, and reads name and message for it.
      stack: { get: trap },
      name: { get: trap },
      message: { get: trap },
      cause: { get: trap },
      errors: { get: trap },
      status: { get: trap },
      $metadata: { get: trap },
    }),
  'an error with a name that is no text': () => Object.assign(new Error('x'), { name: 7n }),
  'a frozen error': () => Object.freeze(new Error('x')),
  'an error that makes causes without end': () => new Endless(),
  'a function whose name throws': () => Object.defineProperty(() => 1, 'name', { get: trap }),
  'a function whose name is a symbol': () => Object.defineProperty(() => 1, 'name', { value: Symbol('s') }),
  'a date that is none': () => new Date(Number.NaN),
  'a sparse array without end': () => Object.assign([], { length: 4_000_000_000 }),
  'a bigint': () => 10n ** 100n,
  'a symbol': () => Symbol('s'),
  'a map of itself': mapOfItself,
  'an aggregate of many': () => new AggregateError(Array.from<Error>({ length: 300_000 }).fill(errorsInACircle())),
};

function circular(): unknown {
  const loop: Record<string, unknown> = { name: 'loop' };
  loop['self'] = loop;
  return loop;
}

function errorsInACircle(): Error {
  const first = new Error('first');
  first.cause = new Error('second', { cause: first });
  return first;
}

class Endless extends Error {
  constructor() {
    super('endless');
    Object.defineProperty(this, 'cause', { get: () => new Endless() });
  }
}

function mapOfItself(): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  return map.set(map, map);
}
