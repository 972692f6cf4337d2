import { DecorationError } from '../foundation/errors.js';
import { describeGiven } from './given.js';
import { recordedValue, refuseMore, type ValueDecorator } from './recorded-value.js';

/** Where metadata goes. */
export interface MetadataOptions {
  /** Default `default`. */
  readonly namespace?: string | undefined;
}

/**
 * Adds metadata, any value, to the subsegment of each call; metadata is not searchable. On a parameter (legacy dialect): the
 * argument, or what the selector makes of it. On a method: a constant, what the selector makes of the arguments, or what
 * `{ result: selector }` makes of the result. On a class: a constant, in all its methods. Arguments are read when the call begins,
 * results when it has ended; what changes in a value later is not seen.
 *
 * @throws DecorationError on a field, an accessor or a constructor parameter, or without what it needs
 */
export function Metadata(key: string): ValueDecorator<undefined, unknown>;
export function Metadata<const Value>(
  key: string,
  value: Value,
  options?: MetadataOptions,
): ValueDecorator<Value, unknown>;
export function Metadata(
  key: string,
  value?: unknown,
  options: MetadataOptions = {},
  ...more: unknown[]
): ValueDecorator<unknown, unknown> {
  refuseMore('Metadata', 'a key, a value or a selector, and options', more);
  const namespace = readNamespace(options);
  return recordedValue('Metadata', key, value, (entity, read) => entity.metadata(key, read, namespace));
}

function readNamespace(options: MetadataOptions): string | undefined {
  if (typeof options !== 'object' || options === null) {
    throw new DecorationError(
      'DECORATION_ARGUMENT',
      `@Metadata takes an object of options third, such as { namespace }; it was given ${describeGiven(options)}.`,
    );
  }
  const unknown = Object.keys(options).find((option) => option !== 'namespace');
  if (unknown !== undefined) {
    throw new DecorationError(
      'DECORATION_ARGUMENT',
      `@Metadata: no option is called "${unknown}"; there is namespace.`,
    );
  }
  const { namespace } = options;
  if (namespace === undefined || (typeof namespace === 'string' && namespace !== '')) return namespace;
  const message = `@Metadata: namespace takes a text that is not empty; it was given ${describeGiven(namespace)}.`;
  throw new DecorationError('DECORATION_ARGUMENT', message);
}
