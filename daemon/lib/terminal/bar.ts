import type { Glyphs } from './glyphs.js';

/** Where a bar lies on the time axis of its trace, as fractions of the whole. */
export interface BarSpan {
  /** 0–1. */
  readonly from: number;
  /** 0–1; undefined for a bar whose end is not known yet. */
  readonly to: number | undefined;
}

/**
 * Draws a bar on an axis of `width` cells, padded to that width.
 *
 * A cell is the smallest thing a terminal places, so the end is drawn to an eighth of a cell and the start to half of
 * one (Unicode has block characters for just that). Whatever is short is drawn as the thinnest mark rather than not
 * at all.
 */
export function drawBar({ from, to }: BarSpan, width: number, glyphs: Glyphs): string {
  const start = clamp(from) * width;
  const firstCell = Math.min(Math.floor(start), width - 1);
  if (to === undefined) {
    return ' '.repeat(firstCell) + glyphs.openBar.repeat(width - firstCell - 1) + glyphs.openEnd;
  }
  const end = Math.max(start, clamp(to) * width);
  const beginsInRightHalf = start - firstCell >= 0.5;
  const steps = glyphs.fills.length;
  const length = Math.round((end - firstCell) * steps);
  let bar: string;
  if (beginsInRightHalf && glyphs.isUnicode) {
    bar = glyphs.rightHalf + fill(length - steps, glyphs);
  } else {
    bar = fill(Math.max(1, length), glyphs);
  }
  const fitting = Array.from(bar).slice(0, width - firstCell);
  return ' '.repeat(firstCell) + fitting.join('') + ' '.repeat(width - firstCell - fitting.length);
}

function clamp(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}

function fill(length: number, { fills }: Glyphs): string {
  if (length <= 0) {
    return '';
  }
  const full = Math.floor(length / fills.length);
  const rest = fills[(length % fills.length) - 1] ?? '';
  return (fills.at(-1) ?? '').repeat(full) + (length % fills.length === 0 ? '' : rest);
}
