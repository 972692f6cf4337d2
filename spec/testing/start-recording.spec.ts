import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import { Container } from 'typedi';
import { MemoryEmitter, recordTrace, startRecording } from '#lib/testing/index.js';
import { Recorder, TRACE_HEADER, TracingModule } from '#lib/index.js';

const nothing = (): void => undefined;

describe('startRecording', () => {
  const recorder = Container.get(Recorder);

  describe('when several traces begin', () => {
    it('keeps them apart, in the order in which they began', async () => {
      const recording = startRecording({ service: 'shop' });
      const first = recorder.trace('first', () => turn());
      recorder.trace('second', nothing);
      await first;
      await recording.stop();

      expect(
        recording.traces.map(({ roots }) => roots.map(({ annotations }) => annotations['operation'])),
      ).to.deep.equal([['first'], ['second']]);
      expect(recording.traces[0]?.roots[0]?.name).to.equal('shop');
      expect(() => recording.trace).to.throw(/^2 traces were recorded[^]*operation="first"[^]*operation="second"/);
    });
  });

  describe('when one service calls another with the header', () => {
    it('joins both into one tree, and waits for the server that ends after its answer', async () => {
      const server = createServer((request, response) => {
        void recorder.resume(
          request.headers[TRACE_HEADER],
          'GET /stock',
          () => {
            response.end('3');
            return once(response, 'close').then(() => turn());
          },
          { segmentName: 'stock' },
        );
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const recording = startRecording({ service: 'shop' });
      await recorder.trace('POST /orders', () =>
        recorder.capture('ask', async () => {
          const { port } = server.address() as AddressInfo;
          await (await fetch(`http://127.0.0.1:${port}`, { headers: { [TRACE_HEADER]: recorder.header() } })).text();
        }),
      );
      await recording.stop();
      server.close();

      expect(recording.trace.find('POST /orders > ask > GET /stock')).to.include({
        name: 'stock',
        isInProgress: false,
      });
    });
  });

  describe('when a module records already', () => {
    it('takes what begins from then on, and gives it back', async () => {
      const emitter = new MemoryEmitter();
      const tracing = TracingModule.forRoot({ service: 'application', sampling: 'all', emitter });
      const before = await Promise.resolve().then(() => recorder.beginSegment('before'));
      {
        await using recording = startRecording();
        recorder.trace('during', () => recorder.capture('work', nothing));
        before.run(() => recorder.capture('old work', nothing));
        before.close();

        expect(recording.trace.find('during > work')).to.include({ name: 'work' });
      }
      recorder.trace('after', nothing);
      await tracing.close();

      expect(emitter.documents.map(({ annotations }) => annotations?.['operation'])).to.deep.equal(['before', 'after']);
    });
  });

  describe('when a module is started after it', () => {
    it('says why nothing was recorded', async () => {
      const recording = startRecording();
      const tracing = TracingModule.forRoot({ emitter: new MemoryEmitter() });
      recorder.trace('work', nothing);
      await recording.stop();
      await tracing.close();

      expect(() => recording.trace).to.throw(
        'TracingModule.forRoot or another startRecording was called after this one',
      );
    });
  });

  describe('when a segment is never closed', () => {
    it('stops all the same, and shows it as in progress', async () => {
      const clock = sinon.useFakeTimers();
      const recording = startRecording();
      recorder.beginSegment('forgotten').run(() => recorder.capture('work', nothing));
      expect(() => recording.trace).to.throw('No trace was recorded. A segment is open');
      await recording.stop(5);
      clock.restore();

      expect(recording.trace.find('forgotten').isInProgress).to.equal(true);
    });
  });

  describe('when something is recorded outside of a segment', () => {
    it('does what contextMissing says', async () => {
      const recording = startRecording({ contextMissing: 'RUNTIME_ERROR' });
      expect(() => recorder.annotate('a', 1)).to.throw('no segment is open here');
      await recording.stop();
    });
  });

  describe('when nothing is sampled', () => {
    it('runs everything and records nothing', async () => {
      const recording = startRecording({ sampled: false });
      const header = recorder.trace('work', () => recorder.header());
      await recording.stop();

      expect(header).to.contain('Sampled=0');
      expect(recording.traces).to.deep.equal([]);
    });
  });

  describe('when a single function is recorded meanwhile', () => {
    it('leaves that one its own trace', async () => {
      const recording = startRecording();
      const { trace } = await recordTrace(() => recorder.capture('work', nothing));
      await recording.stop();

      expect(trace.tryFind('work')).to.be.an('object');
      expect(recording.traces).to.deep.equal([]);
    });
  });

  describe('when an option does not exist or cannot be right', () => {
    it('refuses it by name', async () => {
      expect(() => startRecording({ servce: 'x' } as object)).to.throw(
        TypeError,
        'no option "servce". Did you mean service?',
      );
      expect(() => startRecording({ sampled: 'no' } as object)).to.throw(TypeError, '"sampled" takes true or false');
      expect(() => startRecording(null as never)).to.throw(TypeError, 'The options are an object');
    });
  });
});

describe('recordTrace with options', () => {
  const recorder = Container.get(Recorder);

  it('names the service', async () => {
    const { trace } = await recordTrace(nothing, { service: 'shop' });

    expect(trace.find('shop').name).to.equal('shop');
  });

  it('goes on from a header', async () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    const { trace } = await recordTrace(nothing, { header });

    expect(trace.find('test').document).to.include({
      trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      parent_id: '53995c3f42cd8ad8',
    });
  });

  it('runs the function and records nothing where it is not sampled', async () => {
    const { trace, result } = await recordTrace(() => recorder.header(), { sampled: false });

    expect(result).to.contain('Sampled=0');
    expect(trace.roots).to.deep.equal([]);
  });

  it('refuses what is no function and options that do not exist', async () => {
    const failures = await Promise.allSettled([recordTrace(7 as never), recordTrace(nothing, { heder: '' } as object)]);

    expect(failures.map((failure) => failure.status === 'rejected' && String(failure.reason))).to.deep.equal([
      'TypeError: recordTrace takes a function; it was given 7.',
      'TypeError: There is no option "heder". Did you mean header?',
    ]);
  });
});
