import { expect } from 'chai';
import * as fc from 'fast-check';
import type { SegmentHandle } from '#lib/model/segment-handle.js';
import { SECRET_KEYS, secretOf, SHAPES, WRAPPERS } from '../support/planted.js';
import { startRecording } from '../support/recording.js';

const half = fc.stringMatching(/^[a-hj-np-z2-9]{8,14}$/);
const between = fc.constantFrom(
  '',
  '-',
  '.',
  '/',
  '+',
  '@',
  ':',
  ';',
  '&',
  '#',
  '?',
  ' ',
  '"',
  "'",
  '\\',
  '\\"',
  '}',
  ']',
  ',',
  '%',
  '\n',
  'é',
  '==',
);

const planted = fc.record({
  left: half,
  right: half,
  between,
  key: fc.constantFrom(...SECRET_KEYS),
  shape: fc.constantFrom(...Object.keys(SHAPES)),
  wrappers: fc.array(fc.constantFrom(...Object.keys(WRAPPERS)), { maxLength: 6 }),
});

/** Where a value is recorded, and whether it is kept there as it is given. */
const PLACES: Readonly<Record<string, (handle: SegmentHandle, value: unknown) => void>> = {
  metadata: (handle, value) => handle.metadata('value', value),
  'metadata of a namespace': (handle, value) => handle.metadata({ value }, 'mine'),
  annotations: (handle, value) => handle.annotate('value', value as string),
  'members of an error': (handle, value) => handle.error(Object.assign(new Error('x'), { value })),
  'a call to AWS': (handle, value) => handle.aws({ value }),
};

/** Where a text is cut at 250 characters. */
const TEXTS: Readonly<Record<string, (handle: SegmentHandle, text: string) => void>> = {
  'an annotation': (handle, text) => handle.annotate('text', text),
  'an error': (handle, text) => handle.error(new Error(text)),
  'a thrown text': (handle, text) => handle.error(text),
  'a thrown object': (handle, text) => handle.error({ text }),
  'the name of an error': (handle, text) => handle.error(Object.assign(new Error('x'), { name: text })),
  'a URL': (handle, url) => handle.http({ request: { url, userAgent: url } }),
  'a database': (handle, url) => handle.sql({ url, connectionString: url, sanitizedQuery: url }),
  'a call to AWS': (handle, queueUrl) => handle.aws({ queueUrl }),
  'a link': (handle, text) =>
    handle.link({ traceId: `1-5759e988-${'a'.repeat(24)}`, id: 'b'.repeat(16), attributes: { text } }),
};

describe('Secrets', () => {
  const emitted: string[] = [];
  const recording = (): ReturnType<typeof startRecording> =>
    startRecording({
      detailsErrors: true,
      emitter: { emit: (text) => emitted.push(text), flush: async () => undefined, close: async () => undefined },
    });

  const documentsOf = (
    { recorder }: ReturnType<typeof startRecording>,
    record: (handle: SegmentHandle) => void,
  ): string => {
    emitted.length = 0;
    recorder.trace('op', () => recorder.capture('work', record));
    expect(emitted).to.have.length(1);
    return emitted.join('');
  };

  it('are in none of 10,000 documents, wherever and however deep they were planted, and what stands beside them is', async () => {
    const spec = recording();
    fc.assert(
      fc.property(planted, fc.constantFrom(...Object.keys(PLACES)), ({ wrappers, shape, key, ...parts }, place) => {
        const secret = secretOf(parts.left, parts.right, parts.between);
        const make = (): unknown => {
          let value = SHAPES[shape]?.(key, secret.text, 'kept-0');
          wrappers.forEach((wrapper, index) => (value = WRAPPERS[wrapper]?.(value, `kept-${index + 1}`)));
          return value;
        };
        const text = documentsOf(spec, (handle) => PLACES[place]?.(handle, make()));

        for (const part of secret.parts) expect(text).not.to.contain(part);
        // Five long texts are more than a call to AWS has room for: it is cut as a whole, and the cut says so.
        if (place === 'a call to AWS' && text.includes('more than fits into the document')) return;
        for (let index = 0; index <= wrappers.length; index += 1) expect(text).to.contain(`kept-${index}`);
        expect(text).to.contain('[redacted]');
      }),
      { numRuns: 10_000 },
    );
    await spec.stop();
  });

  it('are in no text that is kept of its own', async () => {
    const spec = recording();
    const texts = Object.keys(SHAPES).filter((shape) => typeof SHAPES[shape]?.('token', 'x', 'kept') === 'string');
    fc.assert(
      fc.property(planted, fc.constantFrom(...texts), fc.constantFrom(...Object.keys(TEXTS)), (plant, shape, place) => {
        const secret = secretOf(plant.left, plant.right, plant.between);
        const value = SHAPES[shape]?.(plant.key, secret.text, 'kept') as string;
        const text = documentsOf(spec, (handle) => TEXTS[place]?.(handle, value));

        for (const part of secret.parts) expect(text).not.to.contain(part);
        // A half that ends as a key does, as `zqjwt`, is taken for one before its `:`, and more is redacted than has to be.
        if (!/(?:jwt|pwd|pin|otp|ssn|cvv|cvc|pass|psw|sas|csrf|xsrf|cred)s?\d*$/.test(plant.left))
          expect(text).to.contain('kept');
      }),
      { numRuns: 2_000 },
    );
    await spec.stop();
  });

  it('are in no key, no namespace, no path of a frame and nothing that is said of what was refused', async () => {
    const spec = recording();
    const thrown = new Error('x');
    thrown.stack = 'Error: x\n    at foo (https://u:zqzqzq@h/x.js?token=zqzqzq:1:2)';
    const text = documentsOf(spec, (handle) => {
      handle
        .metadata('k', 1, 'https://u:zqzqzq@h')
        .metadata('token=zqzqzq', 1)
        .annotate('token=zqzqzq', 1)
        .error(thrown);
      handle.annotate('password=zqzqzq', {} as string);
      handle.link({ traceId: 'token=zqzqzq', id: 'password=zqzqzq' });
      handle.metadata(
        new Proxy({}, { ownKeys: () => { throw new Error('password=zqzqzq'); } }), // prettier-ignore
      );
      handle.close({ endTime: 'password=zqzqzq' as unknown as number });
    });
    spec.recorder.resume('token=zqzqzq', 'op', () => undefined);

    expect(text).to.contain('[redacted]').and.not.to.contain('zqzqzq');
    expect(spec.logger.lines.join('\n'))
      .to.match(/endTime/)
      .and.not.to.contain('zqzqzq');
    await spec.stop();
  });

  it('are seen where nothing is to be redacted, so that the specs above prove something', async () => {
    const { DataPolicy } = await import('#lib/model/data-policy.js');
    const spec = startRecording({ dataPolicy: new DataPolicy({ redact: false }) });
    for (const [shape, make] of Object.entries(SHAPES)) {
      spec.recorder.trace('op', () => spec.recorder.metadata('value', make('password', 'zqzqzq', 'kept')));

      expect(JSON.stringify(spec.documents().at(-1)), shape)
        .to.contain('zqzqzq')
        .and.to.contain('kept');
    }
    await spec.stop();
  });
});
