// Overrides, super calls and methods that are inherited.
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region inheritance
class Shipping {
  @Traced()
  send(): void {
    this.pack();
  }

  @Traced()
  pack(): void {}
}

class Express extends Shipping {
  override pack(): void {
    // Not traced: decorators are not inherited by what replaces a method.
  }
}

class Insured extends Shipping {
  @Traced()
  override pack(): void {
    super.pack();
  }
}
// #endregion

const { trace } = await recordTrace(() => {
  new Express().send();
  new Insured().send();
});
console.log(printTrace(trace));
