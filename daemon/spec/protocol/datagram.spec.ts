import { expect } from 'chai';
import * as fc from 'fast-check';
import { decodeDatagram } from '#lib/protocol/datagram.js';
import { rejectionReasons } from '#lib/protocol/rejection.js';
import { datagramOf, header, idOf, independent, received, segment, subsegment, traceId } from '../support/documents.js';

describe('decodeDatagram', () => {
  describe('when the datagram is good', () => {
    const payload = JSON.stringify(segment(1));
    const table: Record<string, string> = {
      'the plain header': `${header}\n${payload}`,
      'a format in another case': `{"format":"JSON","version":1}\n${payload}`,
      'spaces in the header': `  { "format" : "json" , "version" : 1 } \n${payload}`,
      'a carriage return before the newline': `${header}\r\n${payload}`,
      'further members in the header': `{"format":"json","version":1,"x":[1]}\n${payload}`,
      'newlines in the payload': `${header}\n\n${JSON.stringify(segment(1), null, 2)}\n`,
      'members nobody knows': `${header}\n${JSON.stringify(segment(1, { noOp: false, notTraced: true, x: {} }))}`,
      'a parent id that is none': `${header}\n${JSON.stringify(segment(1, { parent_id: null }))}`,
      'subsegments that are no array': `${header}\n${JSON.stringify(segment(1, { subsegments: {} }))}`,
      'an in_progress of false': `${header}\n${JSON.stringify(segment(1, { in_progress: false }))}`,
      'odd members in http': `${header}\n${JSON.stringify(segment(1, { http: { response: { content_length: '12', status: '' } } }))}`,
    };
    for (const [what, text] of Object.entries(table)) {
      it(`accepts ${what}`, () => {
        const { documents, rejections } = decodeDatagram(Buffer.from(text));

        expect(rejections).to.deep.equal([]);
        expect(documents[0]?.traceId).to.equal(traceId);
        expect(documents[0]?.entities[0]).to.include({ key: idOf(1), kind: 'segment', isInProgress: false });
      });
    }
  });

  describe('when the datagram is bad', () => {
    const table: readonly (readonly [reason: string, what: string, bytes: Uint8Array | string])[] = [
      ['no-newline', 'nothing', ''],
      ['no-newline', 'a header alone', header],
      ['bad-header', 'an empty first line', `\n{}`],
      ['bad-header', 'a header that is no JSON', `json 1\n{}`],
      ['bad-header', 'a header that is an array', `["json",1]\n{}`],
      ['bad-header', 'another format', `{"format":"xml","version":1}\n{}`],
      ['bad-header', 'another version', `{"format":"json","version":2}\n{}`],
      ['bad-header', 'a version in quotes', `{"format":"json","version":"1"}\n{}`],
      ['bad-header', 'a header without version', `{"format":"json"}\n{}`],
      ['empty-payload', 'no payload', `${header}\n`],
      ['empty-payload', 'a payload of white space', `${header}\n \r\n\t`],
      ['empty-payload', 'an empty array', `${header}\n[]`],
      ['not-json', 'half a document', `${header}\n{"id":`],
      ['not-json', 'bytes that are no text', Buffer.concat([Buffer.from(`${header}\n`), Buffer.from([0xff, 0, 0xfe])])],
      ['not-an-object', 'a number', `${header}\n7`],
      ['not-an-object', 'null', `${header}\nnull`],
      ['not-an-object', 'an array in an array', `${header}\n[[]]`],
      ['missing-id', 'no id', datagramOf(segment(1, { id: undefined }))],
      ['missing-id', 'an empty id', datagramOf(segment(1, { id: '' }))],
      ['bad-id', 'a short id', datagramOf(segment(1, { id: 'abc' }))],
      ['bad-id', 'an id that is not hexadecimal', datagramOf(segment(1, { id: 'x'.repeat(16) }))],
      ['bad-id', 'an id that is a number', datagramOf(segment(1, { id: 1234567890123456 }))],
      ['missing-name', 'no name', datagramOf(segment(1, { name: undefined }))],
      ['missing-name', 'an empty name', datagramOf(segment(1, { name: '' }))],
      ['bad-name', 'a name that is an object', datagramOf(segment(1, { name: {} }))],
      ['missing-trace-id', 'no trace id', datagramOf(segment(1, { trace_id: undefined }))],
      [
        'bad-trace-id',
        'a trace id of another version',
        datagramOf(segment(1, { trace_id: traceId.replace('1', '2') })),
      ],
      ['bad-trace-id', 'a trace id that is too long', datagramOf(segment(1, { trace_id: `${traceId}0` }))],
      ['bad-trace-id', 'a trace id that is a number', datagramOf(segment(1, { trace_id: 1 }))],
      ['missing-start-time', 'no start time', datagramOf(segment(1, { start_time: undefined }))],
      ['bad-start-time', 'a start time in words', datagramOf(segment(1, { start_time: 'now' }))],
      [
        'bad-start-time',
        'a start time without end',
        `${header}\n${JSON.stringify(segment(1)).replace(':10,', ':1e999,')}`,
      ],
    ];
    for (const [reason, what, bytes] of table) {
      it(`rejects ${what} as ${reason}`, () => {
        const { documents, rejections } = decodeDatagram(Buffer.from(bytes));

        expect(documents).to.deep.equal([]);
        expect(rejections).to.deep.equal([reason]);
      });
    }

    it('has a row for every reason', () => {
      expect(new Set(table.map(([reason]) => reason))).to.deep.equal(new Set(rejectionReasons));
    });
  });

  describe('when the trace id has the form of W3C', () => {
    it('rewrites it to the form of X-Ray', () => {
      expect(received(segment(1, { trace_id: '5F84C7A10123456789ABCDEF01234567' })).traceId).to.equal(traceId);
    });
  });

  describe('when the payload is an array', () => {
    it('takes the good ones as independent subsegments and names what is wrong with the others', () => {
      const first = { ...independent(2, 1), type: undefined };
      const { documents, rejections } = decodeDatagram(datagramOf([first, 7, subsegment(3)]));

      expect(documents.map(({ entities }) => entities[0]?.kind)).to.deep.equal(['subsegment']);
      expect(rejections).to.deep.equal(['not-an-object', 'missing-trace-id']);
    });
  });

  describe('when a document with a parent leaves its type out', () => {
    for (const [what, members, kind] of [
      ['a namespace', { namespace: 'local' }, 'subsegment'],
      ['a query', { sql: {} }, 'subsegment'],
      ['nothing that tells', {}, 'segment'],
      ['an origin', { origin: 'AWS::Lambda' }, 'segment'],
      ['the type of a segment', { type: 'segment', namespace: 'aws' }, 'segment'],
    ] as const) {
      it(`takes it for a ${kind} when it has ${what}`, () => {
        const document = received(segment(2, { parent_id: idOf(1), ...members }));

        expect(document.entities[0]).to.include({ kind, parentKey: idOf(1) });
      });
    }
  });

  describe('when subsegments are embedded', () => {
    it('lists them with their parents, parents first', () => {
      const nested = segment(1, { subsegments: [subsegment(2, { subsegments: [subsegment(3)] }), subsegment(4)] });

      expect(received(nested).entities.map(({ key, parentKey }) => [key, parentKey])).to.deep.equal([
        [idOf(1), undefined],
        [idOf(2), idOf(1)],
        [idOf(3), idOf(2)],
        [idOf(4), idOf(1)],
      ]);
    });

    it('keeps those without a usable id by their place', () => {
      const nested = segment(1, { subsegments: [{ name: 'a' }, { id: 7, name: 'b' }, { id: idOf(1), name: 'c' }] });

      expect(received(nested).entities.map(({ key, name }) => [key, name])).to.deep.equal([
        [idOf(1), 'segment 1'],
        [`${idOf(1)}/0`, 'a'],
        [`${idOf(1)}/1`, 'b'],
        [`${idOf(1)}/2`, 'c'],
      ]);
    });
  });

  describe('when members cannot be what their place asks for', () => {
    it('leaves them out, counts them, and keeps the rest', () => {
      const odd = segment(1, {
        annotations: { text: 'x', none: null, list: [1], object: {}, number: 0, claim: false },
        subsegments: [null, 7, subsegment(2)],
      });
      const { documents, ignoredMembers } = decodeDatagram(datagramOf(odd));

      expect(documents[0]?.entities[0]?.members['annotations']).to.deep.equal({ text: 'x', number: 0, claim: false });
      expect(documents[0]?.entities).to.have.length(2);
      expect(ignoredMembers).to.equal(5);
    });
  });

  describe('when members are named after prototypes', () => {
    it('keeps them as data and leaves every prototype alone', () => {
      const text = JSON.stringify(segment(1)).replace(
        '{',
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"annotations":{"__proto__":null,"a":1},',
      );
      const { entities } = received(text);

      expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
      expect(Object.keys(entities[0]?.members ?? {})).to.include.members(['__proto__', 'constructor']);
      expect(entities[0]?.members['annotations']).to.deep.equal({ a: 1 });
    });
  });

  describe('when a document nests as deep as a datagram allows', () => {
    it('takes it without running out of stack', () => {
      const levels = 10_000;
      const text = JSON.stringify(segment(1)).replace(
        '{',
        `{"subsegments":${'[{"subsegments":'.repeat(levels)}[]${'}]'.repeat(levels)},`,
      );

      expect(received(text).entities).to.have.length(levels + 1);
      expect(decodeDatagram(datagramOf(`${'['.repeat(60_000)}${']'.repeat(60_000)}`)).documents).to.deep.equal([]);
    });
  });

  it('never throws, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((tail) => Buffer.concat([Buffer.from(`${header}\n`), tail])),
      fc.json().map((text) => datagramOf(text)),
      fc.object({ key: fc.constantFrom('id', 'name', 'trace_id', 'subsegments', '__proto__') }).map(datagramOf),
    );
    fc.assert(
      fc.property(bytes, (datagram) => {
        const { documents, rejections } = decodeDatagram(datagram);
        expect(documents.length + rejections.length).to.be.at.least(1);
      }),
      { numRuns: 1000 },
    );
  });
});
