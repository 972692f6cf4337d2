import { Service } from 'typedi';
import { Annotate, Metadata, Recorder, Traced } from 'radiograph';
import { Inventory } from './inventory.js';
import type { Order } from './order.js';
import { Payments } from './payments.js';
import { Receipts } from './receipts.js';

/** What the customer is told of an order that went well. */
export interface Confirmation {
  readonly number: string;
  readonly cents: number;
}

interface Coupon {
  readonly percent: number;
}

const COUPONS = new Map<string, Coupon>([['WELCOME', { percent: 10 }]]);

/** Turns an order into a confirmation: price, stock, payment, receipt. */
@Service()
@Traced()
export class Checkout {
  #lastNumber = 1000;

  constructor(
    private readonly recorder: Recorder,
    private readonly inventory: Inventory,
    private readonly payments: Payments,
    private readonly receipts: Receipts,
  ) {}

  async place(@Metadata('items', (order: Order) => order.items) order: Order): Promise<Confirmation> {
    this.recorder.user(order.customer);
    const cents = this.price(order);
    const number = `A-${++this.#lastNumber}`;
    this.recorder.annotate({ order: number, cents });

    this.inventory.reserve(order.items);
    try {
      await this.payments.charge({ reference: number, card: order.card, cents });
    } catch (error) {
      this.inventory.release(order.items);
      throw error;
    }
    this.receipts.enqueue({ number, cents, email: order.email });
    return { number, cents };
  }

  @Traced({ captureResult: (cents: number) => ({ cents }) })
  @Annotate('coupon', (order: Order) => order.coupon)
  price({ items, coupon }: Order): number {
    const full = items.reduce((sum, { sku, quantity }) => sum + this.inventory.priceOf(sku) * quantity, 0);
    // A bug, left in for an order to find: nobody has made sure that there is such a coupon.
    const percent = coupon === undefined ? 0 : (COUPONS.get(coupon) as Coupon).percent;
    return Math.round(full * (1 - percent / 100));
  }
}
