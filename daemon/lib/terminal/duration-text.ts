/**
 * Writes a duration for people: three significant digits in milliseconds, then seconds, then the two largest units.
 * At most ten characters. A negative one (clocks of two hosts disagree) keeps its sign.
 *
 * @param seconds any number
 */
export function durationText(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  // Clocks may be wrong beyond all measure; the text stays finite.
  const millis = Math.min(Math.abs(seconds), Number.MAX_VALUE / 1000) * 1000;
  // Epoch seconds as a double resolve a quarter of a microsecond: what is below is noise.
  if (millis < 0.0005) {
    return '0 ms';
  }
  if (millis < 999.5) {
    return `${sign}${threeDigits(millis)} ms`;
  }
  const total = Math.round(millis / 1000);
  if (total < 60) {
    return `${sign}${threeDigits(millis / 1000)} s`;
  }
  if (total < 3600) {
    return `${sign}${Math.floor(total / 60)} m ${total % 60} s`;
  }
  const minutes = Math.round(total / 60);
  if (minutes < 1440) {
    return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} m`;
  }
  const days = total / 86_400;
  return days < 99_999 ? `${sign}${Math.round(days)} d` : `${sign}${days.toExponential(0)} d`;
}

function threeDigits(value: number): string {
  if (value < 9.995) {
    return value.toFixed(2);
  }
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
