import { expect } from 'chai';
import { Poller, SYSTEM_TIMERS } from '#lib/sampling/poller.js';
import { ManualTimers } from '../support/manual-timers.js';
import { FixedClock } from '../support/recording.js';

describe('Poller', () => {
  let timers: ManualTimers;
  beforeEach(() => {
    timers = new ManualTimers(new FixedClock());
  });

  it('does its task again after as long as that said', async () => {
    const done: number[] = [];
    const poller = new Poller({ timers, task: async () => done.push(timers.clock.elapsed()) * 1000 });
    poller.runAfter(0);
    await timers.advanceMillis(6500);

    expect(done).to.deep.equal([0, 1000, 3000, 6000]);
  });

  it('does it sooner where that is wanted, and once more after one that is under way', async () => {
    const ends: (() => void)[] = [];
    const poller = new Poller({ timers, task: () => new Promise((resolve) => ends.push(() => resolve(1000))) });
    poller.runAfter(5000);
    poller.runAfter(0);
    expect(timers.delays).to.deep.equal([0]);
    await timers.advanceMillis(0);
    poller.runAfter(0);
    poller.runAfter(0);
    expect([ends.length, timers.delays.length, poller.isStarted]).to.deep.equal([1, 0, true]);

    ends[0]?.();
    await timers.advanceMillis(0);
    await timers.advanceMillis(0);
    expect([ends.length, timers.delays.length]).to.deep.equal([2, 0]);
    ends[1]?.();
    await timers.advanceMillis(0);
    await timers.advanceMillis(1);
    expect(timers.delays).to.deep.equal([999]);
  });

  it('does nothing more when it is closed, also after one that was under way', async () => {
    let end = (): void => undefined;
    const task = (): Promise<number> =>
      new Promise((resolve) => {
        end = () => resolve(0);
      });
    const poller = new Poller({ timers, task });
    poller.runAfter(0);
    await timers.advanceMillis(0);
    poller.close();
    end();
    await timers.advanceMillis(1000);
    poller.runAfter(0);

    expect(timers.delays).to.deep.equal([]);
  });
});

describe('The system timers', () => {
  it('run a task, unless it is cancelled', async () => {
    const cancelled = SYSTEM_TIMERS.schedule(() => expect.fail('cancelled'), 0);
    cancelled();
    await new Promise<void>((resolve) => {
      SYSTEM_TIMERS.schedule(resolve, 1);
    });
  });
});
