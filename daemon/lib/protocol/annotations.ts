import { isJsonObject, type JsonObject } from './json.js';

/** One annotation: X-Ray indexes them, so their values are scalars. */
export type Annotation = readonly [key: string, value: string | number | boolean];

/** The annotations of a (sub)segment, in the order they were sent. */
export function readAnnotations({ annotations }: JsonObject): readonly Annotation[] {
  return isJsonObject(annotations) ? Object.entries(annotations).filter(isAnnotation) : [];
}

function isAnnotation(entry: readonly [string, unknown]): entry is [string, string | number | boolean] {
  return ['string', 'number', 'boolean'].includes(typeof entry[1]);
}
