// Work that no request asks for: each call is a trace of its own.
import { Annotate, Recorder, Traced, TracedTask, TracingModule } from 'radiograph';
import { MemoryEmitter, printTrace, RecordedTrace } from 'radiograph/testing';

// #region tasks
class Housekeeping {
  @TracedTask()
  sweep(): void {
    this.remove('expired sessions');
  }

  @TracedTask((queue: string) => `drain ${queue}`)
  async drain(@Annotate('queue') queue: string): Promise<void> {
    this.remove(queue);
  }

  @Traced()
  remove(_what: string): void {}
}
// #endregion

const emitter = new MemoryEmitter();
const tracing = TracingModule.forRoot({ service: 'shop', sampling: 'all', emitter });
const housekeeping = new Housekeeping();
housekeeping.sweep();
await housekeeping.drain('mail');
const recorder: Recorder = tracing.recorder;
recorder.trace('DELETE /sessions', () => housekeeping.sweep());
await tracing.close();
console.log(printTrace(new RecordedTrace(emitter.documents)));
