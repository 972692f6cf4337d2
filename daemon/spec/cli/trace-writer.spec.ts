import { Writable } from 'node:stream';
import { expect } from 'chai';
import { TraceWriter } from '#lib/cli/trace-writer.js';
import { assembled, segment } from '../support/documents.js';

/** A stream whose reader takes one chunk at a time, when the spec says so. */
class SlowStream extends Writable {
  readonly chunks: string[] = [];
  #next: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk.toString());
    this.#next = done;
  }

  read(): void {
    this.#next?.();
  }
}

function traceOf(number: number) {
  return assembled(segment(number));
}

describe('TraceWriter', () => {
  describe('when the reader is slow', () => {
    it('keeps the newest traces, counts the others, and writes what it kept in order', async () => {
      const stream = new SlowStream();
      const writer = new TraceWriter({
        stream,
        render: ({ segments }) => `${segments[0]?.entity.name}\n`,
        capacity: 2,
      });
      for (const number of [1, 2, 3, 4]) {
        writer.write(traceOf(number));
      }
      expect(stream.chunks).to.deep.equal(['segment 1\n']);
      expect(writer.dropped).to.equal(1);

      const flushed = writer.flush();
      stream.on('drain', () => stream.read());
      stream.read();
      await flushed;
      expect(stream.chunks).to.deep.equal(['segment 1\n', 'segment 3\n', 'segment 4\n']);
    });
  });

  describe('when the reader is gone', () => {
    it('stops waiting', async () => {
      const stream = new SlowStream();
      const writer = new TraceWriter({ stream, render: () => 'x', capacity: 1 });
      writer.write(traceOf(1));
      const flushed = writer.flush();
      stream.destroy();

      await flushed;
      writer.write(traceOf(2));
      expect(stream.chunks).to.deep.equal(['x']);
    });
  });
});
