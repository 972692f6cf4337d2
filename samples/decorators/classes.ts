// A traced class, with choices among its methods.
import { Annotate, Traced, Untraced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region class-options
@Traced({ name: 'inventory {method}', except: /^is/ })
@Annotate('team', 'stock')
class Inventory {
  reserve(sku: string): boolean {
    return this.isKnown(sku) && this.shelfOf(sku) > 0;
  }

  isKnown(sku: string): boolean {
    return sku !== '';
  }

  @Untraced()
  shelfOf(sku: string): number {
    return sku.length;
  }

  @Traced({ captureResult: true }) // replaces the options of the class
  count(): number {
    return 3;
  }
}
// #endregion

const { trace } = await recordTrace(() => {
  const inventory = new Inventory();
  inventory.reserve('lamp');
  inventory.count();
});
console.log(printTrace(trace));
