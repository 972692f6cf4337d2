import type { Glyphs } from './glyphs.js';

/** Longer texts are cut before anything else is done with them: a name may be as long as a datagram. */
const longestText = 4000;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Makes received text safe and predictable in a terminal: one line, no control character and no escape sequence, no
 * character that reorders or hides others, few marks on one base; ASCII alone where the terminal has no more.
 */
export function cleanText(text: string, glyphs: Glyphs): string {
  const short = text.length > longestText ? `${text.slice(0, longestText)}${glyphs.ellipsis}` : text;
  if (/^[\u0020-\u007E]*$/.test(short)) {
    return short;
  }
  const clean = short
    .replace(/[\t\n\v\f\r\u0085\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/gu, glyphs.replacement)
    // Joiners, direction marks and the like: a joined emoji falls into its parts, whose widths are certain.
    .replace(/\p{Cf}/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1');
  if (glyphs.isUnicode) {
    return clean;
  }
  return Array.from(segmenter.segment(clean), ({ segment }) =>
    /^[\u0020-\u007E]$/.test(segment) ? segment : glyphs.replacement,
  ).join('');
}

/** How many cells a clean text takes in a terminal. */
export function widthOf(text: string): number {
  if (/^[\u0020-\u007E]*$/.test(text)) {
    return text.length;
  }
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += widthOfGrapheme(segment);
  }
  return width;
}

/** Scripts and blocks of Unicode Standard Annex 11's wide and fullwidth characters. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Script=Nushu}\p{Emoji_Presentation}\p{Regional_Indicator}\u{FE0F}\u{2E80}-\u{303E}\u{309B}-\u{30FF}\u{3190}-\u{4DFF}\u{FE10}-\u{FE19}\u{FE30}-\u{FE6F}\u{FF01}-\u{FF60}\u{FFE0}-\u{FFE6}\u{1F300}-\u{1FAFF}]/u;

function widthOfGrapheme(grapheme: string): number {
  if (wide.test(grapheme)) {
    // Several wide characters in one grapheme (syllables put together of letters) may be shown apart.
    return Math.max(
      2,
      2 *
        Array.from(grapheme).filter((character) => !/[\p{M}\u{FE0F}]/u.test(character) && wide.test(character)).length,
    );
  }
  return /^\p{M}+$/u.test(grapheme) ? 0 : 1;
}

/** The longest beginning of a clean text that fits into `width` cells. */
function head(text: string, width: number): string {
  let taken = '';
  let left = width;
  for (const { segment } of segmenter.segment(text)) {
    left -= widthOfGrapheme(segment);
    if (left < 0) {
      break;
    }
    taken += segment;
  }
  return taken;
}

/** The longest end of a clean text that fits into `width` cells. */
export function tail(text: string, width: number): string {
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment).toReversed();
  let taken = '';
  let left = width;
  for (const grapheme of graphemes) {
    left -= widthOfGrapheme(grapheme);
    if (left < 0) {
      break;
    }
    taken = grapheme + taken;
  }
  return taken;
}

/** Shortens a clean text to `width` cells, taking from its middle: both ends of a name tell it from its neighbours. */
export function shorten(text: string, width: number, { ellipsis }: Glyphs): string {
  if (widthOf(text) <= width) {
    return text;
  }
  const room = width - widthOf(ellipsis);
  if (room < 4) {
    return head(text, Math.max(0, width));
  }
  const end = Math.floor(room * 0.4);
  return `${head(text, room - end).trimEnd()}${ellipsis}${tail(text, end).trimStart()}`;
}

/** Adds spaces on the right up to `width` cells. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Breaks a clean text into at most `maxLines` lines of `width` cells, between words where that is possible. */
export function wrapText(text: string, width: number, maxLines: number, glyphs: Glyphs): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' && lines.length < maxLines - 1 && widthOf(rest) > width) {
    const fitting = head(rest, width);
    if (fitting === '') {
      break;
    }
    const space = fitting.lastIndexOf(' ');
    const line = rest[fitting.length] === ' ' || space < width / 3 ? fitting : fitting.slice(0, space);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return rest === '' ? lines : [...lines, shorten(rest, width, glyphs)];
}

/** Lays texts out in lines of `width` cells with a separator between neighbours; no text is broken, long ones are cut. */
export function flow(texts: readonly string[], separator: string, width: number, glyphs: Glyphs): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const piece = shorten(text, width, glyphs);
    const last = lines.at(-1);
    const joined = last === undefined ? undefined : `${last}${separator}${piece}`;
    if (joined === undefined || widthOf(joined) > width) {
      lines.push(piece);
    } else {
      lines[lines.length - 1] = joined;
    }
  }
  return lines;
}
