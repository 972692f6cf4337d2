import { parseArgs } from 'node:util';

/**
 * The options of a benchmark, of which those whose default is a number are whole numbers above 0.
 *
 * @throws Error naming the option, what it was given and what it takes
 */
export function readOptions(defaults) {
  const { values } = parseArgs({
    options: Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: String(value) }]),
    ),
  });
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => [
      name,
      typeof defaults[name] === 'number' ? readCount(`--${name}`, text) : text,
    ]),
  );
}

/** @throws Error naming what it was given */
export function readCount(what, text) {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`${what} takes a whole number above 0; it was given '${text}'.`);
}
