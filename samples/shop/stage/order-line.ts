import { readFileSync } from 'node:fs';

/** A line of `orders.jsonl`: what is sent, and what is expected to come of it. */
export interface OrderLine {
  /** What the line is there for. */
  readonly note: string;
  /** The body of the request, sent as it is. */
  readonly body: string;
  readonly expected: Outcome;
}

/** What becomes of an order. */
export interface Outcome {
  /** Of the response; 0 where there was none. */
  readonly status: number;
  readonly outcome: string;
}

/** Reads a file of orders. A line holds `order`, sent as JSON, or `raw`, sent as it is; `expect`; and perhaps a `note`. */
export function readOrderLines(path: string | URL): OrderLine[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, index + 1)]));
}

function readLine(line: string, number: number): OrderLine {
  try {
    const { note = '', order, raw, expect } = JSON.parse(line) as Record<string, unknown>;
    const expected = expect as Outcome;
    if (!Number.isInteger(expected.status) || typeof expected.outcome !== 'string')
      throw new Error('expect is not right');
    return { note: String(note), body: typeof raw === 'string' ? raw : JSON.stringify(order), expected };
  } catch (cause) {
    throw new Error(`Line ${number} is no order with an expectation: ${line}`, { cause });
  }
}
