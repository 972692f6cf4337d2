import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import { Annotate, Traced, TracingModule } from '#lib/index.js';
import { processRecorder } from '#lib/recorder/recorder.js';
import { recordTrace } from '#lib/testing/index.js';

const recorder = processRecorder();
const NOON = Date.UTC(2026, 5, 1, 12);

describe('Recording while sinon holds every timer', () => {
  let clock: sinon.SinonFakeTimers;

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: NOON });
  });

  afterEach(() => clock.restore());

  describe('when a traced function waits for the fake clock', () => {
    it('lasts exactly as long as the clock was advanced', async () => {
      const { trace } = await recordTrace(async () => {
        const slow = recorder.capture('slow', () => new Promise((resolve) => setTimeout(resolve, 100)));
        await clock.tickAsync(100);
        await slow;
      });

      expect(trace.find('slow').durationMillis).to.equal(100);
      expect(trace.find('test').durationMillis).to.equal(100);
    });

    it('puts the fake time into trace ids and start times', async () => {
      clock.tick(5000);
      const { trace } = await recordTrace(() => undefined);
      const { document } = trace.find('test');

      expect(document.start_time).to.equal(NOON / 1000 + 5);
      expect(document.trace_id).to.match(new RegExp(`^1-${(NOON / 1000 + 5).toString(16)}-`));
    });
  });

  describe('when the clock stands at the epoch, as it does by default', () => {
    it('records', async () => {
      clock.restore();
      clock = sinon.useFakeTimers();
      const { trace } = await recordTrace(() => recorder.capture('work', () => clock.tick(7)));

      expect(trace.find('work').document.start_time).to.equal(0);
      expect(trace.find('work').durationMillis).to.equal(7);
    });
  });

  describe('when something is begun by hand', () => {
    it('nests what is nested and separates what is concurrent', async () => {
      const byHand = async (name: string, within?: () => Promise<void>): Promise<void> => {
        const handle = recorder.beginSubsegment(name);
        await turn();
        await within?.();
        handle.close();
      };
      const { trace } = await recordTrace(async () => {
        await byHand('outer', () => byHand('inner'));
        await Promise.all([byHand('left'), byHand('right')]);
      });

      expect(trace.find('test').children.map(({ name }) => name)).to.have.members(['outer', 'left', 'right']);
      expect(trace.find('outer').children.map(({ name }) => name)).to.deep.equal(['inner']);
    });
  });

  describe('when a class is defined whose parameters alone are decorated', () => {
    it('still records them', async () => {
      class Till {
        open(@Annotate('cents') cents: number): number {
          return cents;
        }
      }
      await turn();
      const { trace } = await recordTrace(() => recorder.capture('sale', () => new Till().open(7)));

      expect(trace.find('sale').annotations).to.deep.equal({ cents: 7 });
    });
  });

  describe('when documents go to a daemon', () => {
    it('sends them, flushes and closes without the clock', async () => {
      clock.restore();
      const daemon = createSocket('udp4').bind(0, '127.0.0.1');
      await once(daemon, 'listening');
      const received: string[] = [];
      daemon.on('message', (message) => received.push(String(message)));
      clock = sinon.useFakeTimers();
      const daemonAddress = `127.0.0.1:${daemon.address().port}`;
      const tracing = TracingModule.forRoot({ service: 'shop', sampling: 'all', daemonAddress });
      try {
        tracing.recorder.trace('first', () => undefined);
        await tracing.flush();
        tracing.recorder.trace('second', () => undefined);
        await tracing.close();
        await turn();
      } finally {
        daemon.close();
      }

      expect(received).to.have.lengthOf(2);
    });
  });
});

describe('A segment that was begun with real timers', () => {
  it('never ends before it began when fake ones come meanwhile', async () => {
    class Slow {
      @Traced()
      work(): void {}
    }
    const { trace } = await recordTrace(() => {
      const clock = sinon.useFakeTimers();
      new Slow().work();
      clock.restore();
    });

    expect(trace.find('Slow.work').durationMillis).to.equal(0);
  });
});
