import { types } from 'node:util';

/**
 * What the language itself says of a value. Subclasses may have methods, getters and iterators of their own, and proxies run code
 * for each question: none of that is asked here.
 */

type Pairs = Iterator<readonly [unknown, unknown]>;
type Ask<Answer> = (holder: object) => Answer;

function getter<Answer>(prototype: object, name: string): Ask<Answer> {
  const read = Reflect.get(Object.getOwnPropertyDescriptor(prototype, name) ?? {}, 'get') as () => Answer;
  return (holder) => Reflect.apply(read, holder, []);
}

function method<Answer>(prototype: object, name: string): Ask<Answer> {
  const call = Reflect.get(prototype, name) as () => Answer;
  return (holder) => Reflect.apply(call, holder, []);
}

/** Epoch milliseconds; `NaN` of a date that is none. */
export const timeOf = method<number>(Date.prototype, 'getTime');
export const printDate = method<string>(Date.prototype, 'toISOString');
export const mapSize = getter<number>(Map.prototype, 'size');
export const mapEntries = method<Pairs>(Map.prototype, 'entries');
export const setSize = getter<number>(Set.prototype, 'size');
export const setValues = method<Iterator<unknown>>(Set.prototype, 'values');
export const parametersEntries = method<Pairs>(URLSearchParams.prototype, 'entries');

/** The pairs of a `Headers` of this realm. */
export function headersEntries(headers: object): Pairs {
  return method<Pairs>(globalThis.Headers.prototype, 'entries')(headers);
}

const typedArrayBytes = getter<number>(Object.getPrototypeOf(Uint8Array.prototype) as object, 'byteLength');
const viewBytes = getter<number>(DataView.prototype, 'byteLength');
const bufferBytes = getter<number>(ArrayBuffer.prototype, 'byteLength');
const sharedBytes = getter<number>(SharedArrayBuffer.prototype, 'byteLength');

/** The size of a buffer, or of a view of one. */
export function bytesOf(value: object): number {
  if (types.isTypedArray(value)) return typedArrayBytes(value);
  if (types.isDataView(value)) return viewBytes(value);
  return types.isSharedArrayBuffer(value) ? sharedBytes(value) : bufferBytes(value);
}

const source = getter<string>(RegExp.prototype, 'source');

/** The expression between its slashes. */
export function sourceOf(expression: object): string {
  return `/${source(expression)}/`;
}

const UNBOX: readonly [isOf: (value: unknown) => boolean, unbox: Ask<unknown>][] = [
  [types.isStringObject, method(String.prototype, 'valueOf')],
  [types.isNumberObject, method(Number.prototype, 'valueOf')],
  [types.isBooleanObject, method(Boolean.prototype, 'valueOf')],
  [types.isBigIntObject, method(BigInt.prototype, 'valueOf')],
  [types.isSymbolObject, method(Symbol.prototype, 'valueOf')],
];

/** The primitive in an object such as `Object('text')`. */
export function unbox(boxed: object): unknown {
  return UNBOX.find(([isOf]) => isOf(boxed))?.[1](boxed);
}

/** The name that a function was given; empty where it has none, or one that only running code would tell. */
export function functionName(value: object): string {
  if (types.isProxy(value)) return '';
  const name: unknown = Object.getOwnPropertyDescriptor(value, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

/** Prototypes of one value that are looked at. */
const CHAIN_LIMIT = 16;

/** Which of the classes whose instances keep their data to themselves the value inherits from. */
export function builtInOf(value: object): 'error' | 'headers' | 'parameters' | undefined {
  if (types.isNativeError(value)) return 'error';
  let prototype: unknown = Object.getPrototypeOf(value);
  for (let level = 0; level < CHAIN_LIMIT && isObject(prototype) && !types.isProxy(prototype); level += 1) {
    if (prototype === Error.prototype) return 'error';
    if (prototype === URLSearchParams.prototype) return 'parameters';
    if (isHeadersPrototype(prototype)) return 'headers';
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** By its name first: to ask for the global loads the whole of `fetch`. */
function isHeadersPrototype(prototype: object): boolean {
  const constructed: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return (
    typeof constructed === 'function' && functionName(constructed) === 'Headers' && constructed === globalThis.Headers
  );
}
