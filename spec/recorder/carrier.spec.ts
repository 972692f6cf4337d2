import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import type { SegmentDocument } from '#lib/index.js';
import { startRecording, type SpecRecording } from '../support/recording.js';

const PROGRAM = new URL('../support/programs/resume.js', import.meta.url);

describe('A carrier', () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording();
  });

  afterEach(() => recording.stop());

  for (const { where, start } of [
    {
      where: 'a worker thread',
      start: async (carrier: string): Promise<SegmentDocument[]> => {
        const worker = new Worker(PROGRAM, { workerData: carrier });
        const [[documents]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
        return documents;
      },
    },
    {
      where: 'a child process',
      start: async (carrier: string): Promise<SegmentDocument[]> => {
        const child = fork(fileURLToPath(PROGRAM), [carrier]);
        child.once('message', () => child.disconnect());
        const [[documents]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
        return documents;
      },
    },
  ]) {
    describe(`when it is taken to ${where}`, () => {
      it('makes what runs there a child of the subsegment that sent it', async () => {
        const { recorder } = recording;
        const there = await recorder.trace('op', () => recorder.capture('hand over', () => start(recorder.carrier())));
        const [here] = recording.documents();

        expect(there).to.have.lengthOf(1);
        expect(there[0]).to.deep.include({
          name: 'elsewhere',
          trace_id: here?.trace_id,
          parent_id: here?.subsegments?.[0]?.id,
        });
        expect(there[0]?.subsegments?.map(({ name }) => name)).to.deep.equal(['work']);
      });
    });
  }
});
