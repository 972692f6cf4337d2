// How long a call lasts that hands out something that works on.
import { readFile } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Recorder, Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region generator
class Pages {
  @Traced()
  async *all(count: number): AsyncGenerator<number> {
    for (let page = 1; page <= count; page += 1) yield await this.load(page);
  }

  @Traced()
  async load(page: number): Promise<number> {
    return page;
  }

  @Traced()
  show(_page: number): void {}
}

const pages = new Pages();
const generated = await recordTrace(async () => {
  for await (const page of pages.all(2)) pages.show(page);
});
console.log(printTrace(generated.trace));
// #endregion

// #region stream
class Exports {
  @Traced()
  open(): Readable {
    return Readable.from(['one', 'two']);
  }
}

const streamed = await recordTrace(() => text(new Exports().open())); // read to its end
console.log(printTrace(streamed.trace));
const unread = await recordTrace(() => [new Exports().open()]); // never read
console.log(printTrace(unread.trace));
// #endregion

// #region callback
class Files {
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  read(path: string, callback: (error: Error | null, bytes?: Buffer) => void): void {
    this.#recorder.captureCallback('Files.read', (done) => readFile(path, done), callback);
  }
}
// #endregion

const files = new Files(new Recorder());
const called = await recordTrace(
  () =>
    new Promise((resolve) => {
      files.read('nowhere.txt', resolve);
    }),
);
console.log(printTrace(called.trace).replace(/, open .*/, ''));
