// The same with chai.
// #region chai
import 'reflect-metadata';
import * as chai from 'chai';
import { Container } from 'typedi';
import { recordTrace } from 'radiograph/testing';
import { radiographChai } from 'radiograph/testing/chai';
import { Orders } from './orders.js';

chai.use(radiographChai);
const { expect } = chai;

describe('Orders, with chai', () => {
  it('records why an order was refused', async () => {
    const { trace } = await recordTrace(() => Container.get(Orders).place('tea', 36));

    expect(trace).to.have.subsegment('Orders.place').with.annotation('item', 'tea').and.not.annotation('card');
    expect(trace)
      .to.have.subsegment('Orders.place > Orders.charge')
      .that.is.a.fault.with.exception(/^RangeError: no credit/);
    expect(trace.find('Orders.place')).to.have.metadata('basket', { count: 36 });
    expect(trace).not.to.have.subsegment('Orders.refund');
    expect(trace.find('Orders.pack')).to.have.tree('Orders.pack');
  });
});
// #endregion
