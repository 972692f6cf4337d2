// How a user's specs hold a recorded function to a tree, without an assertion library.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { Container } from 'typedi';
import { assertTree, printTrace, recordTrace } from 'radiograph/testing';
import { Orders } from './orders.js';

describe('Orders, as a tree', () => {
  const orders = Container.get(Orders);

  // #region find
  it('charges what was reserved', async () => {
    const { trace, result } = await recordTrace(() => orders.place('tea', 3));

    assert.equal(result, 3);
    assert.equal(trace.find('Orders.place').annotations.item, 'tea');
    assert.equal(trace.findAll(/^Orders\./).length, 4);
    assert.equal(trace.find('test > Orders.place', ({ name }) => name.endsWith('charge')).isFault, false);
    assert.equal(trace.tryFind('Orders.refund'), undefined);
  });
  // #endregion

  // #region text
  it('places an order', async () => {
    const { trace } = await recordTrace(() => orders.place('tea', 3));

    assertTree(
      trace.find('Orders.place'),
      `
        Orders.place  item="tea"
        ├─ Orders.reserve
        ├─ Orders.charge
        └─ Orders.pack
      `,
    );
  });
  // #endregion

  // #region object
  it('records why an order was refused', async () => {
    const { trace, error } = await recordTrace(() => orders.place('tea', 36));

    assert.ok(error instanceof RangeError);
    assertTree(trace.find('Orders.place'), {
      annotations: { item: /^tea/, card: undefined }, // undefined: must not be there
      metadata: { default: { basket: { count: 36 } } },
      isFault: true,
      children: {
        inAnyOrder: ['Orders.pack', 'Orders.reserve', { name: 'Orders.charge', exception: RangeError }],
      },
    });
  });
  // #endregion

  // #region secrets
  it('records no card number', async () => {
    const { trace } = await recordTrace(() => orders.place('tea', 3));

    assert.doesNotMatch(JSON.stringify(trace.roots), /4711-0815/);
    assert.doesNotMatch(printTrace(trace, { metadata: true }), /card/);
  });
  // #endregion
});
