// What @Traced records of a call, by its options.
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region options
interface Order {
  readonly id: string;
  readonly total: number;
  readonly card: string;
}

class Orders {
  @Traced({
    annotations: { total: (order: Order) => order.total, channel: 'web' },
    metadata: { order: ({ id, total }: Order) => ({ id, total }) },
    captureResult: (receipt: { readonly id: string }) => receipt.id,
  })
  async place(order: Order): Promise<{ readonly id: string; readonly signature: string }> {
    return { id: `receipt of ${order.id}`, signature: '…' };
  }

  @Traced({ captureArguments: true, captureResult: true })
  price(quantity: number, { sku }: { readonly sku: string }, ...coupons: readonly string[]): number {
    return quantity * sku.length - coupons.length;
  }
}
// #endregion

const { trace } = await recordTrace(async () => {
  const orders = new Orders();
  await orders.place({ id: 'o1', total: 7, card: '4111 1111' });
  orders.price(2, { sku: 'lamp' }, 'spring', 'friend');
});
console.log(printTrace(trace));
console.log(JSON.stringify(trace.find('Orders.place').metadata));
console.log(JSON.stringify(trace.find('Orders.price').metadata));
