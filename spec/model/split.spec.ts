import { expect } from 'chai';
import fc from 'fast-check';
import type { SegmentDocument } from '#lib/model/document.js';
import { splitDocument } from '#lib/model/split.js';
import { validateTrace } from '../support/wire-validator/index.js';

const TRACE = `1-6553f100-${'a'.repeat(24)}`;
/** Below it a name of 200 characters and what is required may not fit. */
const FLOOR_BYTES = 1200;

const text = fc
  .constantFrom('x', '漢', '\u0001', '🛒', '"')
  .chain((unit) => fc.nat(250).map((length) => unit.repeat(Math.floor(length / unit.length))));
const long = fc.nat(30_000).map((length) => 'x'.repeat(length));
const annotations = fc.dictionary(fc.stringMatching(/^\w{1,20}$/), fc.oneof(text, fc.integer(), fc.boolean()), {
  maxKeys: 8,
});
const metadata = fc.dictionary(
  fc.stringMatching(/^\w{1,20}$/),
  fc.dictionary(fc.string(), fc.oneof(text, long, fc.array(text)), { maxKeys: 4 }),
  { maxKeys: 3 },
);
const exceptions = fc.array(
  fc.record({
    type: text,
    message: text,
    stack: fc.array(fc.record({ path: text, line: fc.nat(), label: text }), { maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const optional = fc.record(
  {
    annotations,
    metadata,
    exceptions,
    http: fc.record({ request: fc.record({ url: text, user_agent: text }) }),
    sql: fc.record({ sanitized_query: text, url: text }),
    fault: fc.constant(true as const),
  },
  { requiredKeys: [] },
);

interface Shape {
  readonly name: string;
  readonly own: Record<string, unknown>;
  /** Which of those before it is its parent. */
  readonly parent: number;
}

const shapes: fc.Arbitrary<Shape[]> = fc.array(
  fc.record({ name: fc.stringMatching(/^[a-z漢]{1,200}$/), own: optional, parent: fc.nat() }),
  { minLength: 1, maxLength: 40 },
);

let lastId = 0;
function nextId(): string {
  lastId += 1;
  return lastId.toString(16).padStart(16, '0');
}

function documentOf(all: readonly Shape[], isAlone: boolean): SegmentDocument {
  const entities = all.map(({ name, own }, index): SegmentDocument => {
    const { exceptions: thrown, sql, ...rest } = own as { exceptions?: object[]; sql?: Record<string, string> };
    return {
      id: nextId(),
      name,
      ...(index === 0 && { trace_id: TRACE }),
      ...(index === 0 && isAlone && { type: 'subsegment', parent_id: 'f'.repeat(16) }),
      start_time: 1_700_000_000,
      end_time: 1_700_000_001,
      ...rest,
      // A trace takes fifty annotations: those of six.
      ...(index >= 6 && { annotations: {} }),
      ...(sql !== undefined && (index > 0 || isAlone) && { sql }),
      ...(thrown !== undefined && {
        cause: { exceptions: thrown.map((each) => ({ id: nextId(), ...each })) },
      }),
    } as SegmentDocument;
  });
  for (const [index, entity] of entities.entries()) {
    if (index === 0) continue;
    const parent = entities[(all[index] as Shape).parent % index] as SegmentDocument;
    (parent.subsegments ??= []).push(entity);
  }
  return entities[0] as SegmentDocument;
}

/** Each entity with its parent and what it is besides its members that may be cut. */
function entitiesIn(documents: readonly SegmentDocument[]): string[] {
  const pending = documents.map((document) => ({ document, parent: document.parent_id }));
  for (const { document } of pending) {
    for (const child of document.subsegments ?? []) pending.push({ document: child, parent: document.id });
  }
  return pending
    .map(({ document: { id, name, fault = false }, parent = 'none' }) => `${id} ${name} ${fault} in ${parent}`)
    .toSorted();
}

describe('splitDocument', () => {
  describe('when the document is within the limit', () => {
    it('answers it as it is, though it is no document', () => {
      expect(splitDocument('{"id": "x"}', 11)).to.deep.equal(['{"id": "x"}']);
      expect(splitDocument('no document', 100)).to.deep.equal(['no document']);
    });
  });

  describe('when it cannot be split', () => {
    for (const given of ['no document', 'null', '[1,2,3]', '{"id":"x"}', '{"id":"x","trace_id":"y","subsegments":7}']) {
      it(`answers ${given} as it is`, () => {
        expect(splitDocument(given, 2)).to.deep.equal([given]);
      });
    }
  });

  describe('when the document is larger than any limit from 1,200 bytes', () => {
    it('keeps every entity once, under its parent, in valid documents within the limit', () => {
      const limits = fc.integer({ min: FLOOR_BYTES, max: 64_000 });
      fc.assert(
        fc.property(shapes, limits, fc.boolean(), (all, bytes, isAlone) => {
          const document = documentOf(all, isAlone);
          const pieces = splitDocument(JSON.stringify(document), bytes);
          const documents = pieces.map((piece) => JSON.parse(piece) as SegmentDocument);

          for (const piece of pieces) expect(Buffer.byteLength(piece)).to.be.at.most(bytes);
          expect(entitiesIn(documents)).to.deep.equal(entitiesIn([document]));
          expect(documents[0]?.id).to.equal(document.id);
          const rules = validateTrace(documents).map(({ rule }) => rule);
          expect(rules.filter((rule) => !(isAlone && rule === 'known-parent'))).to.deep.equal([]);
          for (const piece of pieces) expect(splitDocument(piece, bytes)).to.deep.equal([piece]);
        }),
        { numRuns: 150 },
      );
    });
  });

  describe('when one entity alone is too large', () => {
    const base = { id: 'a'.repeat(16), name: 'x', trace_id: TRACE, start_time: 1_700_000_000, end_time: 1_700_000_001 };

    function split(members: object, bytes: number): SegmentDocument {
      const [piece = '', ...others] = splitDocument(JSON.stringify({ ...base, ...members }), bytes);
      expect(others).to.deep.equal([]);
      expect(Buffer.byteLength(piece)).to.be.at.most(bytes);
      return JSON.parse(piece) as SegmentDocument;
    }

    it('cuts its largest metadata first and says how large it was', () => {
      const stack = [{ path: 'a.js', line: 1, label: 'f' }];
      const cause = { exceptions: [{ id: 'b'.repeat(16), type: 'Error', message: 'm', stack }] };
      const document = split({ cause, metadata: { default: { small: 1, large: 'x'.repeat(5_000_000) } } }, 2000);

      expect(document.metadata).to.deep.equal({
        default: { small: 1, large: '[cut: 5000002 bytes, more than fits into the document]' },
      });
      expect(document.cause).to.deep.equal(cause);
    });

    it('then shortens stack traces, before it touches annotations', () => {
      const stack = Array.from({ length: 32 }, (_, line) => ({ path: 'p'.repeat(100), line, label: 'f' }));
      const cause = { exceptions: [{ id: 'b'.repeat(16), type: 'Error', message: 'm', stack }] };
      const document = split({ cause, annotations: { text: 'x'.repeat(900) } }, 3000);

      expect(document.annotations).to.deep.equal({ text: 'x'.repeat(900) });
      expect(document).to.have.nested.property('cause.exceptions[0].truncated', 24);
    });

    it('then cuts the texts of annotations', () => {
      const document = split({ annotations: { one: 'x'.repeat(900), two: 'y'.repeat(900) } }, FLOOR_BYTES);

      expect(document.annotations?.['one']).to.match(/^x+…$/).and.have.length(250);
    });

    it('takes exceptions that others wrote, without types or messages', () => {
      const bare = Array.from({ length: 40 }, (_, index) => ({ id: nextId(), truncated: index }));

      expect(split({ cause: { exceptions: bare } }, FLOOR_BYTES)).to.have.nested.property('cause.exceptions[0].id');
      expect(split({ cause: { paths: ['漢'.repeat(1000)] } }, FLOOR_BYTES)).to.have.property('metadata');
    });

    it('at last leaves members out, and names them', () => {
      const request = { url: '漢'.repeat(250), user_agent: '漢'.repeat(250) };
      const document = split({ http: { request }, user: 'me' }, FLOOR_BYTES);

      expect(document).not.to.have.property('http');
      expect(document).to.deep.include({
        user: 'me',
        metadata: { radiograph: { cut: 'http: more than fits into the document' } },
      });
    });
  });
});
