/** What `npm run bench` has to show, as ratios of CPU time per request. */
export function claimsOf(rows) {
  const of = (variant) => rows.find((row) => row.variant === variant)?.microseconds;
  const claim = (one, other, target) => ({ claim: `${one} / ${other}`, ratio: of(one) / of(other), target });
  return [
    claim('radiograph, traced', 'floor, traced', 1.5),
    claim('radiograph, traced', 'official SDK, traced', 0.12),
    claim('radiograph, traced', 'OpenTelemetry, traced', 0.45),
    claim('radiograph, not sampled', 'floor, not sampled', 1.5),
    claim('radiograph, not sampled', 'official SDK, not sampled', 0.04),
    claim('radiograph, not sampled, anomalies captured', 'floor, not sampled', 1.5),
    claim('radiograph, not sampled, anomalies captured', 'official SDK, not sampled', 0.04),
    claim('radiograph, disabled', 'plain methods', 1.1),
  ];
}
