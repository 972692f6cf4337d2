/** What a function's source says of its parameters. */
export interface Parameters {
  /** In their order; `undefined` for one without a name, such as a destructured one. */
  readonly names: readonly (string | undefined)[];
  /** Index of the rest parameter; `undefined` where there is none. */
  readonly rest: number | undefined;
}

const UNKNOWN: Parameters = { names: [], rest: undefined };
const IDENTIFIER = /^(\.\.\.)?\s*([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)\s*(?==|$)/u;
const OPENING = '([{';
const CLOSING = ')]}';

/**
 * The parameters as the source of the function names them. Nothing is known of a native function, of the wrapper of another
 * decorator, and where defaults hold texts or comments, which only a parser could tell from code.
 */
export function parametersOf(fn: (...args: never[]) => unknown): Parameters {
  const list = parameterList(withoutTexts(Function.prototype.toString.call(fn)));
  if (list === undefined || /['"`/]/.test(list)) return UNKNOWN;
  const names: (string | undefined)[] = [];
  let rest: number | undefined;
  for (const [index, parameter] of splitAtCommas(list).entries()) {
    const [, dots, name] = IDENTIFIER.exec(parameter) ?? [];
    names.push(name);
    if (dots !== undefined) rest = index;
  }
  return { names, rest };
}

const TEXT_OR_COMMENT =
  /'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"|`(?:[^`\\$]|\\[^]|\$(?!\{))*`|\/\*[^]*?\*\/|\/\/[^\n]*|[`/]/g;

/**
 * The source with texts and comments empty, as far as they can be told from code: up to the first regular expression, division or
 * template with code in it.
 */
function withoutTexts(source: string): string {
  let isCode = true;
  return source.replaceAll(TEXT_OR_COMMENT, (found) => {
    if (found === '`' || found === '/') isCode = false;
    if (!isCode) return found;
    return found.startsWith('/') ? ' ' : '0';
  });
}

/** What stands between the first parenthesis and the one that closes it, or before the arrow of a function without any. */
function parameterList(source: string): string | undefined {
  const start = source.indexOf('(');
  const arrow = source.indexOf('=>');
  if (arrow >= 0 && (start < 0 || arrow < start)) return source.slice(0, arrow).replace(/^async\s/, '');
  // Names that are computed or quoted may hold parentheses of their own.
  if (start < 0 || source.includes('[native code]') || /['"`/[]/.test(source.slice(0, start))) return undefined;
  let depth = 0;
  for (let index = start; index < source.length; index += 1) {
    const character = source.charAt(index);
    if (OPENING.includes(character)) depth += 1;
    else if (CLOSING.includes(character)) depth -= 1;
    if (depth === 0) return source.slice(start + 1, index);
  }
  return undefined;
}

function splitAtCommas(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of list) {
    if (OPENING.includes(character)) depth += 1;
    else if (CLOSING.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else {
      part += character;
    }
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
}
