import { expect } from 'chai';
import * as fc from 'fast-check';
import { DataPolicy } from '#lib/model/data-policy.js';
import type { SegmentHandle } from '#lib/model/segment-handle.js';
import type { Segment } from '#lib/model/segment.js';
import { HOSTILE_VALUES } from '../support/hostile.js';
import { addChild, makeSegment, parseDocument } from '../support/model.js';
import { startRecording, type SpecRecording } from '../support/recording.js';

describe('Entity', () => {
  let recording: SpecRecording;
  let segment: Segment;

  beforeEach(() => {
    recording = startRecording();
    segment = makeSegment(recording.engine);
  });

  afterEach(() => recording.stop());

  const said = (): string => recording.logger.lines.join('\n');

  it('cleans its name', () => {
    expect(makeSegment(recording.engine, { name: ' a!\tb ' }).name).to.equal('a b');
  });

  describe('when it is annotated', () => {
    it('keeps one annotation or a record of them, and passes over absent values', () => {
      segment.annotate('a', 1).annotate({ b: 'x', c: false, d: undefined, e: null });

      expect(parseDocument(segment).annotations).to.deep.equal({ a: 1, b: 'x', c: false });
    });

    it('cleans keys, and lets the later of two that become one win', () => {
      segment.annotate('user.id', 1).annotate('user-id', 2);

      expect(parseDocument(segment).annotations).to.deep.equal({ user_id: 2 });
    });

    it('keeps a key that is called __proto__', () => {
      segment.annotate('__proto__', 'x');

      expect(JSON.stringify(parseDocument(segment).annotations)).to.equal('{"__proto__":"x"}');
    });

    it('keeps what cannot be indexed as metadata and says so once for each key', () => {
      segment.annotate('order', { id: 1 }).annotate('order', [1]);
      const { annotations, metadata } = parseDocument(segment);

      expect(annotations).to.equal(undefined);
      expect(metadata).to.deep.equal({ default: { order: [1] } });
      expect(recording.logger.lines).to.have.length(1);
      expect(said()).to.contain('The annotation "order" was given an object; it takes text, a number or a boolean.');
    });

    describe('for the 51st time', () => {
      it('keeps that one as metadata, says so once, and still changes the first fifty', () => {
        for (let count = 1; count <= 53; count += 1) segment.annotate(`key${count}`, count);
        segment.annotate('key1', 'changed');
        const { annotations = {}, metadata } = parseDocument(segment);

        expect(Object.keys(annotations)).to.have.length(50);
        expect(annotations).to.include({ key1: 'changed', key50: 50 });
        expect(metadata).to.deep.equal({ default: { key51: 51, key52: 52, key53: 53 } });
        expect(recording.logger.lines).to.have.length(1);
        expect(said()).to.contain('The annotation "key51" is the 51st of its trace; X-Ray indexes 50.');
      });

      it('counts those of the whole segment', () => {
        for (let count = 1; count <= 51; count += 1) addChild(segment).annotate('key', count);
        const children = parseDocument(segment).subsegments ?? [];

        expect(children.filter(({ annotations }) => annotations !== undefined)).to.have.length(50);
        expect(children.at(-1)?.metadata).to.deep.equal({ default: { key: 51 } });
      });
    });
  });

  describe('when it is given metadata', () => {
    it('keeps it by namespace and key, the last value of each', () => {
      segment
        .metadata('a', 1)
        .metadata('a', 2)
        .metadata('a', 3, 'mine')
        .metadata({ b: 4, c: 5 }, 'mine')
        .metadata({ d: 6 })
        .metadata('e', 7, 'AWS.x');

      expect(parseDocument(segment).metadata).to.deep.equal({
        default: { a: 2, d: 6 },
        mine: { a: 3, b: 4, c: 5 },
        AWS_x: { e: 7 },
      });
    });

    it('takes a namespace from JavaScript that only looks like a text for the text of it', () => {
      for (const namespace of [Object('default'), { startsWith: () => false }] as string[]) {
        segment.metadata('kept', 1).metadata('more', 2, namespace);
      }

      expect(parseDocument(segment).metadata).to.deep.equal({
        default: { kept: 1, more: 2 },
        '[object Object]': { more: 2 },
      });
    });

    it('names a member that throws when it is read, and keeps the others', () => {
      const values = { a: 1, get b(): number { throw new Error('no'); } }; // prettier-ignore
      segment.metadata(values);

      expect(parseDocument(segment).metadata).to.deep.equal({ default: { a: 1, b: '[threw when read]' } });
    });
  });

  describe('when it is given errors', () => {
    it('keeps the exceptions of all of them', () => {
      segment.error(new Error('one')).error(new Error('two'));
      const { cause } = parseDocument(segment);

      expect(typeof cause === 'object' && cause.exceptions.map(({ message }) => message)).to.deep.equal(['one', 'two']);
    });

    it('keeps a message that is too long for an exception as metadata', () => {
      segment.error(new Error('x'.repeat(300)));

      expect(parseDocument(segment).metadata).to.deep.equal({ radiograph: { error_message: 'x'.repeat(300) } });
    });

    it('keeps fifty, sets the flags for more, and says so once', () => {
      for (let count = 0; count < 60; count += 1) segment.error(new Error(`number ${count}`));
      segment.error(Object.assign(new Error('x'), { status: 429 }));
      const { cause, throttle } = parseDocument(segment);

      expect(typeof cause === 'object' && cause.exceptions).to.have.length(50);
      expect(throttle).to.equal(true);
      expect(recording.logger.lines).to.have.length(1);
      expect(said()).to.contain('"spec" has recorded 50 exceptions; of further ones only the flags are set.');
    });

    it('leaves the flags together that several errors set', () => {
      segment.error(Object.assign(new Error('x'), { status: 429 })).error(new Error('y'));

      expect(parseDocument(segment)).to.include({ error: true, throttle: true, fault: true });
    });
  });

  describe('when errors are to be kept with their details', () => {
    it('annotates the type and keeps the members as metadata', async () => {
      await recording.stop();
      recording = startRecording({ detailsErrors: true });
      segment = makeSegment(recording.engine);
      segment.error(Object.assign(new TypeError('x'), { code: 'E1', order: { id: 7n } }));
      const { annotations, metadata } = parseDocument(segment);

      expect(annotations).to.deep.equal({ error_type: 'TypeError' });
      expect(metadata).to.deep.equal({ radiograph: { error: { code: 'E1', order: { id: '7' } } } });
    });
  });

  describe('when the HTTP data come in pieces', () => {
    it('lays them together, and takes later changes of what was given for nothing', () => {
      const request = { method: 'GET' };
      segment.http({ request });
      request.method = 'POST';
      segment.http({ request: { url: 'http://a' } }).http({ response: { status: 404 } });

      expect(parseDocument(segment)).to.deep.include({
        error: true,
        http: { request: { method: 'GET', url: 'http://a' }, response: { status: 404 } },
      });
    });
  });

  describe('when it is given secrets', () => {
    it('keeps them out of annotations, by key and by form', () => {
      segment
        .annotate({ apiKey: 'hunter2', pin: 1234, tokenCount: 5, hasPassword: true })
        .annotate('callback', `https://a/?token=hunter2&x=${'y'.repeat(2000)}`);
      const { annotations } = parseDocument(segment);

      expect(annotations).to.include({ apiKey: '[redacted]', pin: '[redacted]', tokenCount: 5, hasPassword: true });
      expect(annotations?.['callback'])
        .to.match(/^https:\/\/a\/\?token=\[redacted\]&x=y+…$/)
        .and.to.have.length(1000);
    });

    it('keeps them out of names and keys, where these are URLs', () => {
      const child = addChild(segment, 'GET https://me:hunter2@a/?token=hunter2');
      child.metadata('redis://:hunter2@cache', 1).annotate('https://me:hunter2@a', 1);

      expect(child.name).to.equal('GET https://redacted@a/token=redacted');
      expect(JSON.stringify(parseDocument(child))).not.to.contain('hunter2');
    });

    it('keeps them out of what leads to a database, also without a scheme', () => {
      const child = addChild(segment);
      child.sql({ url: 'app:hunter2@tcp(db:3306)/shop', connectionString: 'scott/hunter2@db', user: 'app' });

      expect(parseDocument(child).sql).to.deep.equal({
        url: '[redacted]@tcp(db:3306)/shop',
        connection_string: '[redacted]@db',
        user: 'app',
      });
    });

    it('keeps them out of exceptions, with the lines of the message that look like frames', () => {
      segment.error(new Error('no login with password=hunter2\n    at login (postgres://a:hunter2@b:1:1)'));

      expect(JSON.stringify(parseDocument(segment))).not.to.contain('hunter2');
    });

    it('keeps them where the policy has no redaction, and cuts to its limits', async () => {
      await recording.stop();
      recording = startRecording({ dataPolicy: new DataPolicy({ redact: false, limits: { breadth: 1 } }) });
      segment = makeSegment(recording.engine);
      segment.metadata('login', { password: 'hunter2', b: 1 }).annotate('token', 'hunter2');

      expect(parseDocument(segment)).to.deep.include({
        metadata: { default: { login: { password: 'hunter2', '…': '[1 more]' } } },
        annotations: { token: 'hunter2' },
      });
    });
  });

  describe('when the user is named', () => {
    it('names it on the segment, from wherever', () => {
      addChild(segment).user('u'.repeat(300));

      expect(parseDocument(segment).user).to.equal(`${'u'.repeat(249)}…`);
    });
  });

  describe('when it has been sent', () => {
    it('says of everything that it came too late, and changes nothing', () => {
      const before = parseDocument(segment);
      segment.isSent = true;
      segment.annotate('a', 1).metadata('b', 1).error(new Error('x')).user('u').aws({ region: 'r' }).sql({ url: 'u' });
      segment.http({ response: { status: 500 } });

      expect(parseDocument(segment)).to.deep.equal(before);
      expect(
        recording.logger.lines.map((line) => /The (.*) came after "spec" had been closed/.exec(line)?.[1]),
      ).to.deep.equal(['annotation "a"', 'metadata "b"', 'error', 'user', 'aws data', 'sql data', 'http data']);
    });
  });

  describe('when it is given what cannot be read', () => {
    const gifts: Record<string, (handle: SegmentHandle, value: never) => unknown> = {
      'an annotation': (handle, value) => handle.annotate('key', value),
      annotations: (handle, value) => handle.annotate(value),
      metadata: (handle, value) => handle.metadata('key', value),
      'metadata by record': (handle, value) => handle.metadata(value),
      'an error': (handle, value) => handle.error(value),
      'an HTTP record': (handle, value) => handle.http(value),
      'an HTTP request': (handle, value) => handle.http({ request: value, response: value }),
      'an HTTP member': (handle, value) =>
        handle.http({ request: { url: value, xForwardedFor: value }, response: { status: value } }),
      'a database query': (handle, value) => handle.sql(value),
      'a member of a database query': (handle, value) => handle.sql({ url: value }),
      'a call to AWS': (handle, value) => handle.aws(value),
      'a member of a call to AWS': (handle, value) => handle.aws({ region: value }),
      'a user': (handle, value) => handle.user(value),
    };
    for (const [what, give] of Object.entries(gifts)) {
      it(`throws nothing for ${what}, and sends the rest`, () => {
        for (const make of [...Object.values(HOSTILE_VALUES), () => null, () => undefined]) {
          const child = addChild(segment);
          child.annotate('kept', true);

          expect(() => give(child, make() as never)).not.to.throw();
          expect(parseDocument(child).annotations).to.include({ kept: true });
        }
      });

      it(`throws nothing for ${what} of any kind`, () => {
        fc.assert(
          fc.property(fc.anything(), (value) => {
            const child = addChild(makeSegment(recording.engine));
            give(child, value as never);

            expect(parseDocument(child).id).to.equal(child.id);
          }),
        );
      });
    }

    it('keeps nothing of a value whose own getter closes the segment, and says so', () => {
      const value = {
        get answer(): number {
          segment.close();
          return 42;
        },
      };
      segment.metadata('late', value);

      expect(segment.metadataTexts).to.equal(undefined);
      expect(said()).to.contain('The metadata "late" came after "spec" had been closed and sent.');
    });

    it('says what could not be read', () => {
      segment.http(null as never);

      expect(said()).to.match(
        /VALUE_REFUSED: The http data of "spec" could not be read: TypeError: .*\. Give plain values\./,
      );
    });
  });
});
