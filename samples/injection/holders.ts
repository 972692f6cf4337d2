// Where a decorator looks for the recorder of an object.
import { Container } from 'typedi';
import { inject, Recorder, TracedTask, TracingModule } from 'radiograph';
import { MemoryEmitter, printTrace, RecordedTrace } from 'radiograph/testing';

const documents = new MemoryEmitter();
const settings = { sampling: 'all', emitter: documents } as const;

// #region holders
class Seen {
  constructor(private readonly recorder: Recorder) {} // an own property, whatever its name

  @TracedTask()
  work(): string {
    return this.recorder.header();
  }
}

class Unseen {
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder; // nobody else can read it
  }

  @TracedTask()
  work(): string {
    return this.#recorder.header();
  }
}

const shop = TracingModule.forRoot({ ...settings, service: 'shop' });
const acme = TracingModule.forRoot({ ...settings, service: 'acme', container: Container.of('acme') });
new Seen(acme.recorder).work();
new Unseen(acme.recorder).work(); // by the recorder of the default container
new Unseen(inject(Recorder)).work();
// #endregion
for (const module of [acme, shop]) await module.close();
Container.reset('acme');
console.log(printTrace(new RecordedTrace(documents.documents)));
