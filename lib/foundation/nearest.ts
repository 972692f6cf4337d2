/**
 * The candidate most like `word`, if one is like enough to be what was meant: a third of its letters may differ, rounded up; or
 * the word goes on from it, as `samplingRate` does from `sampling`.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((one, other) => one.distance - other.distance);
  const [best] = ranked;
  if (best !== undefined && best.distance <= Math.ceil(best.candidate.length / 3)) return best.candidate;
  return candidates.find((candidate) => word.toLowerCase().startsWith(candidate.toLowerCase()));
}

/** Letters to add, remove or replace, or neighbours to swap, to get from one word to the other (Damerau–Levenshtein). */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      const at = (up: number, left: number): number => rows[row - up]?.[column - left] ?? Number.POSITIVE_INFINITY;
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      line.push(
        Math.min(at(1, 0) + 1, (line[column - 1] as number) + 1, at(1, 1) + cost, isSwap ? at(2, 2) + 1 : Infinity),
      );
    }
    rows.push(line);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
