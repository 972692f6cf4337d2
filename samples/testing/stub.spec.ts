// A class alone, with the recorder stubbed.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Container } from 'typedi';
import { Recorder } from 'radiograph';
import { Orders } from './orders.js';

describe('Orders, with a stubbed recorder', () => {
  // #region stub
  it('notes the basket', async () => {
    const recorder = sinon.createStubInstance(Recorder);
    await new Orders(recorder).place('tea', 3); // traced methods run as if they were not

    assert.deepEqual(recorder.metadata.args, [['basket', { item: 'tea', count: 3 }]]);
  });

  it('notes the basket, injected', async () => {
    const recorder = sinon.createStubInstance(Recorder);
    const container = Container.of('spec');
    container.set(Recorder, recorder);
    try {
      await container.get(Orders).place('tea', 3);

      assert.equal(recorder.metadata.callCount, 1);
    } finally {
      container.reset();
    }
  });
  // #endregion
});
