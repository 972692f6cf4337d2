// What does not compile: CI compiles this file without the comments and compares what the compiler says with the guide.
import { Annotate, Traced } from 'radiograph';

// #region misfits
interface Order {
  readonly id: string;
}

export class Orders {
  // @ts-expect-error -- it is given the id, not the order
  @Traced({ annotations: { order: (order: Order) => order.id } })
  cancel(id: string): string {
    return id;
  }

  // @ts-expect-error -- the order is nothing that can be searched for
  @Annotate('order', (order: Order) => order)
  pay(order: Order): string {
    return order.id;
  }

  // @ts-expect-error -- as it is misspelt
  @Traced({ captureResults: true })
  find(id: string): Order {
    return { id };
  }
}
// #endregion
