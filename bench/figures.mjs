/** The middle one of what fresh processes measured. */
export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The order of a round: each begins with another one, and every second goes backwards, so that nobody profits from their place. */
export function orderOf(round, names) {
  const start = (round * 3) % names.length;
  const rotated = [...names.slice(start), ...names.slice(0, start)];
  return round % 2 === 0 ? rotated : rotated.toReversed();
}

/** Says of each claim whether the measured ratio keeps it. */
export function printClaims(claims) {
  for (const { claim, ratio, target } of claims) {
    const isMeasured = Number.isFinite(ratio);
    const verdict = !isMeasured ? 'not measured' : ratio <= target ? 'reached' : 'not reached';
    console.log(
      `${claim.padEnd(52)}${(isMeasured ? ratio.toFixed(3) : '').padStart(9)}   at most ${String(target).padEnd(6)} ${verdict}`,
    );
  }
}
