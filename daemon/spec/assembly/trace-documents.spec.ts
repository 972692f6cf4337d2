import { expect } from 'chai';
import * as fc from 'fast-check';
import { walkTrace } from '#lib/assembly/assembled-trace.js';
import { TraceDocuments } from '#lib/assembly/trace-documents.js';
import { writeJsonLine } from '#lib/cli/json-line.js';
import {
  assembled,
  idOf,
  independent,
  nodeNamed,
  outline,
  received,
  segment,
  subsegment,
  traceId,
} from '../support/documents.js';

describe('TraceDocuments', () => {
  describe('when subsegments were sent on their own', () => {
    const documents = [
      independent(4, 3),
      independent(3, 2),
      segment(1, { subsegments: [subsegment(2, { subsegments: [subsegment(5, { start_time: 10.3 })] })] }),
    ];
    const tree = ['segment 1', '  subsegment 2', '    subsegment 3', '      subsegment 4', '    subsegment 5'];

    it('puts them under their parents when they came before them', () => {
      expect(outline(assembled(...documents))).to.deep.equal(tree);
    });

    it('puts them under their parents when they came after them', () => {
      expect(outline(assembled(...documents.toReversed()))).to.deep.equal(tree);
    });
  });

  describe('when a fragment and a complete version of one segment arrive', () => {
    const fragment = segment(1, { name: 'early', end_time: undefined, in_progress: true });

    for (const [order, documents] of Object.entries({
      'fragment first': [fragment, segment(1)],
      'fragment last': [segment(1), fragment],
    })) {
      it(`keeps the complete one: ${order}`, () => {
        const trace = assembled(...documents);

        expect(outline(trace)).to.deep.equal(['segment 1']);
        expect(trace.isPartial).to.equal(false);
      });
    }
  });

  describe('when an embedded subsegment was still in progress', () => {
    it('replaces it by its complete version, where it was', () => {
      const open = subsegment(2, { end_time: undefined, in_progress: true, subsegments: [subsegment(3)] });
      const trace = assembled(independent(2, 1, { name: 'done' }), segment(1, { subsegments: [open] }));

      expect(outline(trace)).to.deep.equal(['segment 1', '  done', '    subsegment 3']);
      expect(trace.isPartial).to.equal(false);
    });
  });

  describe('when a complete segment is sent again', () => {
    it('takes the later one and keeps the subsegments that came on their own', () => {
      const trace = assembled(segment(1), independent(2, 1), segment(1, { name: 'again', fault: true }));

      expect(outline(trace)).to.deep.equal(['again', '  subsegment 2']);
      expect(nodeNamed(trace, 'again').entity.members['fault']).to.equal(true);
    });

    it('counts what it replaced, and not its bytes twice', () => {
      const documents = new TraceDocuments(traceId);
      documents.add(received(segment(1)));
      const bytes = documents.bytes;

      expect(documents.add(received(segment(1)))).to.equal(1);
      expect(documents.bytes).to.equal(bytes);
    });
  });

  describe('when the parent of a subsegment never arrives', () => {
    it('keeps it as an orphan with what is below it, and the trace partial', () => {
      const trace = assembled(segment(1), independent(3, 2), independent(4, 3));

      expect(trace.segments.map(({ entity }) => entity.name)).to.deep.equal(['segment 1']);
      expect(trace.orphans.map(({ entity }) => entity.parentKey)).to.deep.equal([idOf(2)]);
      expect(trace.orphans[0]?.children[0]?.entity.name).to.equal('subsegment 4');
      expect(trace.isPartial).to.equal(true);
    });
  });

  describe('when a segment names its caller', () => {
    it('nests it under the subsegment that called it', () => {
      const caller = segment(1, { subsegments: [subsegment(2, { namespace: 'remote' })] });
      expect(outline(assembled(segment(3, { parent_id: idOf(2) }), caller))).to.deep.equal([
        'segment 1',
        '  subsegment 2',
        '    segment 3',
      ]);
    });

    it('nests it under a segment', () => {
      expect(outline(assembled(segment(3, { parent_id: idOf(1) }), segment(1)))).to.deep.equal([
        'segment 1',
        '  segment 3',
      ]);
    });

    it('shows it at the top, as whole, when the caller sends nothing', () => {
      const trace = assembled(segment(3, { parent_id: idOf(9) }));

      expect(trace.segments).to.have.length(1);
      expect(trace.isPartial).to.equal(false);
    });
  });

  describe('when documents name each other as parents', () => {
    for (const [what, documents, tree] of [
      ['itself', [segment(1, { parent_id: idOf(1) })], ['segment 1']],
      [
        'a circle of three with something hanging on it',
        [independent(2, 4), independent(3, 2), independent(4, 3), independent(1, 3)],
        ['subsegment 2', '  subsegment 3', '    subsegment 1', '    subsegment 4'],
      ],
    ] as const) {
      it(`opens ${what} at the smallest id`, () => {
        expect(outline(assembled(...documents))).to.deep.equal(tree);
        expect(outline(assembled(...documents.toReversed()))).to.deep.equal(tree);
      });
    }
  });

  describe('when siblings start at the same time', () => {
    it('keeps them in the order of their document', () => {
      const root = segment(1, { subsegments: [subsegment(9), subsegment(3), subsegment(5)] });

      expect(outline(assembled(root)).slice(1)).to.deep.equal(['  subsegment 9', '  subsegment 3', '  subsegment 5']);
    });
  });

  describe('when ids differ in case', () => {
    it('takes them for the same', () => {
      const trace = assembled(segment(0xab, { id: '00000000000000AB' }), independent(1, 0xab));
      expect(outline(trace)).to.deep.equal(['segment 171', '  subsegment 1']);
    });
  });

  it('spans from the earliest start to the latest end', () => {
    const trace = assembled(segment(1), independent(2, 1, { start_time: 9, end_time: 12.5 }));
    expect([trace.startTime, trace.endTime]).to.deep.equal([9, 12.5]);
  });

  describe('when subsegments are chained 10,000 levels deep', () => {
    it('assembles and walks them without running out of stack', () => {
      const documents = new TraceDocuments(traceId);
      for (let number = 10_000; number > 1; number -= 1) {
        documents.add(received(independent(number, number - 1)));
      }
      documents.add(received(segment(1)));
      const trace = documents.assemble({ isUpdate: false, isCutShort: false });

      expect(Math.max(...Array.from(walkTrace(trace), ({ depth }) => depth))).to.equal(9999);
    });
  });

  it('assembles the same trace from the same documents in any order', () => {
    // A random tree whose members are each embedded, sent on their own, or segments, some preceded by a fragment.
    const tree = fc
      .array(
        fc.record({
          parent: fc.nat(),
          how: fc.constantFrom('embedded', 'independent', 'segment'),
          hasFragment: fc.boolean(),
          start: fc.nat({ max: 5 }),
          isOrphan: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
        }),
        { minLength: 1, maxLength: 14 },
      )
      .map((items) => documentsOf(items));
    const shuffled = tree.chain((documents) =>
      fc.tuple(
        fc.constant(documents),
        fc.shuffledSubarray(documents, { minLength: documents.length, maxLength: documents.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([documents, others]) => {
        expect(writeJsonLine(assembled(...others))).to.equal(writeJsonLine(assembled(...documents)));
      }),
      { numRuns: 300 },
    );
  });
});

interface Item {
  readonly parent: number;
  readonly how: string;
  readonly hasFragment: boolean;
  readonly start: number;
  readonly isOrphan: boolean;
}

function documentsOf(items: readonly Item[]): unknown[] {
  const documents: Record<string, unknown>[] = [];
  const made: Record<string, unknown>[] = [];
  const embedded: Record<string, unknown>[][] = [];
  for (const [index, { parent, how, hasFragment, start, isOrphan }] of items.entries()) {
    const number = index + 1;
    const times = { start_time: 10 + start, end_time: 20 };
    const above = made.length === 0 ? undefined : parent % made.length;
    const parentNumber = isOrphan || above === undefined ? 1000 + number : above + 1;
    let document: Record<string, unknown>;
    if (how === 'embedded' && above !== undefined) {
      document = subsegment(number, times);
      embedded[above]!.push(document);
    } else if (how === 'independent') {
      document = independent(number, parentNumber, times);
      documents.push(document);
    } else {
      document = segment(number, { ...times, ...(index === 0 ? {} : { parent_id: idOf(parentNumber) }) });
      documents.push(document);
    }
    const fragment = { ...document, name: 'fragment', end_time: undefined, in_progress: true };
    if (hasFragment && how === 'independent' && above !== undefined) {
      embedded[above]!.push(fragment);
    } else if (hasFragment && how !== 'embedded') {
      documents.push(fragment);
    }
    const inside: Record<string, unknown>[] = [];
    document['subsegments'] = inside;
    embedded.push(inside);
    made.push(document);
  }
  return documents;
}
