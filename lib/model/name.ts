import { clip } from './text.js';

/** Longest name that X-Ray takes. */
export const NAME_LIMIT = 200;

const PLAIN_NAME = /^[\w.:/%&#=+\\\-@]+(?: [\w.:/%&#=+\\\-@]+)*$/;
const ILLEGAL = /[^\p{L}\p{N}\s_.:/%&#=+\\\-@]/gu;

/**
 * The name as X-Ray takes it: letters, digits, white space and `_ . : / % & # = + \ - @`, 1 to 200 of them. Other
 * characters are left out, white space of any kind and length becomes one space; what is then empty is called `unnamed`.
 */
export function cleanName(name: unknown): string {
  if (typeof name !== 'string') return Number.isFinite(name) ? String(name) : 'unnamed';
  if (name.length <= NAME_LIMIT && PLAIN_NAME.test(name)) return name;
  const legal = name.replace(ILLEGAL, '').replace(/\s+/g, ' ').trim();
  return clip(legal, NAME_LIMIT).trimEnd() || 'unnamed';
}
