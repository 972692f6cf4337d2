/** Letters of a text that a message shows. */
const SHOWN = 60;

/** What was given in place of an argument that a decorator takes, as text fit for a message. Never throws. */
export function describeGiven(given: unknown): string {
  if (given === null || given === undefined) return given === null ? 'null' : 'nothing';
  if (typeof given === 'string') return describeText(given);
  if (typeof given === 'number' || typeof given === 'boolean' || typeof given === 'bigint') {
    return `the ${typeof given} ${String(given)}`;
  }
  if (typeof given === 'object') return Array.isArray(given) ? 'a list' : 'an object';
  return `a ${typeof given}`;
}

function describeText(text: string): string {
  if (text === '') return 'an empty text';
  return text.length > SHOWN ? `'${text.slice(0, SHOWN)}…'` : `'${text}'`;
}
