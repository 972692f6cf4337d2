/** What a piece of text means; how that looks is the palette's business. */
export type Style =
  'plain' | 'heading' | 'segment' | 'faint' | 'bar' | 'segment-bar' | 'fault' | 'error' | 'throttle' | 'in-progress';

/** Colours text. The text must be free of control characters already, see `cleanText`. */
export interface Palette {
  paint(style: Style, text: string): string;
}

/** Leaves text as it is. Meaning must never depend on colour alone. */
export const plainPalette: Palette = { paint: (_style, text) => text };

/** The sixteen colours every terminal knows and lets its user choose, as SGR parameters (ECMA-48, 8.3.117). */
const parameters: Readonly<Record<Style, string>> = {
  plain: '',
  heading: '1',
  segment: '1',
  faint: '2',
  bar: '36',
  'segment-bar': '34',
  fault: '31',
  error: '33',
  throttle: '35',
  'in-progress': '32',
};

/** Colours by escape sequences. */
export const ansiPalette: Palette = {
  paint: (style, text) => {
    const parameter = parameters[style];
    return parameter === '' || text.trim() === '' ? text : `\u001B[${parameter}m${text}\u001B[0m`;
  },
};
