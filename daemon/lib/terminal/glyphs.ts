/** The characters a waterfall is drawn with. Each of them, but the ellipsis and the replacement, is one cell wide. */
export interface Glyphs {
  /** Whether the terminal shows more than ASCII; decides what is done with names that hold more. */
  readonly isUnicode: boolean;
  readonly branch: string;
  readonly lastBranch: string;
  readonly trunk: string;
  readonly rule: string;
  readonly ellipsis: string;
  /** Stands for a character that is not shown. */
  readonly replacement: string;
  readonly segment: string;
  readonly separator: string;
  /** Parts of a bar's last cell, from the thinnest to the full one. */
  readonly fills: readonly string[];
  /** A first cell of which only the right half belongs to the bar. */
  readonly rightHalf: string;
  readonly openBar: string;
  readonly openEnd: string;
  readonly fault: string;
  readonly error: string;
  readonly throttle: string;
  readonly inProgress: string;
  readonly reference: string;
}

/** For terminals with a UTF-8 locale. */
export const unicodeGlyphs: Glyphs = {
  isUnicode: true,
  branch: '├',
  lastBranch: '└',
  trunk: '│',
  rule: '─',
  ellipsis: '…',
  replacement: '\u{FFFD}',
  segment: '●',
  separator: '·',
  fills: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  rightHalf: '▐',
  openBar: '░',
  openEnd: '▸',
  fault: '✖',
  error: '▲',
  throttle: '◆',
  inProgress: '▸',
  reference: '↳',
};

/** For all others. */
export const asciiGlyphs: Glyphs = {
  isUnicode: false,
  branch: '|',
  lastBranch: '`',
  trunk: '|',
  rule: '-',
  ellipsis: '..',
  replacement: '?',
  segment: '*',
  separator: '-',
  fills: ['#'],
  rightHalf: '#',
  openBar: '=',
  openEnd: '>',
  fault: 'x',
  error: '!',
  throttle: '~',
  inProgress: '>',
  reference: '^',
};
