/** Strings without a limit of their own, in UTF-16 units (X-Ray developer guide, segment documents). */
export const TEXT_LIMIT = 250;

/** The text, cut to `limit` UTF-16 units with an ellipsis as the last; a surrogate pair is never split. */
export function cut(text: string, limit: number = TEXT_LIMIT): string {
  if (text.length <= limit) return text;
  const end = isHighSurrogate(text.charCodeAt(limit - 2)) ? limit - 2 : limit - 1;
  return `${text.slice(0, end)}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
