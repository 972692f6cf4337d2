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
  return text.length > LARGE ? detach(clipped) : clipped;
}

/** Units from which on a text is let go of when a part of it is kept: V8 keeps the whole for the part. */
const LARGE = 10_000;

function detach(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
