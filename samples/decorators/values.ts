// @Annotate and @Metadata on parameters, methods and results.
import { Annotate, Metadata, Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region parameters
interface Customer {
  readonly tier?: string;
  readonly email: string;
}

class Checkout {
  @Traced()
  @Annotate('channel', 'web')
  @Annotate('receipt', { result: (receipt: { readonly id: string }) => receipt.id })
  async place(
    @Annotate('orderId') id: string,
    @Annotate('tier', (customer: Customer) => customer.tier) _customer: Customer,
    @Metadata('lines', (cart: readonly string[]) => cart.length, { namespace: 'cart' }) _cart: readonly string[],
  ): Promise<{ readonly id: string }> {
    return { id: `r-${id}` };
  }
}
// #endregion

const { trace } = await recordTrace(async () => {
  const checkout = new Checkout();
  await checkout.place('o1', { tier: 'gold', email: 'ann@example.com' }, ['lamp', 'desk']);
  await checkout.place('o2', { email: 'bob@example.com' }, []);
});
console.log(printTrace(trace));
console.log(JSON.stringify(trace.find('Checkout.place').metadata));
