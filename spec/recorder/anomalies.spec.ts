import { expect } from 'chai';
import * as fc from 'fast-check';
import type { SegmentDocument } from '#lib/model/document.js';
import type { Recorder } from '#lib/recorder/recorder.js';
import type { TraceTally } from '#lib/sampling/decider.js';
import { AnomalyConditions } from '#lib/sampling/anomaly-conditions.js';
import { Reservoir } from '#lib/sampling/reservoir.js';
import { FixedClock, startRecording, type SpecRecording } from '../support/recording.js';

const PARENT = '53995c3f42cd8ad8';
const ROOT = '1-5759e988-bd862e3fe1be46a994272793';

describe('Anomalies', () => {
  let clock: FixedClock;
  let recording: SpecRecording;
  let counted: { isAnomaly: boolean; isSampled: boolean }[];
  let isSampled: boolean;

  const start = ({ perSecond = 10, captures = true } = {}): void => {
    const tally: TraceTally = { countTrace: (outcome) => counted.push({ ...outcome }) };
    recording = startRecording({
      clock,
      decider: { decide: () => ({ isSampled, ruleName: 'rule', tally }), close: () => undefined },
      anomalies: {
        conditions: new AnomalyConditions(undefined),
        captures: captures ? new Reservoir({ limit: perSecond, clock }) : undefined,
      },
    });
  };

  beforeEach(() => {
    clock = new FixedClock();
    counted = [];
    isSampled = false;
    start();
  });

  afterEach(() => recording.stop());

  const fails = (): never => {
    throw new Error('down');
  };
  /** Names as nested lists: `[name, ...children]`. */
  type Names = [string, ...Names[]];
  const namesOf = ({ name, subsegments = [] }: SegmentDocument): Names => [name, ...subsegments.map(namesOf)];
  /** Numbers of the subsegments called `try N`, in whichever documents they are. */
  const triesIn = (documents: readonly SegmentDocument[]): number[] =>
    [...JSON.stringify(documents).matchAll(/"try (\d+)"/g)]
      .map(([, number]) => Number(number))
      .toSorted((a, b) => a - b);
  const attempt = async (work: () => unknown): Promise<void> => {
    await (async () => work())().catch(() => undefined);
  };

  describe('when an unsampled request answers 503', () => {
    it('arrives with what was said of it', () => {
      const { recorder } = recording;
      recorder.trace('GET /orders', (segment) => {
        segment
          .annotate('tenant', 'acme')
          .user('u-1')
          .http({ response: { status: 503 } });
        recorder.annotate('plan', 'free');
      });

      const [document] = recording.documents();
      expect(document).to.deep.include({ user: 'u-1', fault: true, http: { response: { status: 503 } } });
      expect(document?.annotations).to.deep.equal({
        operation: 'GET /orders',
        anomaly: 'error',
        tenant: 'acme',
        plan: 'free',
      });
    });
  });

  describe('when it answers 404', () => {
    it('sends nothing', () => {
      recording.recorder.trace('op', (segment) => segment.http({ response: { status: 404 } }));

      expect(recording.documents()).to.deep.equal([]);
    });
  });

  describe('when an error is recorded by hand', () => {
    it('arrives with it', () => {
      recording.recorder.trace('op', () => recording.recorder.error(new Error('handled')));

      expect(recording.trace().find('spec').exceptions[0]).to.include({ message: 'handled' });
    });
  });

  it('tells those downstream that the trace is not sampled, under the ids that arrive', () => {
    let header = '';
    recording.recorder.resume(`Root=${ROOT};Parent=${PARENT};Sampled=0;Lineage=a:1`, 'op', (segment) => {
      header = segment.header();
      segment.error(new Error('down'));
    });

    const [document] = recording.documents();
    expect(document).to.include({ trace_id: ROOT, parent_id: PARENT });
    expect(header).to.equal(`Root=${ROOT};Parent=${document?.id};Sampled=0;Lineage=a:1`);
  });

  describe('when more fail than may be captured', () => {
    it('captures so many of each second and counts the rest', async () => {
      await recording.stop();
      start({ perSecond: 2 });
      for (let round = 0; round < 3; round += 1) {
        for (let index = 0; index < 5; index += 1) await attempt(() => recording.recorder.trace('op', fails));
        clock.advanceSeconds(1);
      }

      expect(recording.documents()).to.have.lengthOf(6);
      expect(recording.diagnostics.counts).to.include({ 'anomalies captured': 6, 'anomalies beyond the limit': 9 });
    });

    it('does not tear a trace of two segments apart', async () => {
      await recording.stop();
      start({ perSecond: 1 });
      await attempt(() => recording.recorder.trace('outer', () => recording.recorder.trace('inner', fails)));

      const [inner, outer] = recording.documents();
      expect([inner?.annotations?.['operation'], outer?.annotations?.['operation']]).to.deep.equal(['inner', 'outer']);
      expect(inner?.parent_id).to.equal(outer?.id);
      expect(recording.diagnostics.counts).to.not.have.property('anomalies beyond the limit');
    });

    it('sends the caller of a segment that was captured, also where it did not fail', async () => {
      await recording.recorder.trace('outer', () => attempt(() => recording.recorder.trace('inner', fails)));

      expect(recording.documents().map(({ annotations }) => annotations?.['operation'])).to.deep.equal([
        'inner',
        'outer',
      ]);
    });
  });

  describe('when blocks and callbacks fail', () => {
    const { capture } = { capture: (name: string, fn: () => unknown) => recording.recorder.capture(name, fn) };

    it('nests them by their error, and leaves apart what failed of its own', async () => {
      const first = new Error('first');
      const second = new Error('second');
      const later = async (thrown: Error): Promise<never> => {
        await Promise.resolve();
        throw thrown;
      };
      await attempt(() =>
        recording.recorder.trace('op', () =>
          Promise.all([
            capture('a', () => capture('a1', () => later(first))),
            capture('b', () => capture('b1', () => later(second))),
          ]),
        ),
      );

      expect(namesOf(recording.documents()[0] as SegmentDocument)).to.deep.equal([
        'spec',
        ['a', ['a1']],
        ['b', ['b1']],
      ]);
    });

    it('does not nest those that failed with the same value beside each other', async () => {
      const late = async (turns: number): Promise<never> => {
        for (let turn = 0; turn < turns; turn += 1) {
          clock.advanceMillis(1);
          // oxlint-disable-next-line no-await-in-loop
          await Promise.resolve();
        }
        throw 'timeout';
      };
      await attempt(() =>
        recording.recorder.trace('op', async () => {
          await Promise.allSettled([3, 2, 1].map((turns) => capture(`after ${turns}`, () => late(turns))));
          fails();
        }),
      );

      expect(namesOf(recording.documents()[0] as SegmentDocument)).to.deep.equal([
        'spec',
        ['after 1'],
        ['after 2'],
        ['after 3'],
      ]);
    });

    it('nests a call below one that threw an error of its own instead', async () => {
      await attempt(() =>
        recording.recorder.trace('op', () =>
          capture('service', async () => {
            await attempt(() => capture('query', async () => fails()));
            throw new Error('no answer');
          }),
        ),
      );

      expect(namesOf(recording.documents()[0] as SegmentDocument)).to.deep.equal(['spec', ['service', ['query']]]);
    });

    it('has a callback that was given an error, and a generator that threw', () => {
      recording.recorder.trace('op', (segment) => {
        recording.recorder.captureCallback(
          'read',
          (done: (error: Error) => void) => done(new Error('gone')),
          () => undefined,
        );
        const pages = capture('pages', function* () {
          yield 1;
          fails();
        }) as Generator<number>;
        expect(() => [...pages]).to.throw('down');
        segment.error(new Error('down'));
      });

      expect(namesOf(recording.documents()[0] as SegmentDocument)).to.deep.equal(['spec', ['read'], ['pages']]);
    });

    it('nests one whose error was wrapped with its cause, or gathered with others', async () => {
      await attempt(() =>
        recording.recorder.trace('op', () =>
          capture('any', () =>
            Promise.any([
              capture('wrapped', async () => {
                try {
                  return capture('inner', fails);
                } catch (cause) {
                  throw new Error('wrapped', { cause });
                }
              }),
              capture('other', async () => fails()),
            ]),
          ),
        ),
      );

      expect(namesOf(recording.documents()[0] as SegmentDocument)).to.deep.equal([
        'spec',
        ['any', ['wrapped', ['inner']], ['other']],
      ]);
    });

    it('has failures that were caught beside the one that was not', async () => {
      await attempt(() =>
        recording.recorder.trace('op', async () => {
          await attempt(() => capture('cache', fails));
          clock.advanceMillis(5);
          await capture('database', async () => fails());
        }),
      );

      expect(namesOf(recording.documents()[0] as SegmentDocument)).to.deep.equal(['spec', ['cache'], ['database']]);
    });

    it('keeps the latest hundred, and of a longer path the end where it failed', async () => {
      await attempt(() =>
        recording.recorder.trace('op', async () => {
          for (let index = 0; index < 1000; index += 1) await attempt(() => capture(`try ${index}`, fails));
          fails();
        }),
      );
      expect(triesIn(recording.documents())).to.deep.equal(Array.from({ length: 100 }, (_, index) => 900 + index));

      const dive = (depth: number): unknown =>
        capture(`level ${depth}`, () => (depth === 0 ? fails() : dive(depth - 1)));
      await attempt(() => recording.recorder.trace('op', () => dive(500)));

      const text = JSON.stringify(recording.documents());
      expect(text).to.include('"level 0"').and.include('"level 99"').and.not.include('"level 100"');
    });
  });

  describe('when more than a hundred requests come in one second', () => {
    const namesOfLast = (): Names => namesOf(recording.documents().at(-1) as SegmentDocument);
    const failing = (): Promise<void> =>
      attempt(() => recording.recorder.trace('op', () => recording.recorder.capture('query', fails)));

    it('watches the calls of a hundred, and of all for a minute after one was an anomaly', async () => {
      for (let index = 0; index < 100; index += 1) recording.recorder.trace('op', () => undefined);
      await failing();
      expect(namesOfLast()).to.deep.equal(['spec']);
      expect(recording.trace().find('spec').exceptions[0]).to.include({ message: 'down' });

      await failing();
      expect(namesOfLast()).to.deep.equal(['spec', ['query']]);

      clock.advanceSeconds(61);
      for (let index = 0; index < 100; index += 1) recording.recorder.trace('op', () => undefined);
      await failing();
      expect(namesOfLast()).to.deep.equal(['spec']);
    });
  });

  describe('when a subsegment is begun by hand and closed with an error', () => {
    it('arrives', () => {
      const { recorder } = recording;
      recorder.trace('op', (segment) => {
        const query = recorder.beginSubsegment({ name: 'db', namespace: 'remote' });
        clock.advanceMillis(3);
        query.close({ error: new Error('deadlock') });
        segment.error(new Error('no answer'));
      });

      expect(recording.trace().find('db')).to.include({ isFault: true, durationMillis: 3 });
      expect(recording.trace().find('db').document.namespace).to.equal('remote');
    });
  });

  describe('when a segment begun by hand is closed with an error', () => {
    it('arrives', () => {
      const segment = recording.recorder.beginSegment('job');
      segment.close({ error: new Error('down') });

      expect(recording.trace().find('spec').exceptions[0]).to.include({ message: 'down' });
    });
  });

  describe('when a block of a request fails and is caught', () => {
    const recorder = (): Recorder => recording.recorder;

    it('is no anomaly, whatever the block says of itself', () => {
      recorder().trace('op', (segment) => {
        segment.http({ response: { status: 200 } });
        recorder().capture({ name: 'api', namespace: 'remote' }, (block) => {
          block
            .http({ response: { status: 503 } })
            .annotate('own', true)
            .error(new Error('handled'));
          recorder().error(new Error('handled'));
          block.close();
        });
        expect(segment.isClosed).to.equal(false);
      });

      expect(recording.documents()).to.deep.equal([]);
      expect(counted).to.deep.equal([{ isAnomaly: false, isSampled: false }]);
    });

    it('does not hide that the request itself fails', () => {
      recorder().trace('op', (segment) => {
        segment.http({ request: { url: 'http://me/' }, response: { status: 503 } });
        recorder().capture('api', (block) =>
          block.http({ request: { url: 'http://other/' }, response: { status: 200 } }),
        );
      });

      expect(recording.documents()[0]?.http).to.deep.equal({
        request: { url: 'http://me/' },
        response: { status: 503 },
      });
    });
  });

  describe('when several errors are recorded by hand', () => {
    it('is an anomaly where one of them is a fault', () => {
      const missing = Object.assign(new Error('missing'), { status: 404 });
      recording.recorder.trace('op', (segment) => {
        segment.error(new Error('down'));
        for (let index = 0; index < 20; index += 1) segment.error(missing);
      });

      expect(recording.documents()).to.have.lengthOf(1);
    });
  });

  it('keeps the latest value of an annotation, and has its own last', () => {
    recording.recorder.trace('op', (segment) => {
      for (let index = 0; index < 100; index += 1) segment.annotate('progress', index);
      segment.annotate({ tenant: 'acme', anomaly: 'mine' }).error(new Error('down'));
    });

    expect(recording.documents()[0]?.annotations).to.deep.equal({
      operation: 'op',
      progress: 99,
      tenant: 'acme',
      anomaly: 'error',
    });
  });

  it('names the rule that decided', () => {
    recording.recorder.trace('op', (segment) => segment.error(new Error('down')));

    expect(recording.documents()[0]?.aws).to.have.nested.property('xray.sampling_rule_name', 'rule');
  });

  it('asks an error for its status once', async () => {
    let asked = 0;
    const error = Object.assign(new Error('down'), {
      getStatus: () => {
        asked += 1;
        return 503;
      },
    });
    await attempt(() =>
      recording.recorder.trace('op', () => {
        throw error;
      }),
    );

    expect(asked).to.equal(1);
  });

  describe('when a segment is closed with an end time', () => {
    it('lasted until then', () => {
      const begun = clock.now() / 1000;
      const segment = recording.recorder.beginSegment('job');
      clock.advanceSeconds(60);
      segment.close({ error: new Error('down'), endTime: begun + 2 });

      expect(recording.trace().find('spec').durationMillis).to.be.closeTo(2000, 1);
    });
  });

  describe('when the module is closed before the request ends', () => {
    it('counts the anomaly as lost', async () => {
      const segment = recording.recorder.beginSegment('job');
      await recording.engine.shutDown();
      segment.close({ error: new Error('down') });

      expect(recording.diagnostics.counts).to.include({ 'closed after the module': 1 });
    });
  });

  describe('when two segments within one that fails fail', () => {
    it('sends all three, though one may be captured', async () => {
      await recording.stop();
      start({ perSecond: 1 });
      await attempt(() =>
        recording.recorder.trace('outer', async () => {
          await attempt(() => recording.recorder.trace('first', fails));
          await attempt(() => recording.recorder.trace('second', fails));
          fails();
        }),
      );

      expect(recording.documents().map(({ annotations }) => annotations?.['operation'])).to.deep.equal([
        'first',
        'second',
        'outer',
      ]);
    });
  });

  describe('when a rule wants to know how traces end', () => {
    it('counts each once, sampled or not', async () => {
      await attempt(() => recording.recorder.trace('op', fails));
      recording.recorder.trace('op', () => undefined);
      isSampled = true;
      await attempt(() => recording.recorder.trace('op', fails));
      recording.recorder.trace('op', (segment) => segment.http({ response: { status: 500 } }));
      recording.recorder.trace('op', (segment) => segment.http({ response: { status: 400 } }));

      expect(counted).to.deep.equal([
        { isAnomaly: true, isSampled: false },
        { isAnomaly: false, isSampled: false },
        { isAnomaly: true, isSampled: true },
        { isAnomaly: true, isSampled: true },
        { isAnomaly: false, isSampled: true },
      ]);
    });

    it('counts also where no anomaly is captured', async () => {
      await recording.stop();
      start({ captures: false });
      await attempt(() => recording.recorder.trace('op', fails));

      expect(counted).to.deep.equal([{ isAnomaly: true, isSampled: false }]);
      expect(recording.documents()).to.deep.equal([]);
    });

    it('does not count what the header decided', () => {
      recording.recorder.resume(`Root=${ROOT};Sampled=0`, 'op', () => undefined);
      recording.recorder.resume(`Root=${ROOT};Sampled=1`, 'op', () => undefined);

      expect(counted).to.deep.equal([]);
    });
  });

  it('never throws, whatever is thrown or recorded', async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => fails(),
        ownKeys: () => fails(),
        getPrototypeOf: () => fails(),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), fc.constant(hostile)), async (value) => {
        const thrown: unknown[] = [];
        await recording.recorder
          .trace('op', async (segment) => {
            segment
              .annotate(value as never)
              .http(value as never)
              .user(value as never)
              .error(value);
            await recording.recorder.capture('a', async () => Promise.reject(value as Error));
          })
          .catch((error: unknown) => thrown.push(error));

        expect(thrown).to.have.lengthOf(1);
        expect(Object.is(thrown[0], value)).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });
});
