// What a subsegment is called.
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region names
class Queries {
  constructor(readonly table: string) {}

  @Traced()
  plain(): void {}

  @Traced('find by key')
  fixed(): void {}

  @Traced('{class}: {method}')
  template(): void {}

  @Traced({ name: (id: number) => `find ${id < 100 ? 'old' : 'new'}` })
  chosen(_id: number): void {}

  @Traced({
    // A `function` gets the object that the method is called on.
    name(this: Queries) {
      return `select ${this.table}`;
    },
  })
  ofObject(): void {}
}
// #endregion

const { trace } = await recordTrace(() => {
  const queries = new Queries('orders');
  queries.plain();
  queries.fixed();
  queries.template();
  queries.chosen(7);
  queries.ofObject();
});
console.log(printTrace(trace));
