import type { Marks } from '../protocol/marks.js';
import type { Glyphs } from './glyphs.js';
import type { Style } from './palette.js';

/** A mark in words and a sign, so that it reads without colour. */
export interface MarkText {
  readonly text: string;
  readonly style: Style;
}

/**
 * Says how a (sub)segment ended: `✖ fault 500`, `▲ error 404`, `◆ throttle 429`, `▸ in progress`, or just `200`.
 *
 * The worst comes first and gives the colour. Throttled implies error and is said alone; an error that is also a
 * fault (an AWS call answered 404) shows both.
 */
export function markText(marks: Marks, isInProgress: boolean, glyphs: Glyphs): MarkText | undefined {
  const words: MarkText[] = [];
  if (marks.isFault) {
    words.push({ text: `${glyphs.fault} fault`, style: 'fault' });
  }
  if (marks.isThrottle) {
    words.push({ text: `${glyphs.throttle} throttle`, style: 'throttle' });
  } else if (marks.isError) {
    words.push({ text: `${glyphs.error} error`, style: 'error' });
  }
  if (isInProgress) {
    words.push({ text: `${glyphs.inProgress} in progress`, style: 'in-progress' });
  }
  const status = marks.status === undefined ? [] : [String(marks.status).slice(0, 8)];
  const text = [...words.map((word) => word.text), ...status].join(' ');
  return text === '' ? undefined : { text, style: words[0]?.style ?? 'faint' };
}
