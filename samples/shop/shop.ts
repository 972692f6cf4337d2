import { Service } from 'typedi';
import { Checkout } from './checkout.js';
import { NotFound } from './errors.js';
import { readOrder } from './order.js';
import type { Reply, Request } from './traced-server.js';

/** The shop's face to the world: takes an order, answers with what became of it. */
@Service()
export class Shop {
  constructor(private readonly checkout: Checkout) {}

  async answer({ route, body }: Request): Promise<Reply> {
    if (route !== 'POST /orders') throw new NotFound(`there is no ${route}, only POST /orders`);
    const confirmation = await this.checkout.place(readOrder(body));
    return { status: 201, body: { outcome: 'accepted', ...confirmation } };
  }
}
