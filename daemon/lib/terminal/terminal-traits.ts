/** What the daemon is told about where its output goes. */
export interface OutputSurroundings {
  readonly isTerminal: boolean;
  /** Columns of the terminal, where it is one and says so. */
  readonly columns: number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** When to colour: `auto` looks at the terminal and the environment. */
export type ColorChoice = 'auto' | 'always' | 'never';

/** Columns of output that goes into a file or a pipe. */
export const defaultWidth = 100;

/** Answers the width to draw in: the wish, then the terminal's own, then {@link defaultWidth}. */
export function widthFor({ isTerminal, columns }: OutputSurroundings, wish: number | undefined): number {
  return wish ?? (isTerminal && columns !== undefined && columns > 0 ? columns : defaultWidth);
}

/**
 * Decides whether to colour. A choice other than `auto` is final. Then, in the order Node.js itself goes by:
 * `FORCE_COLOR` (`0` and `false` forbid, anything else demands), `NO_COLOR` with any value but the empty one
 * (https://no-color.org), and at last whether the output is a terminal that is not `dumb`.
 */
export function isColored({ isTerminal, environment }: OutputSurroundings, choice: ColorChoice): boolean {
  if (choice !== 'auto') {
    return choice === 'always';
  }
  const { FORCE_COLOR, NO_COLOR, TERM } = environment;
  if (FORCE_COLOR !== undefined) {
    return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  }
  return (NO_COLOR === undefined || NO_COLOR === '') && isTerminal && TERM !== 'dumb';
}

/**
 * Tells whether more than ASCII can be shown: a locale that names another encoding than UTF-8, or none (`C`), says no.
 * No locale at all (a bare container) or Windows says yes: their terminals are UTF-8 by now.
 */
export function isUnicode({ environment, platform }: OutputSurroundings): boolean {
  const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return platform === 'win32' || locale === undefined || /utf-?8/i.test(locale);
}
