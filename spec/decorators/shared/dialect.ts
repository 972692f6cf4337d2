/** The dialect in which this copy of the suite was compiled. */
export const dialect = readDialect();

function readDialect(): 'legacy' | 'standard' {
  let found: 'legacy' | 'standard' = 'legacy';
  const probe = (_method: unknown, context: unknown): void => {
    if (typeof context === 'object') found = 'standard';
  };
  class Probed {
    @probe
    method(): void {}
  }
  new Probed().method();
  return found;
}
