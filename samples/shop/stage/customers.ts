import { TRACE_HEADER, TraceHeader } from 'radiograph';
import type { OrderLine, Outcome } from './order-line.js';

/** What a customer saw. */
export interface Visit {
  readonly line: OrderLine;
  readonly seen: Outcome;
  /** Id of the trace, as the shop tells it; empty where it does not. */
  readonly traceId: string;
}

const AT_ONCE = 5;

/** Sends the orders to the shop, five at a time: five by five, so that whoever comes first gets the last lamp every time. */
export async function sendOrders(shop: string, lines: readonly OrderLine[]): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (let first = 0; first < lines.length; first += AT_ONCE) {
    const five = lines.slice(first, first + AT_ONCE);
    visits.push(...(await Promise.all(five.map((line) => sendOrder(shop, line)))));
  }
  return visits;
}

async function sendOrder(shop: string, line: OrderLine): Promise<Visit> {
  try {
    const response = await fetch(`${shop}/orders`, { method: 'POST', body: line.body });
    const { outcome } = (await response.json()) as { readonly outcome: string };
    const { root = '' } = TraceHeader.parse(response.headers.get(TRACE_HEADER) ?? '');
    return { line, seen: { status: response.status, outcome }, traceId: root };
  } catch {
    return { line, seen: { status: 0, outcome: 'no-answer' }, traceId: '' };
  }
}
