import { expect } from 'chai';
import * as fc from 'fast-check';
import { VERSION } from '#lib/foundation/version.js';
import { DOCUMENT_BYTES, documentsOf, type SegmentDocument } from '#lib/model/document.js';
import type { Segment } from '#lib/model/segment.js';
import type { Subsegment } from '#lib/model/subsegment.js';
import { TraceHeader } from '#lib/model/trace-header.js';
import { addChild, makeSegment, parseDocument, parseDocuments } from '../support/model.js';
import { DataPolicy } from '#lib/model/data-policy.js';
import { CountingIdentifiers, startRecording, type SpecRecording } from '../support/recording.js';

/** Of values that are cut already, documents need cutting less. */
const LARGE_VALUES = new DataPolicy({ limits: { bytes: 64_000, breadth: 100_000 } });

describe('documentsOf', () => {
  let recording: SpecRecording;

  beforeEach(() => {
    recording = startRecording({ identifiers: new CountingIdentifiers(), dataPolicy: LARGE_VALUES });
  });

  afterEach(() => recording.stop());

  function segmentOf(opening: Parameters<typeof makeSegment>[1] = {}): Segment {
    const segment = makeSegment(recording.engine, opening);
    segment.endedAt = 10;
    return segment;
  }

  /** Every entity of the documents with the id of its parent, in no order. */
  function flatten(documents: readonly SegmentDocument[]): { id: string; parent: string | undefined }[] {
    const found: { id: string; parent: string | undefined }[] = [];
    const pending = documents.map((document) => ({ document, parent: document.parent_id }));
    for (const { document, parent } of pending) {
      found.push({ id: document.id, parent });
      for (const child of document.subsegments ?? []) pending.push({ document: child, parent: document.id });
    }
    return found;
  }

  describe('when a segment has nothing in it', () => {
    it('writes what X-Ray requires and who wrote it', () => {
      expect(parseDocument(segmentOf())).to.deep.equal({
        id: '0000000000000001',
        name: 'spec',
        start_time: 1_700_000_000,
        end_time: 1_700_000_000.01,
        trace_id: `1-6553f100-${'a'.repeat(24)}`,
        aws: { xray: { sdk: 'radiograph', sdk_version: VERSION } },
      });
    });
  });

  describe('when it is not closed', () => {
    it('says in_progress instead of an end', () => {
      const document = parseDocument(makeSegment(recording.engine));

      expect(document.in_progress).to.equal(true);
      expect(document).not.to.have.property('end_time');
    });
  });

  describe('when another service called', () => {
    it('names the caller as its parent', () => {
      const incoming = TraceHeader.parse(`Root=1-6553f100-${'a'.repeat(24)};Parent=53995c3f42cd8ad8`);

      expect(parseDocument(segmentOf({ incoming })).parent_id).to.equal('53995c3f42cd8ad8');
    });
  });

  describe('when it is a subsegment', () => {
    it('says on its own what it is and whose it is', () => {
      const segment = segmentOf();
      const child = addChild(segment);

      expect(parseDocument(child)).to.deep.equal({
        type: 'subsegment',
        trace_id: segment.trace,
        parent_id: segment.id,
        id: child.id,
        name: 'child',
        start_time: 1_700_000_000.001,
        end_time: 1_700_000_000.002,
      });
    });

    it('says inside its parent only what it is itself', () => {
      const segment = segmentOf();
      addChild(segment);

      expect(Object.keys(parseDocument(segment).subsegments?.[0] ?? {})).to.deep.equal([
        'id',
        'name',
        'start_time',
        'end_time',
      ]);
    });
  });

  describe('when it writes times', () => {
    it('rounds to microseconds', () => {
      const segment = segmentOf({ anchor: 1_700_000_000_000.123, startedAt: 0.0001 });
      segment.endedAt = 0.0016;

      expect(documentsOf(segment)[0]).to.contain('"start_time":1700000000.000123,"end_time":1700000000.000125');
    });

    it('never ends before it starts, nor lets a child stand out of the order of its times', () => {
      const millis = fc.double({ min: 0, max: 1e7, noNaN: true });
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 4e12, noNaN: true }),
          fc.array(millis, { minLength: 4 }),
          (anchor, moments) => {
            const [start = 0, childStart = 0, childEnd = 0, end = 0] = moments.toSorted((one, other) => one - other);
            const segment = makeSegment(recording.engine, { anchor, startedAt: start });
            segment.endedAt = end;
            const child = addChild(segment);
            Object.assign(child, { startedAt: childStart, endedAt: childEnd });
            const document = parseDocument(segment);
            const [inner] = document.subsegments ?? [];
            const times = [document.start_time, inner?.start_time, inner?.end_time, document.end_time].map(Number);

            expect(times).to.deep.equal(times.toSorted((one, other) => one - other));
            for (const time of times) expect(time).to.be.closeTo(Math.round(time * 1e6) / 1e6, 1e-9);
          },
        ),
      );
    });
  });

  describe('when there is an HTTP request', () => {
    it('writes it in the words of X-Ray', () => {
      const segment = segmentOf();
      segment.http({
        request: { method: 'GET', url: 'http://a/b', userAgent: 'curl', clientIp: '::1', xForwardedFor: true },
        response: { status: 200, contentLength: -1 },
      });

      expect(parseDocument(segment).http).to.deep.equal({
        request: { method: 'GET', url: 'http://a/b', user_agent: 'curl', client_ip: '::1', x_forwarded_for: true },
        response: { status: 200, content_length: -1 },
      });
    });

    it('cuts texts at 250 characters and leaves out numbers that are none', () => {
      const segment = segmentOf();
      segment.http({
        request: { url: `http://${'x'.repeat(300)}` },
        response: { status: 20.5, contentLength: Number.NaN },
      });
      const { request, response } = parseDocument(segment).http ?? {};

      expect(request?.['url']).to.have.length(250).and.match(/…$/);
      expect(response).to.deep.equal({});
    });

    it('marks a subsegment as traced beside the request, and a segment not at all', () => {
      const segment = segmentOf();
      segment.http({ request: { url: 'http://a', traced: true } });
      addChild(segment).http({ request: { url: 'http://a', traced: true } });
      addChild(segment).http({ request: { url: 'http://a', traced: false } });
      const document = parseDocument(segment);

      expect([document, ...(document.subsegments ?? [])].map(({ traced }) => traced)).to.deep.equal([
        undefined,
        true,
        undefined,
      ]);
      expect(document.subsegments?.[0]?.http?.request).to.deep.equal({ url: 'http://a' });
    });

    for (const [status, flags] of [
      [200, []],
      [302, []],
      [404, ['error']],
      [429, ['error', 'throttle']],
      [503, ['fault']],
    ] as const) {
      it(`sets for ${status} ${flags.join(' and ') || 'no flag'}`, () => {
        const segment = segmentOf();
        segment.http({ response: { status } });
        const document = parseDocument(segment);

        expect((['error', 'throttle', 'fault'] as const).filter((flag) => document[flag])).to.deep.equal(flags);
      });
    }
  });

  describe('when there is a database query', () => {
    it('writes it on a subsegment in the words of X-Ray, and on a segment not at all', () => {
      const segment = segmentOf();
      const sql = {
        connectionString: 'c',
        url: 'u',
        sanitizedQuery: 'SELECT ?'.padEnd(300, 'x'),
        databaseType: 't',
        databaseVersion: 'v',
        driverVersion: 'd',
        user: 'me',
        preparation: 'statement',
      } as const;
      segment.sql(sql);
      addChild(segment).sql(sql);
      const document = parseDocument(segment);

      expect(document).not.to.have.property('sql');
      expect(document.subsegments?.[0]?.sql).to.deep.equal({
        connection_string: 'c',
        url: 'u',
        sanitized_query: `${sql.sanitizedQuery.slice(0, 249)}…`,
        database_type: 't',
        database_version: 'v',
        driver_version: 'd',
        user: 'me',
        preparation: 'statement',
      });
    });
  });

  describe('when there is a call to AWS', () => {
    const names: Record<string, string> = {
      operation: 'operation',
      tableName: 'table_name',
      requestId: 'request_id',
      topicARN: 'topic_arn',
      HTTPStatus: 'http_status',
      table_names: 'table_names',
      id_2: 'id_2',
      retries: 'retries',
    };
    for (const [member, name] of Object.entries(names)) {
      it(`writes ${member} as ${name}`, () => {
        const child = addChild(segmentOf());
        child.aws({ [member]: 1 });

        expect(parseDocument(child).aws).to.deep.equal({ [name]: 1 });
      });
    }

    it('keeps values of any kind as they were when they were given, and cuts texts at 250 characters', () => {
      const child = addChild(segmentOf());
      const tableNames = ['a'];
      child.aws({ tableNames, queueUrl: 'x'.repeat(300), size: 5n, nothing: undefined });
      tableNames.push('b');

      expect(parseDocument(child).aws).to.deep.equal({
        table_names: ['a'],
        queue_url: `${'x'.repeat(249)}…`,
        size: '5',
      });
    });

    it('keeps on a segment who wrote it', () => {
      const segment = segmentOf();
      segment.aws({ accountId: '1', xray: 'mine' });

      expect(parseDocument(segment).aws).to.deep.equal({
        account_id: '1',
        xray: { sdk: 'radiograph', sdk_version: VERSION },
      });
    });

    it('cuts what is too large to 8,000 bytes', () => {
      const child = addChild(segmentOf());
      child.aws({ operation: 'PutItem', item: Array.from({ length: 30_000 }).fill(1) });

      expect(parseDocument(child).aws).to.deep.equal({
        operation: 'PutItem',
        item: '[cut: 60001 bytes, more than fits into the document]',
      });
    });
  });

  describe('when there are links', () => {
    const link = { traceId: `1-6553f100-${'b'.repeat(24)}`, id: '53995c3f42cd8ad8' };

    it('writes up to twenty with their attributes', () => {
      const segment = segmentOf();
      segment.links = Array.from({ length: 25 }, () => ({ ...link, attributes: { queue: 'orders' } }));
      const { links = [] } = parseDocument(segment);

      expect(links).to.have.length(20);
      expect(links[0]).to.deep.equal({ trace_id: link.traceId, id: link.id, attributes: { queue: 'orders' } });
    });

    it('leaves the attributes out where they are too large', () => {
      const segment = segmentOf();
      segment.links = [{ ...link, attributes: { queue: 'x'.repeat(100_000) } }, link];

      expect(parseDocument(segment).links).to.deep.equal([
        { trace_id: link.traceId, id: link.id },
        { trace_id: link.traceId, id: link.id },
      ]);
    });
  });

  describe('when there is an error', () => {
    it('writes the exceptions with their stack traces and where the process runs', () => {
      const segment = segmentOf();
      segment.error(new TypeError('outer', { cause: new Error('inner') }));
      const { cause, fault } = parseDocument(segment);
      if (typeof cause !== 'object') throw new Error('The cause is no object.');

      expect(fault).to.equal(true);
      expect(cause.working_directory).to.equal(process.cwd());
      expect(cause.exceptions.map(({ type, message }) => `${type}: ${message}`)).to.deep.equal([
        'TypeError: outer',
        'Error: inner',
      ]);
      expect(cause.exceptions[0]?.cause).to.equal(cause.exceptions[1]?.id);
      expect(cause.exceptions[0]?.stack?.[0]).to.have.all.keys('path', 'line', 'label');
    });

    it('writes an error that went through as a reference', () => {
      const segment = segmentOf();
      const error = new Error('x');
      addChild(segment).error(error);
      segment.error(error);
      const document = parseDocument(segment);
      const recorded = document.subsegments?.[0]?.cause;

      expect(document.cause).to.equal(typeof recorded === 'object' ? recorded.exceptions[0]?.id : 'no object');
    });
  });

  describe('when a tree fits into one document', () => {
    it('writes one', () => {
      const segment = segmentOf();
      for (let count = 0; count < 300; count += 1) addChild(addChild(segment));

      expect(flatten([parseDocument(segment)])).to.have.length(601);
    });
  });

  describe('when a tree does not fit into one document', () => {
    it('sends the rest on its own, every entity exactly once, under its own parent', () => {
      const shape = fc.record({
        parents: fc.array(fc.nat(), { minLength: 50, maxLength: 400 }),
        weights: fc.array(fc.nat(3000), { minLength: 1, maxLength: 50 }),
      });
      fc.assert(
        fc.property(shape, ({ parents, weights }) => {
          const segment = segmentOf();
          const entities: (Segment | Subsegment)[] = [segment];
          for (const [index, pick] of parents.entries()) {
            const child = addChild(entities[pick % entities.length] as Segment);
            child.metadata('weight', 'ü'.repeat(weights[index % weights.length] as number));
            entities.push(child);
          }
          const documents = parseDocuments(segment);
          const expected = entities.map((entity) => ({
            id: entity.id,
            parent: entity === segment ? undefined : (entity as Subsegment).parent.id,
          }));

          expect(new Set(flatten(documents).map(({ id, parent }) => `${id} in ${parent}`))).to.deep.equal(
            new Set(expected.map(({ id, parent }) => `${id} in ${parent}`)),
          );
          expect(flatten(documents)).to.have.length(entities.length);
          expect(documents[0]?.id).to.equal(segment.id);
          for (const document of documents.slice(1)) {
            expect(document).to.include({ type: 'subsegment', trace_id: segment.trace });
          }
        }),
        { numRuns: 40 },
      );
    });

    it('fills its documents: a thousand small ones leave in a few', () => {
      const segment = segmentOf();
      for (let count = 0; count < 1000; count += 1) addChild(segment).metadata('x', 'x'.repeat(500));

      expect(flatten(parseDocuments(segment))).to.have.length(1001);
    });

    it('goes 10,000 levels deep', () => {
      const segment = segmentOf();
      let at: Segment | Subsegment = segment;
      for (let level = 0; level < 10_000; level += 1) at = addChild(at);

      expect(flatten(parseDocuments(segment))).to.have.length(10_001);
    });

    it('goes 200,000 children wide', () => {
      const segment = segmentOf();
      for (let count = 0; count < 200_000; count += 1) addChild(segment);

      expect(flatten(parseDocuments(segment))).to.have.length(200_001);
    });
  });

  describe('when one entity alone is too large', () => {
    it('cuts its largest metadata first and says how large it was', () => {
      const segment = segmentOf();
      segment.metadata({ small: 'kept', large: 'x'.repeat(40_000), larger: 'y'.repeat(50_000) });

      expect(parseDocument(segment).metadata).to.deep.equal({
        default: {
          small: 'kept',
          large: 'x'.repeat(40_000),
          larger: '[cut: 50002 bytes, more than fits into the document]',
        },
      });
    });

    it('leaves out of very many small values as many as it must, and says how many', () => {
      const segment = segmentOf();
      for (let count = 0; count < 10_000; count += 1) segment.metadata(`key${count}`, count);
      const { default: kept = {}, radiograph } = parseDocument(segment).metadata ?? {};

      expect(Object.keys(kept).length).to.be.within(3500, 9999);
      expect(radiograph).to.deep.equal({
        cut: `${10_000 - Object.keys(kept).length} of 10000 values, more than fit into the document`,
      });
    });

    it('gives up namespaces that are too large themselves', () => {
      const segment = segmentOf();
      for (let count = 0; count < 5000; count += 1) segment.metadata('key', 1, `namespace number ${count}`);
      segment.metadata('k'.repeat(70_000), 1);

      expect(parseDocument(segment).metadata).to.deep.equal({
        radiograph: { cut: '5001 of 5001 values, more than fit into the document' },
      });
    });

    it('keeps a metadata key that is called __proto__ when it cuts', () => {
      const segment = segmentOf();
      segment.metadata('__proto__', 'kept', '__proto__').metadata('large', 'x'.repeat(70_000));
      const { metadata = {} } = parseDocument(segment);

      expect(JSON.stringify(metadata)).to.contain('"__proto__":{"__proto__":"kept"}');
    });

    it('cuts the texts of annotations until all fit, and says so', () => {
      const segment = segmentOf();
      for (let count = 0; count < 50; count += 1) segment.annotate(`key${count}`, '漢'.repeat(1000));
      addChild(segment);
      const [{ annotations = {} } = {}] = parseDocuments(segment);

      expect(Object.keys(annotations)).to.have.length(50);
      expect(recording.diagnostics.counts['VALUE_REFUSED']).to.equal(1);
      for (const text of Object.values(annotations))
        expect(text)
          .to.have.length.within(250, 500)
          .and.match(/^漢+…$/);
      expect(recording.logger.lines.join('\n')).to.match(
        /VALUE_REFUSED: The annotations of "spec" have 15\d\d\d\d bytes.* cut at \d+ characters\. Keep long texts as metadata\./,
      );
    });

    it('leaves annotations that fit as they are', () => {
      const segment = segmentOf();
      for (let count = 0; count < 50; count += 1) segment.annotate(`key${count}`, 'x'.repeat(1000));
      segment.error(new Error('x')).metadata('large', 'x'.repeat(30_000));
      const { annotations = {}, cause, metadata } = parseDocument(segment);

      expect(Object.values(annotations)).to.deep.equal(Array.from({ length: 50 }).fill('x'.repeat(1000)));
      expect(cause).to.have.property('exceptions').with.length(1);
      expect(metadata?.['default']?.['large']).to.match(/^\[cut: 30002 bytes/);
    });

    it('shortens stack traces, and counts the frames it left out', () => {
      const segment = segmentOf();
      for (let count = 0; count < 50; count += 1) {
        const error = new Error(`number ${count}`);
        error.stack = Array.from(
          { length: 32 },
          (_, line) => `    at f${line} (/${'d'.repeat(200)}/a.js:${line}:1)`,
        ).join('\n');
        segment.error(error);
      }
      const { cause } = parseDocument(segment);
      if (typeof cause !== 'object') throw new Error('The cause is no object.');

      expect(cause.exceptions).to.have.length(50);
      for (const { stack = [], truncated = 0 } of cause.exceptions) {
        expect(stack.length).to.be.above(0);
        expect(stack.length + truncated).to.equal(32);
      }
    });

    it('keeps the first exceptions where even without stack traces there are too many', () => {
      const segment = segmentOf();
      for (let count = 0; count < 6; count += 1) {
        let error: Error | undefined;
        for (let depth = 10; depth > 0; depth -= 1) {
          error = Object.assign(new Error(`${count}.${depth} ${'\u0001'.repeat(250)}`, { cause: error }), {
            name: '\u0001'.repeat(250),
          });
        }
        segment.error(error);
      }
      const { cause } = parseDocument(segment);
      if (typeof cause !== 'object') throw new Error('The cause is no object.');
      const ids = new Set(cause.exceptions.map(({ id }) => id));

      expect(cause.exceptions.length).to.be.within(1, 49);
      expect(cause.exceptions[0]?.message).to.match(/^0\.1 /);
      for (const exception of cause.exceptions)
        if (exception.cause !== undefined) expect(ids).to.include(exception.cause);
    });

    it('fits with everything in it at once, whatever that is', () => {
      const text = fc
        .constantFrom('x', '漢', '\u0001', '🛒', '"')
        .chain((unit) => fc.nat(2000).map((times) => unit.repeat(times)));
      const record = fc.dictionary(fc.string(), text, { maxKeys: 60 });
      const load = fc.record({
        annotations: record,
        metadata: record,
        namespaces: fc.array(text),
        aws: record,
        errors: fc.nat(60),
        text,
      });
      fc.assert(
        fc.property(load, ({ annotations, metadata, namespaces, aws, errors, text: long }) => {
          const segment = segmentOf({ name: long });
          const child = addChild(segment, long);
          for (const entity of [segment, child]) {
            entity.annotate(annotations).metadata(metadata).aws(aws).user(long);
            for (const namespace of namespaces) entity.metadata(long, long, namespace);
            for (let count = 0; count < errors; count += 1) entity.error(new Error(long, { cause: new Error(long) }));
            entity.http({ request: { method: long, url: long, userAgent: long, clientIp: long } });
            entity.sql({ url: long, sanitizedQuery: long, user: long, connectionString: long, databaseType: long });
          }

          expect(flatten(parseDocuments(segment))).to.have.length(2);
        }),
        { numRuns: 60 },
      );
    });
  });
});

describe('DOCUMENT_BYTES', () => {
  it('fits with the header line of the daemon into a UDP datagram over IPv4', () => {
    expect(DOCUMENT_BYTES + '{"format":"json","version":1}\n'.length).to.be.below(65_507);
  });
});
