import { expect } from 'chai';
import { processRecorder } from '#lib/recorder/recorder.js';
import { printTrace, recordTrace, RecordedTrace } from '#lib/testing/index.js';

const recorder = processRecorder();
const nothing = (): void => undefined;

describe('RecordedTrace', () => {
  let trace: RecordedTrace;

  beforeEach(async () => {
    ({ trace } = await recordTrace(() => {
      recorder.capture('Orders.place', () => {
        recorder.capture('charge 1', nothing);
        recorder.capture('retry', () => recorder.capture('charge 2', nothing));
      });
      recorder.capture('charge 3', nothing);
      recorder.trace('GET /stock', () => recorder.capture('look', nothing));
    }));
  });

  const FOUND: [title: string, path: Parameters<RecordedTrace['findAll']>, names: string[]][] = [
    ['a name', ['retry'], ['retry']],
    ['names one by one', ['Orders.place', 'charge 2'], ['charge 2']],
    ['names in one text', ['test > Orders.place>charge 2'], ['charge 2']],
    ['a pattern', [/^charge/], ['charge 1', 'charge 2', 'charge 3']],
    ['a pattern that is global', [/charge/g], ['charge 1', 'charge 2', 'charge 3']],
    ['a pattern below a name', ['Orders.place', /charge/], ['charge 1', 'charge 2']],
    ['a function', [({ children }) => children.length === 1], ['retry', 'test']],
    ['the operation of a segment', ['GET /stock > look'], ['look']],
    ['a step that begins where another ended', ['test', 'test'], ['test']],
    ['nothing that is there', ['retry', 'charge 1'], []],
  ];
  for (const [title, path, names] of FOUND) {
    describe(`when it is asked for ${title}`, () => {
      it('finds all in the order in which they began, each once', () => {
        expect(trace.findAll(...path).map(({ name }) => name)).to.deep.equal(names);
        expect(trace.tryFind(...path)?.name).to.equal(names[0]);
      });
    });
  }

  const MISSED: [title: string, path: Parameters<RecordedTrace['find']>, message: string][] = [
    [
      'misspells the first step',
      ['Orders.plaec > charge 1'],
      'Nothing recorded is called "Orders.plaec". Did you mean "Orders.place"?',
    ],
    [
      'misspells a later step',
      ['Orders.place', 'retyr'],
      'Nothing recorded below "Orders.place" is called "retyr". Did you mean "retry"?',
    ],
    [
      'names what is elsewhere',
      ['retry', 'GET /stock'],
      'Nothing recorded below "retry" is called "GET /stock". It was recorded elsewhere.',
    ],
    ['has a pattern', [/refund/], 'Nothing recorded has a name like /refund/.'],
    [
      'has a function',
      [
        'retry',
        function isSlow() {
          return false;
        },
      ],
      'Nothing recorded below "retry" satisfies the function isSlow.',
    ],
  ];
  for (const [title, path, message] of MISSED) {
    describe(`when the path ${title}`, () => {
      it('says which step failed, what is near, and what was recorded', () => {
        expect(() => trace.find(...path)).to.throw(`${message}\n\nRecorded was:\n\n${printTrace(trace)}`);
      });
    });
  }

  describe('when the path says nothing', () => {
    it('refuses it', () => {
      expect(() => trace.find('')).to.throw(TypeError, 'A path names at least one step');
      expect(() => trace.find('a >')).to.throw(TypeError, 'A path names at least one step');
      expect(() => trace.find(7 as unknown as string)).to.throw(TypeError, 'it was given 7');
    });
  });

  describe('when nothing was recorded', () => {
    it('says so', () => {
      expect(() => new RecordedTrace([]).find('a')).to.throw('Nothing was recorded, so there is nothing at "a".');
    });
  });

  describe('when the clock stands still', () => {
    it('keeps what began in order, segments among subsegments', () => {
      const at = (id: string, more: object): never => ({ id, name: id, start_time: 1, end_time: 1, ...more }) as never;
      const documents = [
        at('c', { parent_id: 'a', trace_id: 't' }),
        at('a', { trace_id: 't', subsegments: [at('b', {}), at('d', {})] }),
      ];
      const ordered = new RecordedTrace(documents, (id) => id.charCodeAt(0));

      expect(ordered.find('a').children.map(({ name }) => name)).to.deep.equal(['b', 'c', 'd']);
    });
  });

  describe('when it is ten thousand deep', () => {
    it('is read, searched and printed', async () => {
      const deep = await recordTrace(() => {
        for (let level = 0; level < 10_000; level += 1) recorder.beginSubsegment(level === 9999 ? 'last' : 'level');
      });

      expect(deep.trace.find('last').isInProgress).to.equal(true);
      expect(deep.trace.entities).to.have.lengthOf(10_001);
    });
  });
});
