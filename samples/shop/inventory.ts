import { Service } from 'typedi';
import { Annotate, Traced, Untraced } from 'radiograph';
import { NotFound, OutOfStock } from './errors.js';
import type { Item } from './order.js';

/** The shelves: what a thing costs, and how many are left. */
@Service()
@Traced()
export class Inventory {
  readonly #shelves = new Map([
    ['candle', { cents: 350, left: 1000 }],
    ['chair', { cents: 18_900, left: 4 }],
    ['globe', { cents: 64_000, left: 1 }],
    ['lamp', { cents: 7_900, left: 3 }],
    ['notebook', { cents: 1_200, left: 500 }],
    ['tea', { cents: 890, left: 1000 }],
    ['teapot', { cents: 4_200, left: 2 }],
  ]);

  /**
   * Takes the items off the shelves: all of them, or none.
   *
   * @throws NotFound, OutOfStock
   */
  reserve(@Annotate('skus', listSkus) items: readonly Item[]): void {
    for (const { sku, quantity } of items) {
      const { left } = this.#shelf(sku);
      if (left < quantity) throw new OutOfStock(`${quantity} × ${sku} wanted, ${left} left`);
    }
    for (const { sku, quantity } of items) this.#shelf(sku).left -= quantity;
  }

  /** Puts back what was reserved and not bought after all. */
  release(@Annotate('skus', listSkus) items: readonly Item[]): void {
    for (const { sku, quantity } of items) this.#shelf(sku).left += quantity;
  }

  @Untraced() // called for every item, and never of interest
  priceOf(sku: string): number {
    return this.#shelf(sku).cents;
  }

  #shelf(sku: string): { readonly cents: number; left: number } {
    const shelf = this.#shelves.get(sku);
    if (shelf === undefined) throw new NotFound(`nothing is called ${sku}`);
    return shelf;
  }
}

function listSkus(items: readonly Item[]): string {
  return items.map(({ sku }) => sku).join(' ');
}
