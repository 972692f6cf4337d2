import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import type { SegmentDocument } from '#lib/model/document.js';
import type { SegmentHandle } from '#lib/model/segment-handle.js';
import { printTrace } from '#lib/testing/index.js';
import { outlineOf, outlineRecorded, ProgramRunner, programs } from '../support/random-program.js';
import { startRecording, type SpecRecording } from '../support/recording.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('Streaming', () => {
  let recording: SpecRecording | undefined;

  afterEach(() => recording?.stop());

  function start(streamingThreshold?: number): SpecRecording {
    recording = startRecording({ ...(streamingThreshold !== undefined && { streamingThreshold }) });
    return recording;
  }

  function names(documents: readonly SegmentDocument[]): string[] {
    return documents.map(({ name }) => name);
  }

  describe('when a segment holds more finished subsegments than the threshold', () => {
    it('sends them ahead of it, as independent subsegments under their parent', () => {
      const { recorder, documents } = start(2);
      recorder.trace('op', (segment) => {
        for (const name of ['a', 'b']) recorder.capture(name, () => undefined);
        expect(documents()).to.deep.equal([]);
        recorder.capture('c', () => undefined);

        expect(names(documents())).to.deep.equal(['a', 'b', 'c']);
        for (const document of documents()) {
          expect(document).to.include({ type: 'subsegment', trace_id: segment.traceId, parent_id: segment.id });
          expect(document).to.have.property('end_time');
        }
      });

      expect(documents()).to.have.length(4);
      expect(documents()[3]).not.to.have.property('subsegments');
    });

    it('sends a finished subtree in one document, and nothing that is open', () => {
      const { recorder, documents } = start(2);
      recorder.trace('op', () => {
        recorder.capture('open', () => {
          recorder.capture('top', () => {
            recorder.capture('one', () => undefined);
            recorder.capture('two', () => undefined);
          });

          expect(names(documents())).to.deep.equal(['top']);
          expect(names(documents()[0]?.subsegments ?? [])).to.deep.equal(['one', 'two']);
        });
      });
    });

    it('keeps what is closed while something below it is open', async () => {
      const { recorder, documents } = start(0);
      await recorder.trace('op', async () => {
        let below: Promise<void> | undefined;
        recorder.capture('closed', () => {
          below = recorder.capture('open', () => turn());
        });
        recorder.capture('finished', () => undefined);
        expect(names(documents())).to.deep.equal(['finished']);
        await below;

        expect(names(documents())).to.deep.equal(['finished', 'closed']);
        expect(names(documents()[1]?.subsegments ?? [])).to.deep.equal(['open']);
      });
    });
  });

  describe('when the threshold is not reached', () => {
    it('sends one document', () => {
      const { recorder, documents } = start();
      recorder.trace('op', () => {
        for (let count = 0; count < 100; count += 1) recorder.capture('x', () => undefined);
      });

      expect(documents()).to.have.length(1);
    });
  });

  describe('when something comes for a subsegment that has left early', () => {
    it('refuses a value', () => {
      const { recorder, diagnostics } = start(0);
      recorder.trace('op', () => {
        let left: SegmentHandle | undefined;
        recorder.capture('left', (handle) => {
          left = handle;
        });
        left?.annotate('late', 1);
      });

      expect(diagnostics.counts).to.include({ VALUE_REFUSED: 1 });
      expect(recording?.trace().find('left').annotations).to.deep.equal({});
    });

    it('sends a subsegment below it, under it, at the latest with the segment', () => {
      const { recorder, documents } = start(0);
      let open: SegmentHandle | undefined;
      recorder.trace('op', () => {
        let left: SegmentHandle | undefined;
        recorder.capture('left', (handle) => {
          left = handle;
        });
        left?.run(() => recorder.capture('late', () => recorder.capture('below', () => undefined)));
        left?.run(() => {
          open = recorder.beginSubsegment('still open');
        });
      });
      open?.close();

      expect(documents().map(({ name, in_progress: inProgress }) => [name, inProgress ?? false])).to.deep.equal([
        ['left', false],
        ['below', false],
        ['late', false],
        ['spec', false],
        ['still open', true],
        ['still open', false],
      ]);
      expect(
        recording
          ?.trace()
          .find('left')
          .children.map(({ name }) => name),
      ).to.deep.equal(['late', 'still open']);
    });
  });

  describe('when concurrent siblings are begun by hand before their first wait', () => {
    it('sends each under its own parent, since it waits until that is known', async () => {
      const { recorder, trace, documents } = start(0);
      const byHand = async (name: string, turns: number): Promise<void> => {
        const subsegment = recorder.beginSubsegment(name);
        for (let count = 0; count < turns; count += 1) await turn();
        recorder.capture(`in ${name}`, () => undefined);
        subsegment.close();
      };
      await recorder.trace('op', async () => {
        await Promise.all([byHand('a', 3), byHand('b', 1), byHand('c', 2)]);

        expect(names(documents()).filter((name) => !name.startsWith('in '))).to.have.members(['a', 'b', 'c']);
      });

      expect(
        printTrace(trace())
          .split('\n')
          .map((line) => line.trimEnd()),
      ).to.have.members(['spec  operation="op"', '├─ a', '│  └─ in a', '├─ b', '│  └─ in b', '└─ c', '   └─ in c']);
    });
  });

  describe('when an exception passes through subsegments that leave apart', () => {
    it('records it where it was thrown, and references it by id in the other documents', () => {
      const { recorder, documents } = start(0);
      const fail = (): never => {
        throw new Error('passes through');
      };
      expect(() =>
        recorder.trace('op', () => recorder.capture('outer', () => recorder.capture('inner', fail))),
      ).to.throw();
      const [inner, ...above] = documents().map(({ cause }) => cause);

      expect(inner).to.have.nested.property('exceptions[0].message', 'passes through');
      const id = typeof inner === 'object' ? inner.exceptions[0]?.id : undefined;
      expect(above).to.deep.equal([id, id]);
    });
  });

  describe('when more is annotated than a trace may have', () => {
    it('counts those of what has left', () => {
      const { recorder, documents } = start(0);
      recorder.trace('op', () => {
        for (let count = 0; count < 60; count += 1) recorder.capture('x', (handle) => handle.annotate('count', count));
      });
      const annotated = documents().filter(({ annotations }) => annotations !== undefined);

      expect(annotated).to.have.length(50);
    });
  });

  describe('when beforeSend drops or enlarges what leaves early', () => {
    it('drops it, or splits it', () => {
      recording = startRecording({
        streamingThreshold: 1,
        beforeSend: (document) => {
          if (document.name === 'dropped') return null;
          for (const each of [document, ...(document.subsegments ?? [])])
            each.metadata = { x: { x: 'x'.repeat(40_000) } };
          return document;
        },
      });
      const { recorder, documents } = recording;
      recorder.trace('op', () => {
        recorder.capture('dropped', () => undefined);
        recorder.capture('outer', () => recorder.capture('inner', () => undefined));
      });

      expect(names(documents())).to.have.members(['inner', 'outer', 'spec']);
      for (const document of documents()) expect(JSON.stringify(document).length).to.be.below(64_000);
    });
  });

  describe('when the engine is shut down', () => {
    it('sends what is left, once', async () => {
      const { recorder, engine, trace, documents } = start(1);
      const segment = recorder.beginSegment('op');
      for (const name of ['a', 'b', 'c']) recorder.capture(name, () => undefined);
      await engine.shutDown();

      expect(documents()).to.have.length(3);
      expect(trace().roots[0]?.children.map(({ name }) => name)).to.have.members(['a', 'b', 'c']);
      segment.close();
    });
  });

  describe('when the trace is not sampled', () => {
    it('sends nothing', () => {
      const { recorder, documents } = start(0);
      recorder.resume('Root=1-6553f100-aaaaaaaaaaaaaaaaaaaaaaaa;Sampled=0', 'op', () => {
        recorder.capture('x', () => undefined);
      });

      expect(documents()).to.deep.equal([]);
    });
  });

  describe('when programs run with any threshold', () => {
    it('leaves the tree of their calls', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(programs, { minLength: 1, maxLength: 3 }),
          fc.nat(4),
          async (concurrent, threshold) => {
            const each = startRecording({ streamingThreshold: threshold });
            const { recorder } = each;
            await recorder.trace('op', () =>
              Promise.all(
                concurrent.map((program) =>
                  recorder.capture('program', () => new ProgramRunner(recorder).run(program)),
                ),
              ),
            );
            await each.stop();
            const recorded = each.trace().roots[0]?.children.flatMap(({ children }) => children.map(outlineRecorded));

            expect(recorded).to.have.deep.members(concurrent.map(outlineOf));
          },
        ),
        { numRuns: 200 },
      );
    });
  });

  describe('when 20,000 subsegments follow each other in one request', () => {
    for (const depth of [1, 3]) {
      it(`keeps no more of them alive than the threshold, ${depth} deep`, async () => {
        recording = startRecording({
          emitter: { emit: () => undefined, flush: async () => undefined, close: async () => undefined },
        });
        const { recorder } = recording;
        const references: WeakRef<object>[] = [];
        const call = (level: number, index: number): void => {
          recorder.capture('call', (handle) => {
            references.push(new WeakRef(handle));
            handle.metadata('index', { index });
            if (level < depth) call(level + 1, index);
            else if (index % 10 === 0) handle.error(Object.assign(new Error('recorded'), { handle }));
          });
        };
        await recorder.trace('op', async () => {
          for (let index = 0; index < 20_000 / depth; index += 1) {
            call(1, index);
            if (index % 500 === 0) await turn();
          }
          await turn();
          collectGarbage();
          const alive = references.filter((reference) => reference.deref() !== undefined).length;

          expect(references.length).to.be.at.least(19_998);
          expect(alive).to.be.at.most(110);
        });
      });
    }
  });

  describe('when 10,000 calls are inside each other', () => {
    it('sends them all, without recursion of its own', () => {
      const { recorder, trace, documents } = start();
      recorder.trace('op', (segment) => {
        const open: SegmentHandle[] = [segment];
        for (let level = 0; level < 10_000; level += 1) {
          open.at(-1)?.run(() => open.push(recorder.beginSubsegment('level')));
        }
        for (const handle of open.slice(1).toReversed()) handle.close();

        expect(documents()).to.have.length(99);
      });

      expect(trace().entities).to.have.length(10_001);
    });

    it('sends what comes late below each, too', () => {
      const { recorder, trace } = start(0);
      recorder.trace('op', (segment) => {
        let at: SegmentHandle = segment;
        for (let level = 0; level < 10_000; level += 1) {
          at.run(() =>
            recorder.capture('level', (handle) => {
              at = handle;
            }),
          );
        }
      });

      expect(trace().entities).to.have.length(10_001);
    });
  });
});
