import { expect } from 'chai';
import { SystemClock } from '#lib/foundation/clock.js';

describe('SystemClock', () => {
  it('runs an action later, not within the call', async () => {
    const clock = new SystemClock();
    const before = clock.nowMillis();
    let isWithinCall = true;

    const wasWithinCall = await new Promise<boolean>((resolve) => {
      // The timer alone does not keep the process alive.
      const alive = setInterval(() => undefined, 1000);
      clock.after(0, () => {
        clearInterval(alive);
        resolve(isWithinCall);
      });
      isWithinCall = false;
    });

    expect(wasWithinCall).to.equal(false);
    expect(clock.nowMillis()).to.be.at.least(before);
  });
});
