import { isAnnotatable, type Annotatable } from '../model/annotations.js';
import { recordedValue, refuseMore, type ValueDecorator } from './recorded-value.js';
import type { AnySelf, ResultSelector, Selector } from './selector.js';

/**
 * Annotates the subsegment of each call; annotations are indexed and searchable. On a parameter (legacy dialect): with the
 * argument, or what the selector makes of it. On a method: with a constant, what the selector makes of the arguments, or
 * what `{ result: selector }` makes of the result. On a class: with a constant, in all its methods. Absent values (`undefined`,
 * `null`) are passed over. A method that is not traced annotates whatever is current.
 *
 * @param key letters, digits and underscores; others become underscores
 * @throws DecorationError on a field, an accessor or a constructor parameter, or without what it needs
 */
export function Annotate(key: string): ValueDecorator<undefined, Annotatable>;
export function Annotate<
  const Value extends Annotatable | Selector<AnySelf, never[], Annotatable> | ResultSelector<never, Annotatable>,
>(key: string, value: Value): ValueDecorator<Value, Annotatable>;
export function Annotate(key: string, value?: unknown, ...more: unknown[]): ValueDecorator<unknown, Annotatable> {
  refuseMore('Annotate', 'a key and a value or a selector', more);
  return recordedValue('Annotate', key, value, (entity, read) => entity.annotate(key, read as string), isAnnotatable);
}
