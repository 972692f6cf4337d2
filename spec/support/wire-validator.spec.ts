import { expect } from 'chai';
import fc from 'fast-check';
import {
  RULES,
  assertValidDocument,
  assertValidTrace,
  validateDatagram,
  validateDocument,
  validateTrace,
  type Rule,
  type Violation,
} from './wire-validator/index.js';

type Document = Record<string, unknown>;

const TRACE = '1-58406520-a006649127e371903a2de979';
const OTHER_TRACE = '1-58406521-a006649127e371903a2de979';
const START = 1_700_000_000.25;
const LEVELS = 10_000;

const idOf = (count: number): string => count.toString(16).padStart(16, '0');
const timed = { start_time: START, end_time: START + 1.5 };
const segment = (more: Document = {}): Document => ({ name: 'shop', id: idOf(1), trace_id: TRACE, ...timed, ...more });
const embedded = (more: Document = {}): Document => ({ name: 'charge', id: idOf(2), ...timed, ...more });
const alone = (more: Document = {}): Document =>
  embedded({ type: 'subsegment', trace_id: TRACE, parent_id: idOf(1), ...more });
const running = (document: Document): Document => {
  const { end_time: _, ...rest } = document;
  return { ...rest, in_progress: true };
};
const around = (more: Document): Document => segment({ subsegments: [embedded(more)] });
const throwing = (more: Document): Document => segment({ cause: { exceptions: [{ id: idOf(9), ...more }] } });
const linked = (count: number, more: Document = {}): Document =>
  segment({
    links: Array.from({ length: count }, (_, index) => ({ trace_id: OTHER_TRACE, id: idOf(index) })),
    ...more,
  });
const annotated = (count: number): Document =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key_${index}`, index]));

function nested(levels: number, innermost: Document = {}): Document {
  let inside = embedded({ id: idOf(levels), ...innermost });
  for (let level = levels - 1; level > 1; level -= 1) inside = embedded({ id: idOf(level), subsegments: [inside] });
  return segment({ subsegments: [inside] });
}

function datagram(document: unknown, header = '{"format":"json","version":1}'): Buffer {
  return Buffer.from(`${header}\n${JSON.stringify(document)}`);
}

const brokenRules = (violations: readonly Violation[]): string[] => violations.map(({ rule }) => rule);

const goodDocuments: Record<string, Document> = {
  'a segment': segment(),
  'a finished segment that says so': segment({ in_progress: false }),
  'a segment in progress': running(segment()),
  'a segment with all of its own members': segment({
    user: 'u'.repeat(250),
    origin: 'AWS::ECS::Container',
    parent_id: idOf(7),
    resource_arn: 'arn:aws:ecs:eu-central-1:1:task/a',
    service: { version: '1', runtime: 'node' },
    annotations: { text: 'a'.repeat(1000), number: -0.5, flag: false, [`k_${'9'.repeat(498)}`]: '' },
    metadata: { default: { list: [1, null, { deep: 'x'.repeat(5000) }] }, AWS: {} },
    aws: {
      account_id: '1',
      cloudwatch_logs: [{ log_group: 'shop', arn: 'arn:aws:logs:a' }],
      ec2: { instance_id: 'i-1', instance_size: 'm', ami_id: 'ami', availability_zone: 'a' },
      ecs: { container: 'c', task_arn: 'arn' },
      eks: { pod: 'p', cluster_name: 'c', container_id: 'i' },
      elastic_beanstalk: { environment_name: 'e', version_label: 'v', deployment_id: 3 },
      xray: { sdk: 'x', sdk_version: '1', package: 'p', rule_name: 'Default', auto_instrumentation: false },
    },
    http: {
      request: { method: 'GET', url: 'https://a', user_agent: '', client_ip: '::1', x_forwarded_for: true },
      response: { status: 429, content_length: -1 },
    },
    error: true,
    throttle: true,
    fault: false,
  }),
  'a name with all of its alphabet': segment({ name: `Größe 9 北 _.:/%&#=+\\-@${'a'.repeat(178)}` }),
  'a subsegment alone': alone(),
  'a subsegment alone and in progress': running(alone()),
  'a call over HTTP': around({
    namespace: 'remote',
    traced: true,
    http: { request: { method: 'GET', url: 'https://a', traced: true }, response: { status: 200 } },
  }),
  'a query': around({ namespace: 'remote', sql: { url: 'a', sanitized_query: 'SELECT ?', preparation: 'statement' } }),
  'a call of AWS': around({ namespace: 'aws', aws: { operation: 'PutItem', retries: 0, anything: [{ at: 'all' }] } }),
  'a subsegment with precursors': around({ precursor_ids: [idOf(3)] }),
  'a cause elsewhere': segment({ fault: true, cause: idOf(9) }),
  'a cause with exceptions': throwing({
    message: 'no',
    type: '',
    remote: true,
    truncated: 1,
    skipped: 0,
    stack: [{ path: 'a.ts', line: 1, label: 'f' }],
  }),
  'a cause with paths': segment({ cause: { working_directory: '/app', paths: ['/lib'], exceptions: [] } }),
  'as many links as there may be': linked(20),
  'a link with attributes': segment({ links: [{ trace_id: OTHER_TRACE, id: idOf(1), attributes: { a: { b: 1 } } }] }),
  '10,000 levels': nested(LEVELS),
};

const badDocuments: [Rule, string, unknown][] = [
  ['json', 'a function in metadata', segment({ metadata: { default: { call: () => 1 } } })],
  ['json', 'a big integer in a call of AWS', around({ aws: { retries: 1n } })],
  ['object', 'no object', 'shop'],
  ['object', 'an array of documents', [segment()]],
  ['object', 'a subsegment that is none', segment({ subsegments: [1] })],
  ['object', 'metadata outside of a namespace', segment({ metadata: { answer: 42 } })],
  ['object', 'annotations that are none', segment({ annotations: [] })],
  ['object', 'a class of its own', segment({ http: new Map() })],
  ['array', 'one subsegment without a list', segment({ subsegments: embedded() })],
  ['array', 'paths that are none', segment({ cause: { paths: '/lib' } })],
  ['string', 'a number as a user', segment({ user: 1 })],
  ['string', 'a number as a name', segment({ name: 1 })],
  ['string-length', 'a long user', segment({ user: 'u'.repeat(251) })],
  ['string-length', 'a long message', throwing({ message: 'm'.repeat(251) })],
  ['string-length', 'a long label', throwing({ stack: [{ label: 'l'.repeat(251) }] })],
  ['string-length', 'a long query', around({ sql: { sanitized_query: 'q'.repeat(251) } })],
  ['boolean', 'a word as a flag', segment({ fault: 'yes' })],
  ['boolean', 'a word as traced', around({ traced: 'yes' })],
  ['number', 'a word as a time', segment({ start_time: '1700000000' })],
  ['number', 'a time that is no number', segment({ end_time: Number.NaN })],
  ['integer', 'an empty status', segment({ http: { response: { status: '' } } })],
  ['integer', 'a line that is null', throwing({ stack: [{ line: null }] })],
  ['minimum', 'a negative length', segment({ http: { response: { content_length: -2 } } })],
  ['minimum', 'negative frames left out', throwing({ truncated: -1 })],
  ['one-of', 'another namespace', around({ namespace: 'local' })],
  ['one-of', 'another type', segment({ type: 'segment' })],
  ['one-of', 'another preparation', around({ sql: { preparation: 'none' } })],
  ['id', 'a short id', segment({ id: 'abc' })],
  ['id', 'an id that is not hex', segment({ id: 'g'.repeat(16) })],
  ['id', 'a message as a cause', segment({ cause: 'it failed' })],
  ['id', 'a precursor by name', around({ precursor_ids: ['charge'] })],
  ['trace-id', 'a W3C trace id', segment({ trace_id: 'a'.repeat(32) })],
  ['trace-id', 'a link to no trace', segment({ links: [{ trace_id: '1', id: idOf(1) }] })],
  ['required', 'no name', segment({ name: undefined })],
  ['required', 'a subsegment alone without a parent', alone({ parent_id: undefined })],
  ['required', 'an exception without an id', throwing({ id: undefined })],
  ['unknown-member', 'a member of no name', segment({ constructor: 1 })],
  ['unknown-member', 'an inferred segment', segment({ inferred: true })],
  ['unknown-member', 'an unknown part of a request', segment({ http: { request: { path: '/' } } })],
  ['unknown-member', 'an unknown part of the SDK', segment({ aws: { xray: { version: '1' } } })],
  ['unknown-member', 'an unknown part of a cause', segment({ cause: { id: idOf(2) } })],
  ['unknown-member', 'an unknown part 10,000 levels down', nested(LEVELS, { status: 'ok' })],
  ['only-when-alone', 'an embedded subsegment with a trace', around({ trace_id: TRACE })],
  ['only-when-alone', 'an embedded subsegment with a parent', around({ parent_id: idOf(1) })],
  ['only-when-alone', 'an embedded subsegment with a type', around({ type: 'subsegment' })],
  ...['user', 'origin', 'service', 'links', 'resource_arn'].map((member): [Rule, string, unknown] => [
    'segment-only',
    `a subsegment with ${member}`,
    alone({ [member]: 'x' }),
  ]),
  ['segment-only', 'a forwarded address on a call', around({ http: { request: { x_forwarded_for: true } } })],
  ...['namespace', 'sql', 'precursor_ids', 'traced'].map((member): [Rule, string, unknown] => [
    'subsegment-only',
    `a segment with ${member}`,
    segment({ [member]: 'x' }),
  ]),
  ['subsegment-only', 'a traced request on a segment', segment({ http: { request: { traced: true } } })],
  ['name-length', 'an empty name', segment({ name: '' })],
  ['name-length', 'a long name', around({ name: 'n'.repeat(201) })],
  ['name-alphabet', 'a question', around({ name: 'who?' })],
  ['name-alphabet', 'a line break', segment({ name: 'a\nb' })],
  ['epoch-seconds', 'milliseconds', segment({ end_time: START * 1000 })],
  ['epoch-seconds', 'process uptime', segment({ start_time: 12.5 })],
  ['end-or-in-progress', 'neither', segment({ end_time: undefined })],
  ['end-or-in-progress', 'both', segment({ in_progress: true })],
  ['end-or-in-progress', 'not in progress, and no end', segment({ end_time: undefined, in_progress: false })],
  ['end-before-start', 'an end before its start', around({ end_time: START - 1 })],
  ['throttle-without-error', 'throttle alone', segment({ throttle: true })],
  ['status-429', '429 and an error alone', segment({ error: true, http: { response: { status: 429 } } })],
  ['annotation-key', 'a key with a dot', segment({ annotations: { 'a.b': 1 } })],
  ['annotation-key', 'a long key', segment({ annotations: { ['k'.repeat(501)]: 1 } })],
  ['annotation-value', 'null', segment({ annotations: { a: null } })],
  ['annotation-value', 'an infinite number', segment({ annotations: { a: Infinity } })],
  ['annotation-length', 'a long text', segment({ annotations: { a: 'a'.repeat(1001) } })],
  ['reserved-namespace', "a namespace of AWS's own", segment({ metadata: { 'AWS.x': {} } })],
  ['cause', 'a list as a cause', segment({ cause: [] })],
  ['links-per-segment', 'too many links', linked(21)],
];

const second = (more: Document = {}): Document => embedded({ id: idOf(3), ...more });
const failing = (exception: string, more: Document = {}): Document => ({
  fault: true,
  cause: { exceptions: [{ id: exception, ...more }] },
});

const goodTraces: Record<string, Document[]> = {
  'nothing at all': [],
  'an entity in progress and then complete': [running(segment()), running(alone()), alone(), segment()],
  'a subsegment before its parent': [alone(), segment()],
  'a subsegment of a subsegment': [alone({ id: idOf(3), parent_id: idOf(2) }), around({})],
  'an exception seen again higher up': [alone(failing(idOf(9))), segment({ cause: idOf(9) })],
  'an exception said again on completion': [running(segment(failing(idOf(9)))), segment(failing(idOf(9)))],
  'an exception with a cause': [segment({ cause: { exceptions: [{ id: idOf(8), cause: idOf(9) }, { id: idOf(9) }] } })],
  'as many annotations as there may be, said twice': [
    running(segment({ annotations: annotated(25) })),
    alone({ annotations: annotated(25) }),
    segment({ annotations: annotated(25) }),
  ],
  'one id in two traces': [segment(), segment({ trace_id: OTHER_TRACE })],
  'a segment of another host, whose clock is behind': [
    around({}),
    segment({ id: idOf(4), parent_id: idOf(2), start_time: START - 1 }),
  ],
  '10,000 levels sent one by one': Array.from({ length: LEVELS }, (_, index) =>
    index === 0 ? segment() : alone({ id: idOf(index + 1), parent_id: idOf(index), annotations: {} }),
  ),
};

const badTraces: [Rule, string, Document[]][] = [
  ['integer', 'a document that is wrong on its own', [segment({ http: { response: { status: 'ok' } } })]],
  ['unique-id', 'one id for two names', [segment({ subsegments: [embedded(), embedded({ name: 'ship' })] })]],
  ['unique-id', 'one id for a segment and a subsegment', [around({ id: idOf(1), name: 'shop' })]],
  ['unique-id', 'one id under two parents', [around({ subsegments: [second()] }), alone({ id: idOf(3) })]],
  ['in-progress-once', 'two fragments', [running(segment()), running(segment())]],
  ['complete-once', 'two complete segments', [segment(), segment()]],
  ['complete-once', 'a subsegment alone and embedded', [alone(), around({})]],
  ['in-progress-first', 'a fragment after the complete segment', [segment(), running(segment())]],
  [
    'unique-exception',
    'one exception twice',
    [segment({ ...failing(idOf(9)), subsegments: [second(failing(idOf(9)))] })],
  ],
  ['known-exception', 'a cause that nobody recorded', [segment({ cause: idOf(9) })]],
  ['known-exception', 'an origin that nobody recorded', [segment(failing(idOf(9), { cause: idOf(8) }))]],
  [
    'known-exception',
    'a cause in another trace',
    [segment(failing(idOf(9))), segment({ trace_id: OTHER_TRACE, cause: idOf(9) })],
  ],
  ['known-parent', 'an orphan', [alone()]],
  ['known-parent', 'its own parent', [segment(), alone({ parent_id: idOf(2) })]],
  ['starts-before-parent', 'an embedded child too early', [around({ start_time: START - 1 })]],
  ['starts-before-parent', 'a child alone too early', [segment(), alone({ start_time: START - 1 })]],
  [
    'annotations-per-segment',
    'too many annotations on several entities',
    [alone({ annotations: annotated(25) }), segment({ annotations: annotated(26) })],
  ],
  [
    'links-per-trace',
    'too many links on several segments',
    Array.from({ length: 6 }, (_, index) => linked(index === 5 ? 1 : 20, { id: idOf(index + 1) })),
  ],
];

const badDatagrams: [Rule, string, Buffer][] = [
  ['datagram-size', 'more than UDP carries', Buffer.alloc(65_508, ' ')],
  ['datagram-newline', 'no newline', Buffer.from('{"format":"json","version":1}')],
  ['datagram-header', 'another version', datagram(segment(), '{"format":"json","version":2}')],
  ['datagram-header', 'another format', datagram(segment(), '{"format":"xml","version":1}')],
  ['datagram-header', 'no JSON', datagram(segment(), 'format: json')],
  ['document-size', 'a large document', datagram(segment({ metadata: { default: { text: 'x'.repeat(65_536) } } }))],
  ['document-json', 'no document', Buffer.from('{"format":"json","version":1}\n')],
  ['document-json', 'two documents', Buffer.concat([datagram(segment()), Buffer.from('\n{}')])],
  ['document-json', 'bytes that are not UTF-8', Buffer.from('{"format":"json","version":1}\n"\xff"', 'latin1')],
  ['required', 'a document that is wrong on its own', datagram({})],
];

describe('The wire validator', () => {
  for (const [name, document] of Object.entries(goodDocuments)) {
    it(`accepts ${name}`, () => {
      expect(validateDocument(document)).to.deep.equal([]);
    });
  }

  for (const [rule, name, document] of badDocuments) {
    it(`refuses by ${rule}: ${name}`, () => {
      expect(brokenRules(validateDocument(document))).to.include(rule);
    });
  }

  describe('when documents are judged together', () => {
    for (const [name, documents] of Object.entries(goodTraces)) {
      it(`accepts ${name}`, () => {
        expect(validateTrace(documents)).to.deep.equal([]);
      });
    }

    for (const [rule, name, documents] of badTraces) {
      it(`refuses by ${rule}: ${name}`, () => {
        expect(brokenRules(validateTrace(documents))).to.include(rule);
      });
    }
  });

  describe('when a datagram is judged', () => {
    it('accepts a header and a document', () => {
      expect(validateDatagram(datagram(segment()))).to.deep.equal([]);
      expect(validateDatagram(datagram(segment(), '{ "version": 1, "format": "JSON" }'))).to.deep.equal([]);
    });

    it('splits at the first newline only', () => {
      const bytes = Buffer.from(`{"format":"json","version":1}\n${JSON.stringify(alone(), null, 2)}\n`);
      expect(validateDatagram(bytes)).to.deep.equal([]);
    });

    for (const [rule, name, bytes] of badDatagrams) {
      it(`refuses by ${rule}: ${name}`, () => {
        expect(brokenRules(validateDatagram(bytes))).to.include(rule);
      });
    }
  });

  it('has a bad example for each of its rules', () => {
    const shown = new Set([...badDocuments, ...badTraces, ...badDatagrams].map(([rule]) => rule));
    expect(RULES.filter((rule) => !shown.has(rule))).to.deep.equal([]);
  });

  it('says where, which rule, and what was given', () => {
    const document = around({ http: { request: { url: 'u'.repeat(300) } }, error: null });
    expect(validateDocument(document)).to.deep.equal([
      {
        path: 'document.subsegments[0].http.request.url',
        rule: 'string-length',
        given: `"${'u'.repeat(80)}"… (300 characters)`,
      },
      { path: 'document.subsegments[0].error', rule: 'boolean', given: 'null' },
    ]);
    expect(validateTrace([segment(), segment({ annotations: { 'a b': [] } })])).to.deep.include({
      path: 'documents[1].annotations["a b"]',
      rule: 'annotation-value',
      given: 'an array of 0',
    });
  });

  it('ends on a document that holds itself', () => {
    const document = segment();
    document['subsegments'] = [document];
    expect(brokenRules(validateTrace([document]))).to.include('only-when-alone');
  });

  describe('when it asserts', () => {
    it('is silent about what is good', () => {
      assertValidDocument(segment());
      assertValidTrace([segment(), alone()]);
    });

    it('lists every violation', () => {
      const document = segment({ id: 'abc', fault: 1 });
      expect(() => assertValidDocument(document)).to.throw(/document\.id: id, given "abc"\n.*document\.fault: boolean/);
      expect(() => assertValidTrace([document])).to.throw(/documents\[0\]\.id: id, given "abc"/);
    });
  });

  it('accepts any valid document, and refuses it with any one corruption', () => {
    fc.assert(
      fc.property(validDocuments, fc.constantFrom(...corruptions), fc.nat(), ({ document }, [rule, corrupt], pick) => {
        expect(validateDocument(document)).to.deep.equal([]);
        const entities = entitiesIn(document);
        const victim = entities[pick % entities.length];
        if (victim !== undefined) corrupt(victim);
        expect(brokenRules(validateDocument(document))).to.include(rule);
      }),
    );
  });
});

/** Each works on a segment and on every subsegment alike. */
const corruptions: [Rule, (entity: Document) => void][] = [
  ['required', (entity) => delete entity['name']],
  ['required', (entity) => delete entity['id']],
  ['required', (entity) => delete entity['start_time']],
  ['unknown-member', (entity) => (entity['startTime'] = START)],
  ['id', (entity) => (entity['id'] = `${String(entity['id'])}0`)],
  ['name-alphabet', (entity) => (entity['name'] = '<shop>')],
  ['name-length', (entity) => (entity['name'] = '')],
  ['end-before-start', (entity) => Object.assign(entity, { end_time: START - 1 })],
  ['end-or-in-progress', (entity) => Object.assign(entity, { end_time: START + 1, in_progress: true })],
  ['epoch-seconds', (entity) => (entity['start_time'] = START * 1000)],
  ['boolean', (entity) => (entity['fault'] = null)],
  ['throttle-without-error', (entity) => Object.assign(entity, { throttle: true, error: false })],
  ['annotation-value', (entity) => (entity['annotations'] = { list: [] })],
  ['reserved-namespace', (entity) => (entity['metadata'] = { 'AWS.own': {} })],
  ['cause', (entity) => (entity['cause'] = null)],
  ['integer', (entity) => (entity['http'] = { response: { status: 200.5 } })],
  ['array', (entity) => (entity['subsegments'] = {})],
  ['object', (entity) => (entity['subsegments'] = [null])],
];

function entitiesIn(document: Document): Document[] {
  const children = (document['subsegments'] ?? []) as Document[];
  return [document, ...children.flatMap(entitiesIn)];
}

const hex = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));

const entityMembers = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9 _.:/%&#=+\\@-]{1,200}$/),
    id: hex(16),
    isRunning: fc.boolean(),
    seconds: fc.double({ min: 0, max: 1000, noNaN: true }),
    more: fc.record(
      {
        error: fc.boolean(),
        fault: fc.boolean(),
        annotations: fc.dictionary(
          fc.stringMatching(/^[A-Za-z0-9_]{1,20}$/),
          fc.oneof(fc.string({ maxLength: 1000 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
        ),
        metadata: fc.dictionary(
          fc.string().filter((namespace) => !namespace.startsWith('AWS.')),
          fc.dictionary(fc.string(), fc.jsonValue()),
        ),
        cause: hex(16),
        http: fc.constant({ request: { method: 'GET' }, response: { status: 200 } }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ name, id, isRunning, seconds, more }): Document => {
    const time = isRunning ? { in_progress: true } : { end_time: START + seconds };
    return { name, id, start_time: START, ...time, ...more };
  });

function trees(depth: number): fc.Arbitrary<Document> {
  const children = depth === 0 ? fc.constant([]) : fc.array(trees(depth - 1), { maxLength: 3 });
  return fc.tuple(entityMembers, children).map(([members, subsegments]) => ({ ...members, subsegments }));
}

const validDocuments = fc
  .record({ tree: trees(2), trace: hex(32), isAlone: fc.boolean(), parent: hex(16) })
  .map(({ tree, trace, isAlone, parent }) => {
    const traceId = `1-${trace.slice(0, 8)}-${trace.slice(8)}`;
    const role = isAlone ? { type: 'subsegment', parent_id: parent } : {};
    return { document: { ...tree, trace_id: traceId, ...role } };
  });
