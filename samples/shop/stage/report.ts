import type { Outcome } from './order-line.js';
import type { Visit } from './customers.js';

/** What is told at the end: each order with the outcome expected and the one seen. */
export class Report {
  readonly #visits: readonly Visit[];
  readonly #isShown: (traceId: string) => boolean;

  /** @param isShown whether the daemon has shown the trace */
  constructor(visits: readonly Visit[], isShown: (traceId: string) => boolean) {
    this.#visits = visits;
    this.#isShown = isShown;
  }

  /** Every order went as expected, and its trace was shown. */
  get isAsExpected(): boolean {
    return this.#visits.every((visit) => isMatch(visit) && this.#isShown(visit.traceId));
  }

  toString(): string {
    const rows = this.#visits.map((visit, index) => this.#row(visit, index + 1));
    return [rowOf('order', 'expected', 'seen', 'trace', ''), ...rows, '', this.#total()].join('\n');
  }

  #row(visit: Visit, number: number): string {
    const { line, seen, traceId } = visit;
    const isShown = this.#isShown(traceId);
    const mark = isMatch(visit) && isShown ? '' : '  <-- NOT AS EXPECTED';
    return (
      rowOf(String(number), outcomeText(line.expected), outcomeText(seen), isShown ? 'shown' : 'none', line.note) + mark
    );
  }

  #total(): string {
    const count = (holds: (visit: Visit) => boolean): number => this.#visits.filter(holds).length;
    const accepted = count(({ seen }) => seen.status < 400 && seen.status > 0);
    const refused = count(({ seen }) => seen.status >= 400 && seen.status < 500);
    const shown = count(({ traceId }) => this.#isShown(traceId));
    const missing = shown < this.#visits.length ? ' Is tracing switched off (AWS_XRAY_SDK_ENABLED)?' : '';
    return (
      `${this.#visits.length} orders, ${count(isMatch)} answered as expected: ` +
      `${accepted} accepted, ${refused} refused, ${this.#visits.length - accepted - refused} failed. ` +
      `${shown} traces shown.${missing}`
    );
  }
}

function isMatch({ line: { expected }, seen }: Visit): boolean {
  return expected.status === seen.status && expected.outcome === seen.outcome;
}

function outcomeText({ status, outcome }: Outcome): string {
  return `${status} ${outcome}`;
}

function rowOf(number: string, expected: string, seen: string, trace: string, note: string): string {
  return `${number.padStart(5)}  ${expected.padEnd(16)}  ${seen.padEnd(16)}  ${trace.padEnd(5)}  ${note}`.trimEnd();
}
