import type { ExceptionDocument } from '../model/document.js';
import { matches, printPattern } from './pattern.js';

/**
 * Which exception is meant: its type or its message as a text, a RegExp for `Type: message`, the class of what was thrown, or both
 * parts by name.
 */
export type ExceptionPattern =
  | string
  | RegExp
  | (abstract new (...args: never[]) => Error)
  | { readonly type?: string | RegExp | undefined; readonly message?: string | RegExp | undefined };

/** Whether one of the exceptions is the one that is meant; for `false`, whether there is none. */
export function matchesException(
  pattern: ExceptionPattern | false | undefined,
  exceptions: readonly ExceptionDocument[],
): boolean {
  if (pattern === undefined) return true;
  if (pattern === false) return exceptions.length === 0;
  return exceptions.some((exception) => isMeant(pattern, exception));
}

function isMeant(pattern: ExceptionPattern, exception: ExceptionDocument): boolean {
  const { type, message } = exception;
  if (typeof pattern === 'string') return type === pattern || message === pattern;
  if (pattern instanceof RegExp) return matches(pattern, `${type}: ${message}`);
  if (typeof pattern === 'function') return type === pattern.name;
  return [
    [pattern.type, type],
    [pattern.message, message],
  ].every(([wanted, recorded]) => wanted === undefined || matches(wanted, recorded));
}

/** As a tree shows it: on one line. */
export function printException({ type, message }: ExceptionDocument): string {
  return `${type}: ${message.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}`;
}

/** As a tree shows it where it was expected; nothing where none was. */
export function printExpectedException(pattern: ExceptionPattern | false | undefined): string | undefined {
  if (pattern === undefined || pattern === false) return undefined;
  if (typeof pattern === 'string') return pattern;
  if (pattern instanceof RegExp) return String(pattern);
  if (typeof pattern === 'function') return pattern.name;
  const [type = '(any)', message = '(any)'] = [pattern.type, pattern.message].map((part) =>
    typeof part === 'string' ? part : part && printPattern(part),
  );
  return `${type}: ${message}`;
}
