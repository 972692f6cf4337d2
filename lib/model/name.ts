import { cut } from './text.js';

/** Longest name that X-Ray takes. */
export const NAME_LIMIT = 200;

const PLAIN_NAME = /^[\w.:/%&#=+\\\-@]+(?: [\w.:/%&#=+\\\-@]+)*$/;
const ILLEGAL = /[^\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]/gu;

/**
 * The name as X-Ray takes it: letters, digits, white space and `_ . : / % & # = + \ - @`, 1 to 200 of them. Other
 * characters are left out; what is then empty is called `unnamed`.
 */
export function cleanName(name: string): string {
  if (name.length <= NAME_LIMIT && PLAIN_NAME.test(name)) return name;
  const legal = name.replace(/\s+/g, ' ').replace(ILLEGAL, '').trim();
  if (legal.length <= NAME_LIMIT) return legal || 'unnamed';
  // The ellipsis of `cut` is no legal character.
  return cut(legal, NAME_LIMIT + 1).slice(0, -1);
}
