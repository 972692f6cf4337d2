/** What was given in place of an argument that a decorator takes, as text fit for a message. Never throws. */
export function printGiven(given: unknown): string {
  if (given === null || given === undefined) return given === null ? 'null' : 'nothing';
  switch (typeof given) {
    case 'string':
      return given === '' ? 'an empty text' : `'${given.length > 60 ? `${given.slice(0, 60)}…` : given}'`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return `the ${typeof given} ${String(given)}`;
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      return Array.isArray(given) ? 'a list' : 'an object';
  }
}
