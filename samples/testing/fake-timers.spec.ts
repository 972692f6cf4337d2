// Durations under sinon's fake timers.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Container } from 'typedi';
import { printTrace, recordTrace } from 'radiograph/testing';
import { Orders } from './orders.js';

describe('Orders, under fake timers', () => {
  const orders = Container.get(Orders);

  // #region fake-timers
  it('waits a tenth of a second for the reservation', async () => {
    const clock = sinon.useFakeTimers();
    try {
      const { trace } = await recordTrace(async () => {
        const placed = orders.place('tea', 3);
        await clock.tickAsync(100);
        await placed;
      });

      assert.equal(trace.find('Orders.reserve').durationMillis, 100);
      assert.match(printTrace(trace, { durations: true }), /Orders.reserve {2}100 ms/);
    } finally {
      clock.restore();
    }
  });
  // #endregion
});
