import { parentPort, workerData } from 'node:worker_threads';
import { TracingModule } from '#lib/index.js';
import type { SegmentDocument } from '#lib/index.js';

// Goes on with the trace of whoever started it, as a worker thread or as a child process, and answers the documents.
const carrier = typeof workerData === 'string' ? workerData : (process.argv[2] ?? '');
const documents: SegmentDocument[] = [];
const tracing = TracingModule.forRoot({
  service: 'elsewhere',
  sampling: 'none',
  beforeSend: (document) => {
    documents.push(document);
    return null;
  },
});
await tracing.recorder.resume(carrier, 'continue', async () => {
  await Promise.resolve();
  tracing.recorder.capture('work', () => undefined);
});
await tracing.close();
if (parentPort === null) process.send?.(documents);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
else parentPort.postMessage(documents);
