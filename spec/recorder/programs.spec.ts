import { expect } from 'chai';
import fc from 'fast-check';
import { outlineOf, outlineRecorded, ProgramRunner, programs } from '../support/random-program.js';
import { startRecording } from '../support/recording.js';

describe('A recorded program', () => {
  describe('when it calls in sequence, in parallel, by hand, waits and throws, in any combination', () => {
    it('leaves the tree of its calls, each failed where it failed', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(programs, { minLength: 1, maxLength: 3 }), async (concurrent) => {
          const recording = startRecording();
          const { recorder } = recording;
          await Promise.all(
            concurrent.map((program, index) =>
              recorder.trace(`program ${index}`, () => new ProgramRunner(recorder).run(program)),
            ),
          );
          await recording.stop();
          const { roots } = recording.trace();
          const recorded = new Map(roots.map((root) => [root.annotations['operation'], root]));
          for (const [index, program] of concurrent.entries()) {
            const root = recorded.get(`program ${index}`);
            expect(root?.children.map(outlineRecorded)).to.deep.equal([outlineOf(program)]);
          }
        }),
        { numRuns: Number(process.env['RADIOGRAPH_RUNS'] ?? 300) },
      );
    });
  });
});
