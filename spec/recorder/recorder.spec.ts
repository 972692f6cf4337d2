import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { Container } from 'typedi';
import { Recorder, StateError, Traced, TraceHeader, type SegmentDocument, type SegmentHandle } from '#lib/index.js';
import { processState } from '#lib/recorder/process-state.js';
import { CustomDecider } from '#lib/sampling/custom-decider.js';
import { FixedDecider } from '#lib/sampling/fixed-decider.js';
import { printTrace } from '#lib/testing/index.js';
import { CountingIdentifiers, FixedClock, startRecording, type SpecRecording } from '../support/recording.js';

const INCOMING = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

/** So many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await turn();
}

describe('Recorder', () => {
  let recording: SpecRecording;
  let recorder: Recorder;

  beforeEach(() => {
    recording = startRecording();
    recorder = recording.recorder;
  });

  afterEach(() => recording.stop());

  const restart = async (parts: Parameters<typeof startRecording>[0]): Promise<void> => {
    await recording.stop();
    recording = startRecording(parts);
  };

  describe('when a segment that another engine began by hand is closed within a trace', () => {
    it('sends what is called from then on as part of the trace, after that has been closed too', async () => {
      const other = startRecording();
      class Orders {
        place(): void {
          processState.context.current();
        }
      }
      const place = Object.getOwnPropertyDescriptor(Orders.prototype, 'place') as PropertyDescriptor;
      Object.defineProperty(Orders.prototype, 'place', Traced()(Orders.prototype, 'place', place as never) as never);

      let begun: SegmentHandle | undefined;
      let segment: SegmentHandle | undefined;
      const traced = other.recorder.trace('op', async (opened) => {
        segment = opened;
        begun = recording.engine.beginSegment('by hand', {});
        await turns(2);
        new Orders().place();
      });
      // By another flow: the one above has it still for its current one.
      begun?.close();
      segment?.close();
      await traced;

      expect(other.documents().map(({ name }) => name)).to.deep.equal(['spec', 'Orders.place']);
      expect(recording.documents().map(({ name }) => name)).to.deep.equal(['spec']);
      await other.stop();
    });
  });

  describe('when a trace runs', () => {
    it('opens a segment named by the service, with the operation as an annotation', () => {
      expect(recorder.trace('POST /orders', () => 7)).to.equal(7);
      const [document] = recording.documents();

      expect(document).to.deep.include({ name: 'spec', annotations: { operation: 'POST /orders' } });
      expect(document?.trace_id).to.match(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      expect(document?.in_progress).to.equal(undefined);
    });

    it('takes another name for the segment', () => {
      recorder.trace('op', () => undefined, { segmentName: 'gateway' });

      expect(recording.documents()[0]?.name).to.equal('gateway');
    });

    it('waits for a promise and times both ends by the clock', async () => {
      const clock = new FixedClock(1_700_000_000);
      await restart({ clock });
      await recorder.trace('op', async () => {
        await Promise.resolve();
        clock.advanceMillis(12.3456);
      });

      expect(recording.documents()[0]).to.deep.include({ start_time: 1_700_000_000, end_time: 1_700_000_000.012346 });
    });

    it('records and throws on what is thrown', () => {
      const error = new TypeError('no');

      expect(() =>
        recorder.trace('op', () => {
          throw error;
        }),
      ).to.throw(error);
      expect(printTrace(recording.trace())).to.equal('spec  operation="op"  [fault]  TypeError: no');
    });

    it('makes a trace within a trace its child segment', () => {
      recorder.trace('outer', () => recorder.capture('call', () => recorder.trace('inner', () => undefined)));
      const [inner, outer] = recording.documents();

      expect(inner?.trace_id).to.equal(outer?.trace_id);
      expect(recording.trace().find('call', 'spec').isSegment).to.equal(true);
    });
  });

  describe('when a block is captured', () => {
    it('opens a subsegment and hands it over', async () => {
      const answer = await recorder.trace('op', () =>
        recorder.capture(
          { name: 'load', namespace: 'remote', annotations: { n: 1 }, metadata: { m: [1] } },
          async (load) => {
            await Promise.resolve();
            load.annotate('done', true);
            return load.name;
          },
        ),
      );

      expect(answer).to.equal('load');
      expect(recording.trace().find('load').document).to.deep.include({
        namespace: 'remote',
        annotations: { n: 1, done: true },
        metadata: { default: { m: [1] } },
      });
    });

    it('makes blocks that run at once siblings, with their own children', async () => {
      await recorder.trace('op', () =>
        Promise.all(
          ['a', 'b', 'c'].map((name) =>
            recorder.capture(name, async () => {
              await turns(1);
              await recorder.capture(`${name}1`, () => turns(1));
              recorder.annotate('of', name);
            }),
          ),
        ),
      );

      expect(printTrace(recording.trace())).to.equal(
        [
          'spec  operation="op"',
          '├─ a  of="a"',
          '│  └─ a1',
          '├─ b  of="b"',
          '│  └─ b1',
          '└─ c  of="c"',
          '   └─ c1',
        ].join('\n'),
      );
    });
  });

  describe('when traces run at the same time', () => {
    it('keeps what they record apart', async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          recorder.trace(`op ${index}`, async () => {
            await turns(index % 3);
            await recorder.capture('work', async () => {
              await turns(index % 2);
              recorder.annotate('index', index);
            });
            recorder.metadata('index', index);
          }),
        ),
      );

      expect(recording.documents()).to.have.lengthOf(50);
      for (const { annotations, metadata, subsegments } of recording.documents()) {
        const index = Number(String(annotations?.['operation']).slice(3));
        expect(subsegments?.map((each) => each.annotations)).to.deep.equal([{ index }]);
        expect(metadata).to.deep.equal({ default: { index } });
      }
    });
  });

  describe('when something is recorded on the current segment', () => {
    it('annotates, adds metadata, names the user, notes a handled error', () => {
      recorder.trace('op', () => {
        recorder.annotate('one', 1);
        recorder.annotate({ two: 'b', absent: undefined });
        recorder.metadata('cart', { total: 3 }, 'shop');
        recorder.metadata({ a: 1n, b: null }, 'more');
        recorder.user('u-1');
        recorder.error(Object.assign(new Error('handled'), { status: 404 }));
      });
      const [document] = recording.documents();

      expect(document).to.deep.include({
        annotations: { operation: 'op', one: 1, two: 'b' },
        metadata: { shop: { cart: { total: 3 } }, more: { a: '1', b: null } },
        user: 'u-1',
        error: true,
      });
      expect(document).to.not.have.any.keys('fault', 'throttle');
    });

    it('sets the flags of an HTTP status', () => {
      recorder.trace('op', (segment) => {
        segment.http({ request: { method: 'GET', url: 'http://localhost/' } }).http({ response: { status: 429 } });
      });

      expect(recording.documents()[0]).to.deep.include({
        http: { request: { method: 'GET', url: 'http://localhost/' }, response: { status: 429 } },
        error: true,
        throttle: true,
      });
    });
  });

  describe('when nothing is sampled', () => {
    beforeEach(() => restart({ decider: new FixedDecider(false) }));

    it('records nothing and tells downstream so', () => {
      const header = recorder.trace('op', (segment) => {
        recorder.annotate('key', 1);
        recorder.capture('work', () => undefined);
        expect(segment.isSampled).to.equal(false);
        return recorder.header();
      });

      expect(recording.documents()).to.deep.equal([]);
      expect(header).to.match(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    });

    it('runs a generator that a promise brings in the trace, too', async () => {
      const order = Symbol('order');
      const generator = await recorder.trace('op', async () => {
        await turn();
        return (function* read() {
          yield recorder.traceId;
          recorder.annotate('key', 1);
          return order;
        })();
      });

      expect(generator.next().value).to.match(/^1-[0-9a-f]{8}-/);
      expect(generator.next()).to.deep.equal({ done: true, value: order });
      expect(recording.diagnostics.counts).to.deep.equal({});
    });

    it('keeps the trace id for the whole request', () => {
      recorder.trace('op', () => {
        const id = recorder.traceId;
        recorder.beginSubsegment('by hand').close();

        expect(TraceHeader.parse(recorder.beginSubsegment('again').header()).root).to.equal(id);
      });
    });
  });

  describe('when a trace is resumed', () => {
    it('goes on under the caller and forwards what it does not know', () => {
      const header = recorder.resume(`${INCOMING};Lineage=a87bd80c:1;Foo=bar`, 'op', (segment) => {
        expect(recorder.traceId).to.equal('1-5759e988-bd862e3fe1be46a994272793');
        return segment.header();
      });
      const [document] = recording.documents();

      expect(document).to.deep.include({
        trace_id: '1-5759e988-bd862e3fe1be46a994272793',
        parent_id: '53995c3f42cd8ad8',
      });
      expect(header).to.equal(
        `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${document?.id};Sampled=1;Lineage=a87bd80c:1;Foo=bar`,
      );
    });

    it('follows the decision of the header', () => {
      recorder.resume(INCOMING.replace('Sampled=1', 'Sampled=0'), 'op', () => undefined);

      expect(recording.documents()).to.deep.equal([]);
    });

    it('begins a new trace without a header, and with one that cannot be read, which it says', () => {
      recorder.resume(undefined, 'op', () => undefined);
      recorder.resume('', 'op', () => undefined);
      recorder.resume('garbage', 'op', () => undefined);

      expect(new Set(recording.documents().map((document) => document.trace_id)).size).to.equal(3);
      expect(recording.diagnostics.counts['HEADER_INVALID']).to.equal(1);
    });

    it('begins a new trace for an empty carrier even within a segment', () => {
      recorder.trace('outer', () => recorder.resume('', 'inner', () => undefined));
      const [inner, outer] = recording.documents();

      expect(inner?.trace_id).to.not.equal(outer?.trace_id);
    });
  });

  describe('when functions and emitters are bound', () => {
    it('records into the segment of the binding', () => {
      let later: ((key: string) => number) | undefined;
      const emitter = new EventEmitter();
      const segment = recorder.beginSegment('op');
      later = recorder.bind((key: string) => {
        recorder.annotate(key, true);
        return key.length;
      });
      recorder.bindEmitter(emitter).on('data', () => recorder.annotate('emitted', true));
      segment.run(() => undefined);
      const outside = new Promise<void>((resolve) => {
        setImmediate(() => resolve());
      });
      void outside;
      expect(later('bound')).to.equal(5);
      emitter.emit('data');
      segment.close();

      expect(recording.documents()[0]?.annotations).to.deep.equal({ operation: 'op', bound: true, emitted: true });
    });
  });

  describe('when something is begun by hand', () => {
    it('is current until it is closed', async () => {
      const segment = recorder.beginSegment('op', { segmentName: 'job', header: INCOMING });
      const outer = recorder.beginSubsegment('outer');
      await turns(1);
      const inner = recorder.beginSubsegment('inner');
      expect(recorder.current.id).to.equal(inner.id);
      inner.close();
      expect(recorder.current.id).to.equal(outer.id);
      outer.close();
      expect(recorder.current.id).to.equal(segment.id);
      segment.close();
      expect(recorder.current.id).to.equal('');

      expect(printTrace(recording.trace())).to.equal(['job  operation="op"', '└─ outer', '   └─ inner'].join('\n'));
    });

    it('makes what runs at once siblings, though each is begun before it first waits', async () => {
      await recorder.trace('op', async () => {
        await Promise.all(
          ['a', 'b', 'c'].map(async (name, index) => {
            const begun = recorder.beginSubsegment(name);
            await turns(3 - index);
            recorder.annotate('of', name);
            const child = recorder.beginSubsegment(`${name}1`);
            await turns(1);
            child.close();
            begun.close();
          }),
        );
      });

      expect(printTrace(recording.trace())).to.equal(
        [
          'spec  operation="op"',
          '├─ a  of="a"',
          '│  └─ a1',
          '├─ b  of="b"',
          '│  └─ b1',
          '└─ c  of="c"',
          '   └─ c1',
        ].join('\n'),
      );
    });

    it('makes what is awaited one after another siblings', async () => {
      const work = async (name: string): Promise<void> => {
        const begun = recorder.beginSubsegment(name);
        await turns(1);
        begun.close();
      };
      await recorder.trace('op', async () => {
        await work('a');
        await work('b');
        await work('c');
      });

      expect(printTrace(recording.trace()).split('\n').slice(1)).to.deep.equal(['├─ a', '├─ b', '└─ c']);
    });

    it('does not leak out of a captured block', async () => {
      await recorder.trace('op', async () => {
        await recorder.capture('block', async () => {
          recorder.beginSubsegment('left open');
          await turns(1);
        });
        recorder.capture('after', () => undefined);
      });

      expect(
        recording
          .trace()
          .find('spec')
          .children.map(({ name }) => name),
      ).to.deep.equal(['block', 'after']);
    });

    it('takes closes out of order', () => {
      recorder.trace('op', () => {
        const outer = recorder.beginSubsegment('outer');
        const inner = recorder.beginSubsegment('inner');
        outer.close();
        inner.close();
        recorder.capture('after', () => undefined);
      });

      expect(printTrace(recording.trace()).split('\n').slice(1)).to.deep.equal(['├─ outer', '│  └─ inner', '└─ after']);
    });

    it('closes by `using`, with its error, at its own end time', () => {
      recorder.trace('op', () => {
        {
          using work = recorder.beginSubsegment('used');
          work.annotate('in', true);
        }
        const dated = recorder.beginSubsegment('dated');
        dated.close({ error: new RangeError('late'), endTime: new Date(Date.now() + 5000) });
        dated.close({ endTime: 0 });
      });

      expect(recording.trace().find('used').annotations).to.deep.equal({ in: true });
      expect(recording.trace().find('dated').durationMillis).to.be.within(4900, 5100);
      expect(recording.trace().find('dated').exceptions[0]).to.include({ type: 'RangeError' });
      expect(recording.diagnostics.counts['CLOSED_ALREADY']).to.equal(1);
    });

    it('records an error that is `undefined`', () => {
      recorder.trace('op', () => recorder.beginSubsegment('odd').close({ error: undefined }));

      expect(recording.trace().find('odd').exceptions[0]).to.include({ type: 'undefined' });
    });

    it('refuses an end time that is none and takes the time of now', () => {
      recorder.trace('op', () => recorder.beginSubsegment('odd').close({ endTime: Number.NaN }));

      expect(recording.trace().find('odd').durationMillis).to.be.within(0, 1000);
      expect(recording.diagnostics.counts['VALUE_REFUSED']).to.equal(1);
    });

    it('answers a handle that does nothing where no segment is open', () => {
      const handle = recorder.beginSubsegment('nowhere');
      handle.annotate('a', 1).metadata('b', 2).error(new Error('c')).user('d').http({}).sql({}).aws({});
      handle.close();

      expect([handle.id, handle.header(), handle.isSampled]).to.deep.equal(['', '', false]);
      expect(handle.run(() => 'ran')).to.equal('ran');
      expect(recording.documents()).to.deep.equal([]);
      expect(recording.logger.lines[0]).to.match(
        /error radiograph: CONTEXT_MISSING: "nowhere" is not recorded.*recorder\.spec\.js/,
      );
    });

    it('knows the header for a request sent by hand', () => {
      recorder.trace('op', () => {
        const call = recorder.beginSubsegment({ name: 'call', namespace: 'remote' });
        const { root, parent, sampled } = TraceHeader.parse(call.header());
        call.close();

        expect({ root, parent, sampled }).to.deep.equal({ root: recorder.traceId, parent: call.id, sampled: true });
      });
    });
  });

  describe('when segments are begun by hand beside each other', () => {
    it('gives each a trace of its own, whatever else is open', async () => {
      const work = async (name: string): Promise<void> => {
        const segment = recorder.beginSegment(name);
        await turns(2);
        recorder.annotate('of', name);
        segment.close();
      };
      await Promise.all([work('a'), work('b'), work('c')]);

      expect(new Set(recording.documents().map(({ trace_id: id }) => id)).size).to.equal(3);
      for (const { annotations } of recording.documents())
        expect(annotations?.['of']).to.equal(annotations?.['operation']);
    });

    it('keeps nothing of those that are closed', async () => {
      for (const name of ['a', 'b', 'c']) {
        const segment = recorder.beginSegment(name);
        await Promise.resolve().then(() => segment.close());
      }

      expect(processState.context.current()?.byHand?.previous).to.equal(undefined);
    });
  });

  describe('when something begun by hand waits before it begins more', () => {
    it('has that for a child', async () => {
      const child = async (): Promise<void> => {
        await turns(1);
        const begun = recorder.beginSubsegment('child');
        await turns(1);
        begun.close();
      };
      await recorder.trace('op', async () => {
        const parent = recorder.beginSubsegment('parent');
        await turns(1);
        await child();
        parent.close();
      });

      expect(printTrace(recording.trace()).split('\n').slice(1)).to.deep.equal(['└─ parent', '   └─ child']);
    });
  });

  for (const waits of [true, false]) {
    describe(`when concurrent work begins by hand and awaits more such work${waits ? ' later' : ' at once'}`, () => {
      it('keeps the branches apart and each nested', async () => {
        const query = async (name: string): Promise<void> => {
          const begun = recorder.beginSubsegment(name);
          await turns(3);
          begun.close();
        };
        const step = async (name: string): Promise<void> => {
          const begun = recorder.beginSubsegment(name);
          if (waits) await turns(1);
          await query(`${name}1`);
          await query(`${name}2`);
          begun.close();
        };
        await recorder.trace('op', () => Promise.all([step('a'), step('b'), step('c')]));

        expect(printTrace(recording.trace()).split('\n').slice(1)).to.deep.equal([
          '├─ a',
          '│  ├─ a1',
          '│  └─ a2',
          '├─ b',
          '│  ├─ b1',
          '│  └─ b2',
          '└─ c',
          '   ├─ c1',
          '   └─ c2',
        ]);
      });
    });
  }

  describe('when a block has options that it cannot have', () => {
    it('is recorded without them, which is said', () => {
      const odd = { name: 'odd', namespace: 'bogus', nmae: 'x' } as never;

      expect(recorder.trace('op', () => recorder.capture(odd, () => 'ran'))).to.equal('ran');
      expect(recording.trace().find('odd').document.namespace).to.equal(undefined);
      expect(recording.logger.lines.join()).to.contain("it was given { name: 'odd', namespace: 'bogus', nmae: 'x' }");
    });
  });

  describe('when it is given what it cannot take', () => {
    it('runs what it is to run and says so', () => {
      const { capture, annotate, trace, beginSubsegment } = recorder;
      const wrong = undefined as never;
      const answers = recorder.trace('op', () => {
        recorder.annotate(wrong);
        recorder.metadata(wrong);
        recorder.current.http(wrong).sql(wrong).aws(wrong).user(wrong).metadata(wrong).annotate(wrong);
        recorder.beginSubsegment(wrong).close();
        for (const endTime of [null, '2024-01-01', 10n, {}]) {
          recorder.beginSubsegment('ended').close({ endTime: endTime as never });
        }
        annotate('loose', true);
        beginSubsegment('loose').close();
        return [recorder.capture(wrong, () => 1), capture('loose', () => 2), trace('t', () => 3, null as never)];
      });

      expect(answers).to.deep.equal([1, 2, 3]);
      expect(recorder.trace('op', () => 4, { segmentName: 5 as never })).to.equal(4);
      expect(recording.trace().find('spec').annotations).to.deep.equal({ operation: 'op', loose: true });
      expect(recording.trace().entities.filter(({ name }) => name === 'ended')).to.have.lengthOf(4);
    });
  });

  describe('when a segment is linked', () => {
    it('keeps what can be a link and refuses the rest', () => {
      const link = { traceId: '1-5759e988-bd862e3fe1be46a994272793', id: '53995c3f42cd8ad8' };
      recorder.trace('op', (segment) => {
        segment.link({ ...link, attributes: { queue: 'orders' } }).link({ traceId: 'no', id: 'no' });
        for (let index = 0; index < 25; index += 1) segment.link(link);
      });

      expect(recording.documents()[0]?.links).to.have.lengthOf(20);
      expect(recording.documents()[0]?.links?.[0]).to.deep.equal({
        trace_id: link.traceId,
        id: link.id,
        attributes: { queue: 'orders' },
      });
      expect(recording.diagnostics.counts['VALUE_REFUSED']).to.equal(7);
    });
  });

  describe('when a W3C traceparent is resumed', () => {
    it('goes on with its trace', () => {
      recorder.resume('00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01', 'op', () => undefined);

      expect(recording.documents()[0]).to.deep.include({
        trace_id: '1-5759e988-bd862e3fe1be46a994272793',
        parent_id: '53995c3f42cd8ad8',
      });
    });
  });

  describe('when a trace runs within a trace', () => {
    it('counts its times from the same anchor and references an error that both saw', async () => {
      let anchor = 1_700_000_000_000;
      await restart({ clock: { anchor: () => anchor, elapsed: () => 5, now: () => anchor + 5 } });
      const error = new Error('both');
      expect(() =>
        recorder.trace('outer', () => {
          anchor -= 3_600_000;
          recorder.trace('inner', () => {
            throw error;
          });
        }),
      ).to.throw(error);
      const [inner, outer] = recording.documents();

      expect(inner?.start_time).to.equal(outer?.start_time);
      expect(outer?.cause).to.equal(typeof inner?.cause === 'object' ? inner.cause.exceptions[0]?.id : 'missing');
    });
  });

  describe('when what leaves passes through traced code of the user', () => {
    it('does not record that in its turn', async () => {
      await restart({
        beforeSend: (document) => {
          recorder.capture('redact', () => recorder.annotate('redacted', true));
          recorder.trace('redaction', () => undefined);
          return document;
        },
      });
      recorder.trace('op', () => undefined);

      expect(recording.documents()).to.have.lengthOf(1);
      expect(recording.diagnostics.counts).to.deep.equal({});
    });
  });

  describe('when a subsegment that began after its segment had left is open at the end', () => {
    it('is sent as in progress, and its later close counted', async () => {
      let late: SegmentHandle | undefined;
      let opened: Promise<void> | undefined;
      recorder.trace('op', () => {
        opened = (async () => {
          await turns(1);
          late = recorder.beginSubsegment('late');
        })();
      });
      await opened;
      await recording.stop();
      late?.close();

      expect(recording.documents()[1]).to.deep.include({ name: 'late', type: 'subsegment', in_progress: true });
      expect(recording.diagnostics.counts['closed after the module']).to.equal(1);
    });
  });

  describe('when one entity has very many children', () => {
    it('sends every one of them', () => {
      recorder.trace('op', () => {
        for (let index = 0; index < 130_000; index += 1) recorder.capture('c', () => undefined);
      });
      const count = (document: SegmentDocument): number =>
        1 + (document.subsegments ?? []).reduce((sum, child) => sum + count(child), 0);

      expect(recording.documents().reduce((sum, document) => sum + count(document), 0)).to.equal(130_001);
    });
  });

  describe('when an emitter never ends its flush', () => {
    it('gives it up after a while', async () => {
      const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const never = new Promise<void>(() => undefined);
      const stuck = startRecording({ emitter: { emit: () => undefined, flush: () => never, close: () => never } });
      const stopping = stuck.stop();
      await clock.tickAsync(5000);
      clock.restore();
      await stopping;

      expect(stuck.diagnostics.counts['USER_CODE_FAILED']).to.equal(1);
    });
  });

  describe('when a child is never closed', () => {
    it('arrives as in progress and does not lose its parent', () => {
      recorder.trace('op', () => recorder.beginSubsegment('forgotten'));
      const [document] = recording.documents();

      expect(document?.end_time).to.be.a('number');
      expect(document?.subsegments?.[0]).to.deep.include({ name: 'forgotten', in_progress: true });
    });
  });

  describe('when a child is closed after its segment has left', () => {
    it('arrives again by itself, complete', async () => {
      let late: Promise<void> | undefined;
      recorder.trace('op', () => {
        late = recorder.capture('late', async () => {
          await turns(1);
          recorder.capture('later still', () => undefined);
          recorder.annotate('in', 'time');
        });
      });
      await late;
      const [segment, laterStill, alone] = recording.documents();

      expect(segment?.subsegments?.[0]).to.deep.include({ name: 'late', in_progress: true });
      expect(laterStill).to.deep.include({ name: 'later still', type: 'subsegment', parent_id: alone?.id });
      expect(alone).to.deep.include({
        id: segment?.subsegments?.[0]?.id,
        type: 'subsegment',
        trace_id: segment?.trace_id,
        parent_id: segment?.id,
        annotations: { in: 'time' },
      });
      expect(printTrace(recording.trace())).to.equal(
        ['spec  operation="op"', '└─ late  in="time"', '   └─ later still'].join('\n'),
      );
    });
  });

  describe('when it is closed twice', () => {
    it('is sent once', () => {
      const segment = recorder.beginSegment('op');
      segment.close();
      segment.close();

      expect(recording.documents()).to.have.lengthOf(1);
    });
  });

  describe('when something is recorded after the segment was sent', () => {
    it('is refused and said once', () => {
      const segment = recorder.beginSegment('op');
      segment.close();
      segment.annotate('late', 1).annotate('late', 2);

      expect(recording.diagnostics.counts['VALUE_REFUSED']).to.equal(2);
      expect(recording.logger.lines.filter((line) => line.includes('VALUE_REFUSED'))).to.have.lengthOf(1);
    });
  });

  describe('when no segment is open', () => {
    it('says it once for each call under LOG_ERROR, and runs what is captured', () => {
      for (const _ of [1, 2]) {
        recorder.annotate('key', 1);
        expect(recorder.capture('work', () => 'ran')).to.equal('ran');
      }

      expect(recording.logger.lines).to.have.lengthOf(2);
      expect(recording.diagnostics.counts['CONTEXT_MISSING']).to.equal(4);
    });

    it('throws under RUNTIME_ERROR', async () => {
      await restart({ strategy: 'RUNTIME_ERROR' });

      expect(() => recorder.annotate('key', 1))
        .to.throw(StateError)
        .with.property('code', 'CONTEXT_MISSING');
      expect(() => recorder.capture('work', () => 'ran')).to.throw(StateError, '"work" is not recorded');
    });

    it('takes even what cannot be read', () => {
      const hostile = new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('ownKeys');
          },
        },
      );
      recorder.annotate(hostile);
      recorder.metadata(hostile);

      expect(recording.logger.lines.join()).to.contain('The annotation "unreadable" is not recorded');
      expect(recording.diagnostics.counts['CONTEXT_MISSING']).to.equal(2);
    });

    it('says nothing under IGNORE_ERROR', async () => {
      await restart({ strategy: 'IGNORE_ERROR' });
      recorder.annotate('key', 1);

      expect(recording.logger.lines).to.deep.equal([]);
    });

    it('tells a function, whatever that throws', async () => {
      const told: string[] = [];
      await restart({
        strategy: (message) => {
          told.push(message);
          throw new Error('strategy');
        },
      });
      recorder.metadata('key', 1);
      recorder.metadata('key', 1);

      expect(told).to.have.lengthOf(2);
      expect(recording.diagnostics.counts['USER_CODE_FAILED']).to.equal(2);
    });
  });

  describe('when it is asked for before an engine is there', () => {
    it('does nothing and everything still works', async () => {
      await recording.stop();
      const early = Container.get(Recorder);

      expect(early).to.equal(recorder);
      expect(early.trace('op', () => early.capture('work', () => 5))).to.equal(5);
      expect([early.traceId, early.header(), early.carrier()]).to.deep.equal([undefined, '', '']);
      early.annotate('a', 1);
      early.beginSegment('op').close();
      await early.flush();
    });
  });

  describe('when another engine takes over in the middle of a trace', () => {
    it('ends the trace where it began', async () => {
      const first = recording;
      await recorder.trace('first', async () => {
        await turns(1);
        recording = startRecording();
        recorder.capture('within', () => undefined);
        recorder.trace('nested', () => undefined);
      });
      recorder.trace('second', () => undefined);
      await first.stop();

      expect(first.documents()).to.have.lengthOf(2);
      expect(first.trace().find('within').name).to.equal('within');
      expect(recording.documents().map(({ annotations }) => annotations?.['operation'])).to.deep.equal(['second']);
    });
  });

  describe('when the engine is shut down', () => {
    it('sends what is open as in progress and records nothing more', async () => {
      const segment = recorder.beginSegment('op');
      recorder.capture('done', () => undefined);
      await recording.stop();
      segment.run(() => recorder.capture('after', () => undefined));

      expect(recording.documents()).to.have.lengthOf(1);
      expect(recording.documents()[0]).to.deep.include({ in_progress: true });
      expect(recording.documents()[0]?.subsegments?.map(({ name }) => name)).to.deep.equal(['done']);
      segment.close();
    });
  });

  describe('when beforeSend is given', () => {
    it('sends what it answers or leaves behind, and drops where it says so', async () => {
      await restart({
        beforeSend: (document) => {
          if (document.annotations?.['operation'] === 'secret') return null;
          delete document.aws;
          return document.annotations?.['operation'] === 'renamed' ? { ...document, name: 'other' } : undefined;
        },
      });
      for (const operation of ['plain', 'renamed', 'secret']) recorder.trace(operation, () => undefined);

      expect(recording.documents().map(({ name, aws }) => ({ name, aws }))).to.deep.equal([
        { name: 'spec', aws: undefined },
        { name: 'other', aws: undefined },
      ]);
      expect(recording.diagnostics.counts['dropped by beforeSend']).to.equal(1);
    });

    it('changes nothing by what it throws or by an answer that is no document', async () => {
      await restart({
        beforeSend: (document) => {
          document.name = 'changed';
          if (document.annotations?.['operation'] === 'throws') throw new Error('beforeSend');
          return Promise.resolve(document);
        },
      });
      for (const operation of ['throws', 'promises']) recorder.trace(operation, () => undefined);

      expect(recording.documents().map(({ name }) => name)).to.deep.equal(['spec', 'spec']);
      expect(recording.diagnostics.counts['USER_CODE_FAILED']).to.equal(2);
    });
  });

  describe('when user code that recording calls throws', () => {
    it('takes the classification of its own', async () => {
      await restart({
        classifyError: () => {
          throw new Error('classifier');
        },
      });
      recorder.trace('op', () => recorder.error(Object.assign(new Error('x'), { status: 404 })));

      expect(recording.documents()[0]).to.deep.include({ error: true });
    });

    it('takes the answer of a classifier that works', async () => {
      await restart({ classifyError: () => 'none' });
      recorder.trace('op', () => recorder.error(new Error('expected')));

      expect(recording.documents()[0]).to.not.have.any.keys('fault', 'error', 'throttle');
      expect(recording.trace().find('spec').exceptions[0]).to.include({ message: 'expected' });
    });

    it('samples when the sampler throws', async () => {
      await restart({
        decider: new CustomDecider({
          isSampled: () => {
            throw new Error('sampler');
          },
        }),
      });
      recorder.trace('op', () => undefined);

      expect(recording.documents()).to.have.lengthOf(1);
    });
  });

  describe('when errors leave their details', () => {
    it('annotates the type and keeps the members as metadata', async () => {
      await restart({ detailsErrors: true });
      recorder.trace('op', () => recorder.error(Object.assign(new RangeError('x'), { code: 'E42' })));

      expect(recording.documents()[0]?.annotations).to.deep.include({ error_type: 'RangeError' });
      expect(recording.documents()[0]?.metadata).to.deep.equal({ radiograph: { error: { code: 'E42' } } });
    });
  });

  describe('when ids and clock are given', () => {
    it('writes the same document every time', async () => {
      await restart({ clock: new FixedClock(), identifiers: new CountingIdentifiers() });
      recorder.trace('op', () => recorder.capture('work', () => undefined));

      expect(recording.documents()).to.deep.equal([
        {
          id: '0000000000000001',
          name: 'spec',
          trace_id: '1-6553f100-000000000000000000000002',
          start_time: 1_700_000_000,
          end_time: 1_700_000_000,
          annotations: { operation: 'op' },
          aws: { xray: { sdk: 'radiograph', sdk_version: '0.1.0' } },
          subsegments: [{ id: '0000000000000003', name: 'work', start_time: 1_700_000_000, end_time: 1_700_000_000 }],
        },
      ]);
    });
  });
});
