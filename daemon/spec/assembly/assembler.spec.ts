import { expect } from 'chai';
import type { AssembledTrace } from '#lib/assembly/assembled-trace.js';
import { Assembler, type AssemblerOptions } from '#lib/assembly/assembler.js';
import { idOf, independent, outline, received, segment } from '../support/documents.js';
import { ManualClock } from '../support/manual-clock.js';

const fragment = { end_time: undefined, in_progress: true };

function traceIdOf(number: number): string {
  return `1-00000000-${number.toString(16).padStart(24, '0')}`;
}

function started(options: Partial<AssemblerOptions> = {}) {
  const clock = new ManualClock();
  const traces: AssembledTrace[] = [];
  const assembler = new Assembler({
    clock,
    quietForMillis: 500,
    partialAfterMillis: 5000,
    maxOpenTraces: 1000,
    maxSettledTraces: 1000,
    maxHeldBytes: 1_000_000,
    handOver: (trace) => traces.push(trace),
    ...options,
  });
  return { clock, traces, assembler };
}

describe('Assembler', () => {
  describe('when nothing is in progress', () => {
    it('hands the trace over once it was quiet long enough', () => {
      const { clock, traces, assembler } = started();
      assembler.accept(received(segment(1)));

      clock.advance(499);
      expect(traces).to.deep.equal([]);

      clock.advance(1);
      expect(traces.map(outline)).to.deep.equal([['segment 1']]);
      expect(traces[0]).to.include({ isPartial: false, isUpdate: false });
    });

    it('waits anew with each document', () => {
      const { clock, traces, assembler } = started();
      assembler.accept(received(segment(1)));
      clock.advance(400);
      assembler.accept(received(independent(2, 1)));

      clock.advance(499);
      expect(traces).to.deep.equal([]);

      clock.advance(1);
      expect(traces.map(outline)).to.deep.equal([['segment 1', '  subsegment 2']]);
    });
  });

  describe('when something is in progress', () => {
    it('hands the trace over as partial after the longer quiet', () => {
      const { clock, traces, assembler } = started();
      assembler.accept(received(segment(1, fragment)));

      clock.advance(4999);
      expect(traces).to.deep.equal([]);

      clock.advance(1);
      expect(traces[0]).to.include({ isPartial: true, isUpdate: false });
    });

    it('hands it over soon after the end arrived', () => {
      const { clock, traces, assembler } = started();
      assembler.accept(received(segment(1, fragment)));
      clock.advance(3000);
      assembler.accept(received(segment(1)));

      clock.advance(500);
      clock.advance(1500);
      expect(traces).to.have.length(1);
      expect(traces[0]).to.include({ isPartial: false });
    });
  });

  describe('when a subsegment waits for its parent', () => {
    it('counts as unfinished', () => {
      const { clock, traces, assembler } = started();
      assembler.accept(received(independent(2, 1)));

      clock.advance(4999);
      expect(traces).to.deep.equal([]);
      clock.advance(1);
      expect(traces[0]).to.include({ isPartial: true });
    });
  });

  describe('when a document comes after the trace was handed over', () => {
    it('hands the whole trace over again, as an update', () => {
      const { clock, traces, assembler } = started();
      assembler.accept(received(segment(1)));
      clock.advance(500);
      assembler.accept(received(independent(2, 1)));
      clock.advance(500);

      expect(traces.map(({ isUpdate }) => isUpdate)).to.deep.equal([false, true]);
      expect(outline(traces[1]!)).to.deep.equal(['segment 1', '  subsegment 2']);
      expect(assembler.counters()).to.include({ handedOver: 2, handedOverAgain: 1, openTraces: 0, settledTraces: 1 });
    });
  });

  describe('when there are more open traces than it may hold', () => {
    it('hands over the one longest without news, as partial, and counts it', () => {
      const { traces, assembler } = started({ maxOpenTraces: 2 });
      for (const number of [1, 2, 1, 3]) {
        assembler.accept(received(segment(number, { trace_id: traceIdOf(number) })));
      }

      expect(traces.map(({ traceId }) => traceId)).to.deep.equal([traceIdOf(2)]);
      expect(traces[0]).to.include({ isPartial: true });
      expect(assembler.counters()).to.include({ evicted: 1, openTraces: 2 });
    });
  });

  describe('when there are more settled traces than it may remember', () => {
    it('forgets the stalest, whose late documents begin anew', () => {
      const { clock, traces, assembler } = started({ maxSettledTraces: 1 });
      for (const number of [1, 2]) {
        assembler.accept(received(segment(number, { trace_id: traceIdOf(number) })));
        clock.advance(500);
      }
      assembler.accept(received(segment(3, { trace_id: traceIdOf(1) })));
      clock.advance(500);

      expect(traces.map(({ isUpdate }) => isUpdate)).to.deep.equal([false, false, false]);
      expect(assembler.counters()).to.include({ settledTraces: 1, evicted: 0 });
    });
  });

  describe('when it holds more bytes than it may', () => {
    it('forgets settled traces before it hands over open ones', () => {
      const { clock, traces, assembler } = started({ maxHeldBytes: 5000 });
      const metadata = { default: { text: 'x'.repeat(2000) } };
      assembler.accept(received(segment(1, { trace_id: traceIdOf(1), metadata })));
      clock.advance(500);
      assembler.accept(received(segment(2, { trace_id: traceIdOf(2), metadata })));
      assembler.accept(received(segment(3, { trace_id: traceIdOf(3), metadata })));

      expect(assembler.counters()).to.include({ settledTraces: 0, openTraces: 2, evicted: 0 });

      assembler.accept(received(segment(4, { trace_id: traceIdOf(4), metadata })));
      expect(traces.map(({ traceId }) => traceId)).to.deep.equal([traceIdOf(1), traceIdOf(2)]);
      expect(assembler.counters()).to.include({ openTraces: 2, evicted: 1 });
    });

    it('hands over a single trace that alone is too large', () => {
      const { traces, assembler } = started({ maxHeldBytes: 1000 });
      assembler.accept(received(segment(1, { metadata: { default: { text: 'x'.repeat(2000) } } })));

      expect(traces).to.have.length(1);
      expect(assembler.counters()).to.include({ openTraces: 0, evicted: 1 });
    });
  });

  describe('when it is closed', () => {
    it('hands over what is open, the stalest first, and leaves no timer', () => {
      const { clock, traces, assembler } = started();
      assembler.accept(received(segment(1, { trace_id: traceIdOf(1), ...fragment })));
      assembler.accept(received(segment(2, { trace_id: traceIdOf(2), parent_id: idOf(9) })));
      assembler.close();

      expect(traces.map(({ isPartial }) => isPartial)).to.deep.equal([true, false]);
      expect(clock.pendingTasks).to.equal(0);
    });
  });
});
