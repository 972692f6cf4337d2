// The first page of the guide to decorators: what a decorated method records.
// #region first
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

class Payments {
  @Traced()
  async charge(cents: number): Promise<string> {
    if (cents > 10_000) throw new RangeError('the card has a limit');
    return 'receipt-1';
  }
}

class Orders {
  readonly #payments = new Payments();

  @Traced()
  async place(id: string, cents: number): Promise<string> {
    return `${id}: ${await this.#payments.charge(cents)}`;
  }
}

const orders = new Orders();
const placed = await recordTrace(() => orders.place('o1', 700));
console.log(printTrace(placed.trace));
const refused = await recordTrace(() => orders.place('o2', 70_000));
console.log(printTrace(refused.trace));
// #endregion
