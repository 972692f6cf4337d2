import type { PrintOptions } from './entity-text.js';
import { readExpected, type ExpectedTree } from './expected-tree.js';
import { linesOf, rootsOf, type Recorded } from './print-trace.js';
import { TreeComparison } from './tree-comparison.js';
import { diffLines, printDiff, type DiffLine } from './tree-diff.js';
import { drawTree, readTree, sortSiblings } from './tree-lines.js';

/** How trees are compared. */
export interface TreeOptions extends PrintOptions {
  /** Whether siblings may come in any order everywhere. Default `false`. */
  readonly inAnyOrder?: boolean | undefined;
}

/** What is thrown where trees differ. Runners print the message; `actual` and `expected` are there for those who show a diff themselves. */
export class TreeMismatch extends Error {
  override readonly name = 'TreeMismatch';
  /** The recorded tree. */
  readonly actual: string;
  /** The recorded tree as it would be if it were as expected. */
  readonly expected: string;
  /** The message is a diff already: a second one would say nothing new. */
  readonly showDiff = false;

  constructor(message: string, { actual, expected }: { readonly actual: string; readonly expected: string }) {
    super(message);
    this.actual = actual;
    this.expected = expected;
  }
}

/**
 * Holds what was recorded to what was expected. A text has to be what `printTrace` prints, branches or mere indentation, and is
 * compared in full; of an object only what it names is compared, children in the order in which they began.
 *
 * @param recorded a trace, or an entity found in one with what is below it
 * @throws TreeMismatch whose message is a diff of the two trees
 * @throws TypeError where the expectation names what no entity has
 */
export function assertTree(recorded: Recorded, expected: ExpectedTree, options: TreeOptions = {}): void {
  const mismatch = compareTrees(recorded, expected, options);
  if (mismatch === undefined) return;
  Error.captureStackTrace(mismatch, assertTree);
  throw mismatch;
}

/** What differs, as `assertTree` throws it; nothing where nothing does. */
export function compareTrees(
  recorded: Recorded,
  expected: ExpectedTree,
  options: TreeOptions,
): TreeMismatch | undefined {
  const lines =
    typeof expected === 'string'
      ? compareTexts(recorded, expected, options)
      : compareShapes(recorded, expected, options);
  if (lines.every(({ mark }) => mark === ' ')) return undefined;
  const message = `The recorded tree is not the expected one (- expected, + recorded):\n\n${printDiff(lines)}\n`;
  const without = (mark: DiffLine['mark']): string => drawTree(lines.filter((line) => line.mark !== mark)).join('\n');
  return new TreeMismatch(message, { actual: without('-'), expected: without('+') });
}

function compareTexts(recorded: Recorded, expected: string, options: TreeOptions): DiffLine[] {
  const inOrder = options.inAnyOrder === true ? sortSiblings : <Lines>(lines: Lines): Lines => lines;
  return diffLines(inOrder(readTree(expected)), inOrder(linesOf(recorded, options)));
}

function compareShapes(
  recorded: Recorded,
  expected: Exclude<ExpectedTree, string>,
  options: TreeOptions,
): readonly DiffLine[] {
  const family = readExpected(expected, options.inAnyOrder === true);
  return new TreeComparison(options).compare(family, rootsOf(recorded));
}
