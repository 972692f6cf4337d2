import { expect } from 'chai';
import * as fc from 'fast-check';
import { writeJsonLine } from '#lib/cli/json-line.js';
import { assembled, idOf, independent, segment, subsegment, traceId } from '../support/documents.js';

describe('writeJsonLine', () => {
  it('writes the tree under the names of the wire', () => {
    const root = segment(1, { subsegments: [subsegment(2, { namespace: 'remote' })] });
    const called = segment(3, { parent_id: idOf(2) });
    const streamed = independent(4, 2, { start_time: 10.5 });

    expect(JSON.parse(writeJsonLine(assembled(streamed, called, root)))).to.deep.equal({
      trace_id: traceId,
      start_time: 10,
      duration: 1,
      partial: false,
      update: false,
      segments: [
        {
          ...root,
          subsegments: [{ ...subsegment(2, { namespace: 'remote' }), subsegments: [streamed], segments: [called] }],
        },
      ],
      orphans: [],
    });
  });

  it('writes orphans apart', () => {
    const line: unknown = JSON.parse(writeJsonLine(assembled(segment(1), independent(3, 2))));

    expect(line).to.deep.include({ partial: true, orphans: [independent(3, 2)] });
  });

  it('takes one line whatever is in it', () => {
    expect(writeJsonLine(assembled(segment(1, { name: 'a\nb\u2028' })))).not.to.match(/[\n\r]/);
  });

  it('rounds the duration to microseconds', () => {
    const line = writeJsonLine(assembled(segment(1, { start_time: 1700000000.1, end_time: 1700000000.3 })));

    expect(JSON.parse(line)).to.have.property('duration', 0.2);
  });

  it('loses nothing of a document', () => {
    const json = fc.jsonValue({ maxDepth: 5 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(
        fc.record({ metadata: json, http: json, sql: json, aws: json, cause: json, 'x"y': json }),
        (members) => {
          const document = segment(1, members);
          const line: { segments: unknown[] } = JSON.parse(writeJsonLine(assembled(document)));
          expect(line.segments).to.deep.equal([document]);
        },
      ),
    );
  });

  describe('when metadata nests deeper than the call stack reaches', () => {
    it('writes it all the same', () => {
      const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
      const text = JSON.stringify(segment(1, { metadata: '?' })).replace('"?"', deep);

      expect(writeJsonLine(assembled(text))).to.include(deep);
    });
  });

  describe('when a member is named __proto__', () => {
    it('writes it as it came', () => {
      const text = JSON.stringify(segment(1)).replace('{', '{"__proto__":{"a":1},');

      expect(writeJsonLine(assembled(text))).to.include('"__proto__":{"a":1}');
    });
  });
});
