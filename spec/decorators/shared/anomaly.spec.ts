import { expect } from 'chai';
import { Traced, TracedTask } from '#lib/index.js';
import { AnomalyConditions } from '#lib/sampling/anomaly-conditions.js';
import { FixedDecider } from '#lib/sampling/fixed-decider.js';
import { Reservoir } from '#lib/sampling/reservoir.js';
import { FixedClock, startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
}

const clock = new FixedClock();
const failure = new OutOfStock('none left');

class Shop {
  @Traced()
  async order(id: string): Promise<string> {
    clock.advanceMillis(10);
    await this.greet();
    return this.reserve(id);
  }

  @Traced()
  async greet(): Promise<string> {
    await Promise.resolve();
    return 'hello';
  }

  @Traced({ name: 'reserve' })
  async reserve(id: string): Promise<string> {
    await Promise.resolve();
    return this.lookUp(id);
  }

  @Traced({ name: (id: string) => `look up ${id}`, namespace: 'remote' })
  lookUp(id: string): Promise<string> {
    clock.advanceMillis(5);
    return Promise.resolve().then(() => this.find(id));
  }

  @Traced()
  find(id: string): string {
    return this.read(id);
  }

  @Traced()
  read(id: string): string {
    clock.advanceMillis(20);
    if (id === 'gone') throw failure;
    return id;
  }

  @TracedTask('restock')
  async restock(): Promise<void> {
    await this.order('gone');
  }

  @Traced()
  async careful(): Promise<string> {
    return this.order('gone').catch(() => 'none');
  }
}

describe(`Anomalies (${dialect} decorators)`, () => {
  let recording: SpecRecording;
  const shop = new Shop();

  const restart = (perSecond: number | undefined): void => {
    recording = startRecording({
      clock,
      decider: new FixedDecider(false),
      anomalies: {
        conditions: new AnomalyConditions(undefined),
        captures: perSecond === undefined ? undefined : new Reservoir({ limit: perSecond, clock }),
      },
    });
  };

  beforeEach(() => {
    clock.advanceSeconds(1);
    restart(10);
  });

  afterEach(() => recording.stop());

  describe('when an unsampled request fails five decorated calls deep', () => {
    it('arrives with the calls down to where it failed, and the exception there', async () => {
      const thrown = await recording.recorder
        .trace('POST /orders', () => shop.order('gone'))
        .catch((error: unknown) => error);

      expect(thrown).to.equal(failure);
      const [document] = recording.documents();
      const path: string[] = [];
      for (let at = document; at !== undefined; at = at.subsegments?.[0]) {
        path.push(at.name);
        expect(at.subsegments ?? []).to.have.length.at.most(1);
        expect(at).to.include({ fault: true });
      }
      expect(path).to.deep.equal(['spec', 'Shop.order', 'reserve', 'look up gone', 'Shop.find', 'Shop.read']);
      expect(document?.annotations).to.deep.include({ anomaly: 'error', operation: 'POST /orders' });
      expect(recording.trace().find('Shop.read').exceptions[0]).to.include({
        type: 'OutOfStock',
        message: 'none left',
      });
      expect(document?.subsegments?.[0]?.cause).to.be.a('string');
    });

    it('has the times of each call', async () => {
      await recording.recorder.trace('op', () => shop.order('gone')).catch(() => undefined);

      const millis = (name: string): number => Math.round(recording.trace().find(name).durationMillis ?? 0);
      expect(['spec', 'Shop.order', 'reserve', 'Shop.read'].map(millis)).to.deep.equal([35, 35, 25, 20]);
    });
  });

  describe('when a task that is not sampled fails', () => {
    it('arrives too', async () => {
      await shop.restock().catch(() => undefined);

      expect(recording.documents()[0]).to.deep.include({ name: 'spec', fault: true });
      expect(recording.trace().find('Shop.read').exceptions[0]).to.include({ message: 'none left' });
    });
  });

  describe('when what failed is caught and the request answers', () => {
    it('sends nothing', async () => {
      expect(await recording.recorder.trace('op', () => shop.careful())).to.equal('none');

      expect(recording.documents()).to.deep.equal([]);
    });
  });

  describe('when nothing fails', () => {
    it('sends nothing and asks no name', async () => {
      expect(await recording.recorder.trace('op', () => shop.order('1'))).to.equal('1');

      expect(recording.documents()).to.deep.equal([]);
    });
  });

  describe('when anomalies are not to be captured', () => {
    it('sends nothing', async () => {
      await recording.stop();
      restart(undefined);
      await recording.recorder.trace('op', () => shop.order('gone')).catch(() => undefined);

      expect(recording.documents()).to.deep.equal([]);
    });
  });
});
