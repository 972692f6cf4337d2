import { types } from 'node:util';
import { printDate, timeOf } from './intrinsics.js';
import { cut } from './text.js';

/** What X-Ray indexes: text, a finite number or a boolean. */
export type AnnotationValue = string | number | boolean;

/** What becomes an annotation: bigints and dates as text; absent values are passed over. */
export type Annotatable = AnnotationValue | bigint | Date | null | undefined;

/** Whether the value is one that becomes an annotation, or is passed over. */
export function isAnnotatable(value: unknown): value is Annotatable {
  return value === undefined || value === null || toAnnotationValue(value) !== undefined;
}

/** Annotations of one trace that X-Ray indexes at most. */
export const ANNOTATIONS_PER_TRACE = 50;
const KEY_LIMIT = 500;
/** UTF-16 units of an annotation that is text. */
export const VALUE_LIMIT = 1000;

const PLAIN_KEY = /^\w{1,500}$/;

/** The key as X-Ray takes it: ASCII letters, digits and underscores, at most 500; others become underscores. */
export function cleanAnnotationKey(key: string): string {
  if (PLAIN_KEY.test(key)) return key;
  return key.replace(/[^A-Za-z0-9_]/g, '_').slice(0, KEY_LIMIT) || '_';
}

/** The date in ISO 8601, or the words that JavaScript has for one that is none. */
export function isoOf(date: Date): string {
  return Number.isNaN(timeOf(date)) ? 'Invalid Date' : printDate(date);
}

/**
 * The value as X-Ray takes it: text cut at 1000 characters, bigints and non-finite numbers as text, dates in ISO form.
 * `undefined` for what is no such value.
 */
export function toAnnotationValue(value: unknown): AnnotationValue | undefined {
  if (typeof value === 'string') return cut(value, VALUE_LIMIT);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return cut(String(value), VALUE_LIMIT);
  return types.isDate(value) ? isoOf(value) : undefined;
}
