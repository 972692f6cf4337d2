// What a user's own spec looks like: record a function, look at the tree. Run by mocha with the other specs.
// #region first-spec
import { expect } from 'chai';
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

class Oven {
  @Traced()
  async heat(degrees: number): Promise<void> {
    for (let step = 100; step <= degrees; step += 100) this.burn();
  }

  @Traced()
  burn(): void {}
}

describe('Oven', () => {
  it('burns once for every hundred degrees', async () => {
    const { trace } = await recordTrace(() => new Oven().heat(200));

    expect(trace.find('Oven.heat').children).to.have.lengthOf(2);
    expect(printTrace(trace)).to.contain('└─ Oven.burn');
  });
});
// #endregion
