import { drawTree, type TreeLine } from './tree-lines.js';

/** A line of two trees in one: of the expected tree (`-`), of the recorded one (`+`), or of both. */
export interface DiffLine extends TreeLine {
  readonly mark: ' ' | '-' | '+';
}

/** Lines shown before and after one that differs. */
const CONTEXT_LINES = 3;
/** Beyond so many pairs of lines it is not worth finding out which are common. */
const PAIRS_COMPARED = 4_000_000;

/** The lines of both trees in one, with as many in common as there are. */
export function diffLines(expected: readonly TreeLine[], recorded: readonly TreeLine[]): DiffLine[] {
  const isSame = (one: TreeLine | undefined, other: TreeLine | undefined): boolean =>
    one?.depth === other?.depth && one?.text === other?.text;
  const marked = (lines: readonly TreeLine[], mark: DiffLine['mark']): DiffLine[] =>
    lines.map((line) => ({ ...line, mark }));
  const shorter = Math.min(expected.length, recorded.length);
  let head = 0;
  while (head < shorter && isSame(expected[head], recorded[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isSame(expected.at(-1 - tail), recorded.at(-1 - tail))) tail += 1;
  const [lost, found] = [expected, recorded].map((lines) => lines.slice(head, lines.length - tail)) as [
    TreeLine[],
    TreeLine[],
  ];
  const middle =
    lost.length * found.length > PAIRS_COMPARED
      ? [...marked(lost, '-'), ...marked(found, '+')]
      : longestCommon(lost, found, isSame);
  return [...marked(recorded.slice(0, head), ' '), ...middle, ...marked(recorded.slice(recorded.length - tail), ' ')];
}

function longestCommon(
  lost: readonly TreeLine[],
  found: readonly TreeLine[],
  isSame: (one: TreeLine | undefined, other: TreeLine | undefined) => boolean,
): DiffLine[] {
  const lengths = Array.from({ length: lost.length + 1 }, () => new Uint32Array(found.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = lost.length - 1; row >= 0; row -= 1) {
    for (let column = found.length - 1; column >= 0; column -= 1) {
      (lengths[row] as Uint32Array)[column] = isSame(lost[row], found[column])
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  for (let row = 0, column = 0; row < lost.length || column < found.length;) {
    const [one, other] = [lost[row], found[column]];
    if (one !== undefined && other !== undefined && isSame(one, other)) {
      lines.push({ ...other, mark: ' ' });
      row += 1;
      column += 1;
    } else if (one !== undefined && (other === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ ...one, mark: '-' });
      row += 1;
    } else if (other !== undefined) {
      lines.push({ ...other, mark: '+' });
      column += 1;
    }
  }
  return lines;
}

/** The lines with branches and marks. What is the same in both and far from what is not is left out, but for what is above it. */
export function printDiff(lines: readonly DiffLine[]): string {
  // A line that replaces the one before is drawn in the same place.
  const isReplaced = (index: number): boolean =>
    lines[index]?.mark === '-' && lines[index + 1]?.mark === '+' && lines[index]?.depth === lines[index + 1]?.depth;
  const drawn = drawTree(lines, isReplaced);
  const shown = shownLines(lines);
  const printed: string[] = [];
  let left = 0;
  const sayLeft = (): void => {
    if (left > 0) printed.push(`  ⋮ ${left} more`);
    left = 0;
  };
  for (const [index, { mark }] of lines.entries()) {
    if (!shown.has(index)) {
      left += 1;
      continue;
    }
    sayLeft();
    printed.push(`${mark} ${drawn[index]}`);
  }
  sayLeft();
  return printed.join('\n');
}

function shownLines(lines: readonly DiffLine[]): Set<number> {
  const shown = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.mark === ' ') continue;
    for (let near = index - CONTEXT_LINES; near <= index + CONTEXT_LINES; near += 1) shown.add(near);
    let { depth } = line;
    for (let above = index - 1; above >= 0 && depth > 0; above -= 1) {
      const { depth: candidate } = lines[above] as DiffLine;
      if (candidate >= depth) continue;
      shown.add(above);
      depth = candidate;
    }
  }
  return shown;
}
