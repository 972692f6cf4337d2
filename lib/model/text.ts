/** Strings without a limit of their own, in UTF-16 units (X-Ray developer guide, segment documents). */
export const TEXT_LIMIT = 250;

/** The text, cut to `limit` UTF-16 units with an ellipsis as the last; a surrogate pair is never split. */
export function cut(text: string, limit: number = TEXT_LIMIT): string {
  return text.length <= limit ? text : `${clip(text, limit - 1)}…`;
}

/** The first `limit` UTF-16 units of the text, or one less where that would split a surrogate pair. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const clipped = text.slice(0, isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit);
  return letGo(clipped, text);
}

/** Units of a text from which on it matters that V8 keeps the whole of it for a part. */
const LARGE = 10_000;

/** The part of a text, so that it may be kept and the whole not. */
export function letGo(part: string, whole: string): string {
  return whole.length > LARGE ? Buffer.from(part, 'utf16le').toString('utf16le') : part;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
