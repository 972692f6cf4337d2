import type { AnnotationValue } from '../model/annotations.js';
import { recordedValue, type ValueDecorator } from './recorded-value.js';

/**
 * Annotates the subsegment of each call; annotations are indexed and searchable. On a parameter (legacy dialect): with the
 * argument, or what the selector makes of it. On a method: with a constant, or what the selector makes of the arguments.
 * Absent values (`undefined`, `null`) are passed over. A method that is not traced annotates whatever is current.
 *
 * @param key letters, digits and underscores; others become underscores
 * @throws DecorationError on a class, a field, an accessor or a constructor parameter, or without what it needs
 */
export function Annotate(
  key: string,
  value?: AnnotationValue | ((...args: never[]) => AnnotationValue | null | undefined),
): ValueDecorator {
  return recordedValue('Annotate', key, value, (entity, read) => entity.annotate(key, read as AnnotationValue));
}
