import { MalformedOrder } from './errors.js';

/** So many of one thing. */
export interface Item {
  readonly sku: string;
  readonly quantity: number;
}

/** What a customer sends. */
export interface Order {
  readonly customer: string;
  readonly email: string;
  /** `number@bank`. */
  readonly card: string;
  readonly coupon?: string;
  readonly items: readonly Item[];
}

/**
 * Reads the body of a request.
 *
 * @throws MalformedOrder naming the first thing that is wrong
 */
export function readOrder(body: string): Order {
  const order = parse(body);
  if (!isRecord(order)) throw new MalformedOrder('an order is an object');
  for (const member of ['customer', 'email', 'card'] as const) {
    if (!isText(order[member])) throw new MalformedOrder(`${member} is missing`);
  }
  if (order.coupon !== undefined && !isText(order.coupon)) throw new MalformedOrder('coupon is not a text');
  if (!Array.isArray(order.items) || order.items.length === 0) throw new MalformedOrder('items are missing');
  for (const item of order.items as unknown[]) checkItem(item);
  return order as unknown as Order;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MalformedOrder('the body is not JSON', { cause });
  }
}

function checkItem(item: unknown): void {
  if (!isRecord(item) || !isText(item.sku)) throw new MalformedOrder('an item has no sku');
  const { sku, quantity } = item;
  if (!Number.isSafeInteger(quantity) || Number(quantity) < 1) {
    throw new MalformedOrder(`${JSON.stringify(quantity) ?? 'nothing'} is no quantity of ${sku}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
