import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { processRecorder } from '#lib/recorder/recorder.js';
import {
  assertTree,
  printTrace,
  recordTrace,
  TreeMismatch,
  type ExpectedTree,
  type RecordedTrace,
  type TreeOptions,
} from '#lib/testing/index.js';

const recorder = processRecorder();
const nothing = (): void => undefined;

function mismatchOf(recorded: RecordedTrace, expected: ExpectedTree, options?: TreeOptions): TreeMismatch {
  try {
    assertTree(recorded, expected, options);
  } catch (thrown) {
    if (thrown instanceof TreeMismatch) return thrown;
    throw thrown;
  }
  throw new Error('The trees are equal.');
}

const diffOf = (...args: Parameters<typeof mismatchOf>): string =>
  mismatchOf(...args)
    .message.split('\n')
    .slice(2, -1)
    .join('\n');

describe('assertTree', () => {
  let trace: RecordedTrace;

  beforeEach(async () => {
    ({ trace } = await recordTrace(() => {
      recorder.capture(
        { name: 'Orders.place', annotations: { item: 'tea', count: 3 }, metadata: { sizes: { s: 1, m: [2] } } },
        () => {
          recorder.capture('reserve', nothing);
          try {
            recorder.capture('charge', () => {
              throw new RangeError('no\ncredit');
            });
          } catch {
            recorder.capture('refuse', nothing);
          }
        },
      );
    }));
  });

  describe('when a text is expected', () => {
    it('takes the printed tree, drawn or indented', () => {
      assertTree(trace, printTrace(trace));
      assertTree(trace, printTrace(trace, { metadata: true }), { metadata: true });
      assertTree(
        trace,
        `
          test  operation="test"
            Orders.place  item="tea"  count=3
              reserve
              charge  [fault]  RangeError: no\\ncredit
              refuse
        `,
      );
    });

    it('takes the tree of an entity alone', () => {
      assertTree(trace.find('refuse'), 'refuse');
    });

    it('shows what differs where it is', () => {
      const expected = printTrace(trace).replace('"tea"', '"coffee"').replace('└─ refuse', '├─ refuse\n   └─ refund');

      expect(diffOf(trace, expected)).to.equal(
        [
          '  test  operation="test"',
          '- └─ Orders.place  item="coffee"  count=3',
          '+ └─ Orders.place  item="tea"  count=3',
          '     ├─ reserve',
          '     ├─ charge  [fault]  RangeError: no\\ncredit',
          '     ├─ refuse',
          '-    └─ refund',
        ].join('\n'),
      );
    });

    it('takes siblings in any order where that is asked for', async () => {
      const shuffled = await recordTrace(() => {
        recorder.capture('b', () => recorder.capture('c', nothing));
        recorder.capture('a', nothing);
      });
      const expected = ['test  operation="test"', '  a', '  b', '    c'].join('\n');

      assertTree(shuffled.trace, expected, { inAnyOrder: true });
      expect(diffOf(shuffled.trace, expected)).to.contain('- ├─ a');
    });
  });

  describe('when an object is expected', () => {
    it('compares only what it names', () => {
      assertTree(trace, {});
      assertTree(trace, { name: 'test', isSegment: true, isInProgress: false });
      assertTree(trace.find('Orders.place'), {
        name: /^Orders/,
        annotations: { item: (value: unknown) => value === 'tea', count: sinon.match.number, card: undefined },
        metadata: { default: { sizes: { m: [2] } } },
        exception: false,
        isSegment: false,
        children: ['reserve', { name: /charge/, isFault: true, isError: false, exception: RangeError }, 'refuse'],
      });
      assertTree(trace.find('Orders.place'), { children: { inAnyOrder: ['refuse', 'charge', /res/] } });
      assertTree(trace.find('Orders.place'), { children: { including: [{ exception: { message: /credit/ } }] } });
      assertTree(trace.find('Orders.place'), { children: ['refuse', 'reserve', 'charge'] }, { inAnyOrder: true });
      assertTree(trace.find('refuse'), { children: [] });
    });

    const DIFFERENT: [title: string, expected: ExpectedTree, lines: string[]][] = [
      ['a name', { name: 'shop' }, ['- shop  operation="test"', '+ test  operation="test"']],
      [
        'an annotation',
        { children: [{ annotations: { item: /coffee/, count: undefined, card: 'x' } }] },
        ['- └─ Orders.place  item=/coffee/  card="x"', '+ └─ Orders.place  item="tea"  count=3'],
      ],
      [
        'metadata',
        { children: [{ metadata: { default: { sizes: { m: [1] } } } }] },
        [
          '- └─ Orders.place  item="tea"  count=3  default.sizes={"m":[1]}',
          '+ └─ Orders.place  item="tea"  count=3  default.sizes={"s":1,"m":[2]}',
        ],
      ],
      [
        'a flag and an exception',
        { children: [{ children: ['reserve', { isFault: false, isThrottle: true, exception: 'TypeError' }, {}] }] },
        ['-    ├─ charge  [throttle]  TypeError', '+    ├─ charge  [fault]  RangeError: no\\ncredit'],
      ],
      [
        'a child that is missing',
        { children: [{ children: ['reserve', 'pay', 'charge', 'refuse'] }] },
        ['-    ├─ pay'],
      ],
      [
        'a child too many',
        { children: [{ children: ['reserve', 'refuse'] }] },
        ['+    ├─ charge  [fault]  RangeError: no\\ncredit'],
      ],
      [
        'a child among others',
        { children: [{ children: { including: ['charge', { name: 'pay', children: ['look'] }] } }] },
        ['-    └─ pay', '-       └─ look'],
      ],
      [
        'a kind',
        { isSegment: false },
        ['- test  operation="test"  [subsegment]', '+ test  operation="test"  [segment]'],
      ],
      [
        'a value that is not there, which no function is asked about',
        { annotations: { who: (value: string) => value.length > 0 }, metadata: { default: { x: { y: /z/ } } } },
        ['- test  operation="test"  who=(function who)  default.x={ y: /z/ }', '+ test  operation="test"'],
      ],
      [
        'a child that may be called anything',
        { children: [{}, { isFault: true, durationMillis: () => true }] },
        ['- └─ (any)  (function durationMillis) ms  [fault]'],
      ],
      ['a second root', [{}, { name: 'other' }], ['- other']],
    ];
    for (const [title, expected, lines] of DIFFERENT) {
      describe(`and it differs in ${title}`, () => {
        it('shows that, and nothing else, as different', () => {
          const diff = diffOf(trace, expected).split('\n');

          expect(diff.filter((line) => !line.startsWith(' '))).to.deep.equal(lines);
        });
      });
    }

    it('lets every expectation have the entity that it fits, however they are given', async () => {
      const { trace: concurrent } = await recordTrace(() => {
        for (const size of [1, 2]) recorder.capture({ name: 'item', annotations: { size } }, nothing);
      });

      assertTree(concurrent, { children: { inAnyOrder: ['item', { annotations: { size: 1 } }] } });
      expect(() => assertTree(concurrent, { children: { inAnyOrder: ['item'] } })).to.throw(TreeMismatch);
    });

    it('compares durations under a clock of its own', async () => {
      const clock = sinon.useFakeTimers();
      try {
        const slow = await recordTrace(() => recorder.capture('slow', () => clock.tick(250)));

        assertTree(slow.trace, { children: [{ durationMillis: 250 }] });
        expect(printTrace(slow.trace, { durations: true })).to.contain('└─ slow  250 ms');
        expect(diffOf(slow.trace, { children: [{ durationMillis: 100 }] })).to.contain(
          '- └─ slow  100 ms\n+ └─ slow  250 ms',
        );
      } finally {
        clock.restore();
      }
    });

    const REFUSED: [title: string, expected: unknown, message: string][] = [
      ['a member that does not exist', { annotation: { a: 1 } }, 'no member "annotation". Did you mean annotations?'],
      ['children that are none', { children: { inOrder: [] } }, 'The children that are expected are given as'],
      ['an entity that is none', { children: [7] }, 'An expected entity is a name'],
    ];
    for (const [title, expected, message] of REFUSED) {
      it(`refuses ${title}`, () => {
        expect(() => assertTree(trace, expected as ExpectedTree)).to.throw(TypeError, message);
      });
    }
  });

  describe('when the trees differ', () => {
    it('throws what runners print once and tools can show beside each other', () => {
      const mismatch = mismatchOf(trace, { name: 'shop' });

      expect(mismatch).to.include({ name: 'TreeMismatch', showDiff: false, actual: printTrace(trace) });
      expect(mismatch.expected).to.equal(printTrace(trace).replace('test', 'shop'));
      expect(mismatch.stack?.split('\n').find((line) => line.trim().startsWith('at '))).to.contain('mismatchOf');
    });

    it('leaves out what is far from the difference, but not what is above it', async () => {
      const { trace: wide } = await recordTrace(() => {
        recorder.capture('batch', () => {
          for (let index = 0; index < 20; index += 1) recorder.capture(`row ${index}`, nothing);
        });
      });

      expect(diffOf(wide, printTrace(wide).replace('row 15', 'row x'))).to.equal(
        [
          '  test  operation="test"',
          '  └─ batch',
          '  ⋮ 12 more',
          '     ├─ row 12',
          '     ├─ row 13',
          '     ├─ row 14',
          '-    ├─ row x',
          '+    ├─ row 15',
          '     ├─ row 16',
          '     ├─ row 17',
          '     ├─ row 18',
          '  ⋮ 1 more',
        ].join('\n'),
      );
    });
  });

  describe('when it is given no trace', () => {
    it('says what it needs', () => {
      expect(() => assertTree(undefined as unknown as RecordedTrace, {})).to.throw(
        TypeError,
        'A recorded trace is needed',
      );
    });
  });

  it('holds every tree to itself, and no tree to one with another leaf', async () => {
    interface Shape {
      readonly name: string;
      readonly children: readonly Shape[];
    }
    const shapes = (levels: number): fc.Arbitrary<Shape> =>
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        children: levels === 0 ? fc.constant([]) : fc.array(shapes(levels - 1), { maxLength: 3 }),
      });
    const run = ({ name, children }: Shape): void => recorder.capture(name, () => children.forEach(run));
    await fc.assert(
      fc.asyncProperty(shapes(3), async (shape) => {
        const { trace: random } = await recordTrace(() => run(shape));
        const another = { ...shape, children: [...shape.children, { name: 'z', children: [] }] };
        assertTree(random, printTrace(random));
        assertTree(random, { children: [shape] });
        assertTree(random, { children: [{ ...shape, children: shape.children.toReversed() }] }, { inAnyOrder: true });
        expect(diffOf(random, { children: [another] }).match(/^[-+].*$/gm)).to.have.lengthOf(1);
      }),
      { numRuns: 50 },
    );
  });
});
