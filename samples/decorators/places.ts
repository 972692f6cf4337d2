// Where @Traced may stand under experimentalDecorators.
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region class
@Traced() // every method that the class declares
class Stock {
  find(sku: string): number {
    return this.count(sku);
  }

  private count(sku: string): number {
    return sku.length;
  }
}
// #endregion

// #region members
class Warehouse {
  #shelves = 3;

  @Traced()
  static open(): Warehouse {
    return new Warehouse();
  }

  @Traced() // reading and writing
  get shelves(): number {
    return this.#shelves;
  }

  set shelves(count: number) {
    this.#shelves = count;
  }
}
// #endregion

const { trace } = await recordTrace(() => {
  new Stock().find('lamp');
  const warehouse = Warehouse.open();
  warehouse.shelves += 1;
});
console.log(printTrace(trace));
