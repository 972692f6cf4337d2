// An example of every decorator and every option: those of docs/reference/decorators.md.
import { expect } from 'chai';
import { Annotate, Metadata, Traced, TracedTask, Untraced } from 'radiograph';
import { printTrace, recordTrace, type RecordedTrace } from 'radiograph/testing';

interface Order {
  readonly id: string;
  readonly total: number;
}

const order: Order = { id: 'o1', total: 700 };

class Orders {
  readonly region: string = 'eu';

  // #region traced
  @Traced()
  place(given: Order): string {
    return given.id;
  }
  // #endregion

  // #region name
  @Traced({ name: '{class}: {method}' })
  text(): void {}

  @Traced({ name: (given: Order) => (given.total > 500 ? 'large order' : 'small order') })
  chosen(_given: Order): void {}
  // #endregion

  // #region namespace
  @Traced({ name: 'payments.example', namespace: 'remote' })
  async pay(): Promise<void> {}
  // #endregion

  // #region annotations
  @Traced({
    annotations: {
      channel: 'web',
      total: (given: Order) => given.total,
      region(this: Orders) {
        return this.region;
      },
    },
  })
  annotated(_given: Order): void {}
  // #endregion

  // #region metadata
  @Traced({ metadata: { version: [1, 2], order: (given: Order) => given } })
  described(_given: Order): void {}
  // #endregion

  // #region capture-arguments
  @Traced({ captureArguments: true })
  all(sku: string, count: number): string {
    return sku.repeat(count);
  }

  @Traced({ captureArguments: (sku: string) => ({ sku }) })
  some(_sku: string, _password: string): void {}
  // #endregion

  // #region capture-result
  @Traced({ captureResult: true })
  async total(given: Order): Promise<number> {
    return given.total;
  }

  @Traced({ captureResult: (found: Order) => found.id })
  find(): Order {
    return order;
  }
  // #endregion

  // #region when
  @Traced({ when: (given: Order) => given.total > 500 })
  audit(_given: Order): void {}
  // #endregion

  // #region classify-error
  @Traced({ classifyError: (thrown) => (thrown instanceof RangeError ? 'error' : undefined) })
  limit(given: Order): void {
    if (given.total > 500) throw new RangeError('too much');
  }
  // #endregion

  // #region annotate
  @Traced()
  @Annotate('channel', 'web')
  @Annotate('total', (_id: string, total: number) => total)
  @Annotate('ok', { result: (ok: boolean) => ok })
  confirm(@Annotate('order') id: string, _total: number): boolean {
    return id !== '';
  }
  // #endregion

  // #region metadata-decorator
  @Traced()
  @Metadata('build', { number: 7 })
  @Metadata('first', (ids: readonly string[]) => ids[0])
  @Metadata('missing', { result: (missing: readonly string[]) => missing.length })
  check(@Metadata('ids') ids: readonly string[]): readonly string[] {
    return ids.slice(1);
  }
  // #endregion

  // #region metadata-namespace
  @Traced()
  @Metadata('lines', (lines: readonly string[]) => lines.length, { namespace: 'cart' })
  cart(_lines: readonly string[]): void {}
  // #endregion
}

// #region only
@Traced({ only: ['save', 'load'] })
class Store {
  save(): void {}
  load(): void {}
  close(): void {}
}
// #endregion

// #region except
@Traced({ except: /^is/ })
class Shelf {
  take(): void {}
  isEmpty(): void {}
}
// #endregion

// #region untraced
@Traced()
class Queue {
  push(): void {}

  @Untraced()
  size(): number {
    return 0;
  }
}
// #endregion

class Jobs {
  // #region traced-task
  @TracedTask('nightly {method}')
  async sweep(): Promise<void> {}
  // #endregion

  // #region operation
  @TracedTask((queue: string) => `drain ${queue}`)
  drain(_queue: string): void {}
  // #endregion
}

describe('The example of', () => {
  const record = async (call: (orders: Orders) => unknown): Promise<RecordedTrace> =>
    (await recordTrace(() => call(new Orders()))).trace;
  const printed = async (call: (orders: Orders) => unknown): Promise<string[]> =>
    printTrace(await record(call))
      .split('\n')
      .slice(1);
  const metadataOf = async (name: string, call: (orders: Orders) => unknown): Promise<unknown> =>
    (await record(call)).find(name).metadata;

  it('@Traced records each call', async () => {
    expect(await printed((orders) => orders.place(order))).to.deep.equal(['└─ Orders.place']);
  });

  it('name gives the call another name', async () => {
    const tree = await printed((orders) => [orders.text(), orders.chosen(order)]);

    expect(tree).to.deep.equal(['├─ Orders: text', '└─ large order']);
  });

  it('namespace marks a call downstream', async () => {
    const trace = await record((orders) => orders.pay());

    expect(trace.find('payments.example').document.namespace).to.equal('remote');
  });

  it('annotations annotates with values and functions of the call', async () => {
    const tree = await printed((orders) => orders.annotated(order));

    expect(tree).to.deep.equal(['└─ Orders.annotated  channel="web"  total=700  region="eu"']);
  });

  it('metadata keeps any value', async () => {
    const metadata = await metadataOf('Orders.described', (orders) => orders.described(order));

    expect(metadata).to.deep.equal({ default: { version: [1, 2], order } });
  });

  it('captureArguments keeps all arguments, or some', async () => {
    const all = await metadataOf('Orders.all', (orders) => orders.all('lamp', 2));
    const some = await metadataOf('Orders.some', (orders) => orders.some('lamp', 'secret'));

    expect(all).to.deep.equal({ default: { arguments: { sku: 'lamp', count: 2 } } });
    expect(some).to.deep.equal({ default: { arguments: { sku: 'lamp' } } });
  });

  it('captureResult keeps the result, or some of it', async () => {
    const whole = await metadataOf('Orders.total', (orders) => orders.total(order));
    const some = await metadataOf('Orders.find', (orders) => orders.find());

    expect([whole, some]).to.deep.equal([{ default: { result: 700 } }, { default: { result: 'o1' } }]);
  });

  it('when leaves calls out', async () => {
    const tree = await printed((orders) => [orders.audit(order), orders.audit({ ...order, total: 1 })]);

    expect(tree).to.deep.equal(['└─ Orders.audit']);
  });

  it('classifyError says what an error means', async () => {
    const tree = await printed((orders) => orders.limit(order));

    expect(tree).to.deep.equal(['└─ Orders.limit  [error]  RangeError: too much']);
  });

  it('@Annotate annotates with arguments, constants and results', async () => {
    const trace = await record((orders) => orders.confirm('o1', 700));

    expect(trace.find('Orders.confirm').annotations).to.deep.equal({
      channel: 'web',
      total: 700,
      ok: true,
      order: 'o1',
    });
  });

  it('@Metadata keeps arguments, constants and results', async () => {
    const metadata = await metadataOf('Orders.check', (orders) => orders.check(['a', 'b']));

    expect(metadata).to.deep.equal({ default: { build: { number: 7 }, first: 'a', missing: 1, ids: ['a', 'b'] } });
  });

  it('namespace of @Metadata says where', async () => {
    expect(await metadataOf('Orders.cart', (orders) => orders.cart(['a']))).to.deep.equal({ cart: { lines: 1 } });
  });

  it('only and except choose among the methods', async () => {
    const tree = await printed(() => {
      const [store, shelf] = [new Store(), new Shelf()];
      return [store.save(), store.load(), store.close(), shelf.take(), shelf.isEmpty()];
    });

    expect(tree).to.deep.equal(['├─ Store.save', '├─ Store.load', '└─ Shelf.take']);
  });

  it('@Untraced leaves a method out', async () => {
    expect(await printed(() => [new Queue().push(), new Queue().size()])).to.deep.equal(['└─ Queue.push']);
  });

  it('@TracedTask makes each call a segment', async () => {
    const tree = await printed(async () => {
      await new Jobs().sweep();
      new Jobs().drain('mail');
    });

    expect(tree).to.deep.equal(['├─ test  operation="nightly sweep"', '└─ test  operation="drain mail"']);
  });
});
