// The same without decorators of parameters, which standard decorators do not have.
import { Annotate, Metadata, Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region standard-values
class Checkout {
  readonly region: string = 'eu';

  @Traced()
  @Annotate('orderId', (id: string) => id)
  @Annotate('region', function (this: Checkout) {
    return this.region;
  })
  @Metadata('lines', (_id: string, cart: readonly string[]) => cart.length, { namespace: 'cart' })
  @Annotate('receipt', { result: (receipt: { readonly id: string }) => receipt.id })
  async place(id: string, _cart: readonly string[]): Promise<{ readonly id: string }> {
    return { id: `r-${id}` };
  }
}
// #endregion

const { trace } = await recordTrace(() => new Checkout().place('o1', ['lamp', 'desk']));
console.log(printTrace(trace));
console.log(JSON.stringify(trace.find('Checkout.place').metadata));
