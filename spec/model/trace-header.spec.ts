import { expect } from 'chai';
import * as fc from 'fast-check';
import { TraceHeader, type SamplingMark } from '#lib/model/trace-header.js';

const ROOT = '1-5759e988-bd862e3fe1be46a994272793';
const PARENT = '53995c3f42cd8ad8';

interface Parts {
  root?: string;
  parent?: string;
  sampled?: SamplingMark;
  lineage?: string;
  extra?: Record<string, string>;
}

function partsOf({ root, parent, sampled, lineage, extra }: TraceHeader): Parts {
  return {
    ...(root !== undefined && { root }),
    ...(parent !== undefined && { parent }),
    ...(sampled !== undefined && { sampled }),
    ...(lineage !== undefined && { lineage }),
    ...(extra.size > 0 && { extra: Object.fromEntries(extra) }),
  };
}

describe('TraceHeader', () => {
  describe('when it is parsed', () => {
    const whole: Parts = { root: ROOT, parent: PARENT, sampled: true };
    const lineage = 'a87bd80c:1|68fd508a:5|c512fbe3:2';
    const table: readonly [what: string, text: string, parts: Parts][] = [
      ['all three keys', `Root=${ROOT};Parent=${PARENT};Sampled=1`, whole],
      ['a root alone', `Root=${ROOT}`, { root: ROOT }],
      ['Sampled=0', `Root=${ROOT};Sampled=0`, { root: ROOT, sampled: false }],
      ['Sampled=?', `Root=${ROOT};Sampled=?`, { root: ROOT, sampled: '?' }],
      ['a Sampled of another kind', `Root=${ROOT};Sampled=true`, { root: ROOT }],
      ['an empty Sampled', `Root=${ROOT};Sampled=`, { root: ROOT }],
      ['any order', `Sampled=1;Parent=${PARENT};Root=${ROOT}`, whole],
      ['lower-case keys', `root=${ROOT};parent=${PARENT};sampled=1`, whole],
      ['upper-case keys', `ROOT=${ROOT};PARENT=${PARENT};SAMPLED=1`, whole],
      ['upper-case ids', `Root=${ROOT.toUpperCase()};Parent=${PARENT.toUpperCase()};Sampled=1`, whole],
      ['spaces around pairs', `  Root=${ROOT} ; Parent=${PARENT} ;  Sampled=1  `, whole],
      ['spaces around the equals sign', `Root = ${ROOT};Parent =${PARENT};Sampled= 1`, whole],
      ['tabs', `Root=${ROOT};\tParent=${PARENT};\tSampled=1`, whole],
      ['empty parts', `;;Root=${ROOT};;Parent=${PARENT};Sampled=1;`, whole],
      ['a part without an equals sign', `hello;Root=${ROOT};Parent=${PARENT};there;Sampled=1`, whole],
      ['a part without a key', `=x;Root=${ROOT};Parent=${PARENT};Sampled=1`, whole],
      ['a key of spaces', `  =x;Root=${ROOT};Parent=${PARENT};Sampled=1`, whole],
      ['a repeated root: the first', `Root=${ROOT};Root=1-00000001-000000000000000000000001`, { root: ROOT }],
      [
        'a repeated root in another case: the first',
        `Root=${ROOT};root=1-00000001-000000000000000000000001`,
        { root: ROOT },
      ],
      ['a repeated unknown key: the first', `Root=${ROOT};a=1;a=2`, { root: ROOT, extra: { a: '1' } }],
      ['Self, which is dropped', `Self=1-67891234-12456789abcdef012345678;Root=${ROOT}`, { root: ROOT }],
      ['self in lower case, which is dropped too', `self=x;Root=${ROOT}`, { root: ROOT }],
      ['Lineage', `Root=${ROOT};Lineage=${lineage}`, { root: ROOT, lineage }],
      ['an unknown key', `Root=${ROOT};Customer=42`, { root: ROOT, extra: { Customer: '42' } }],
      ['an equals sign in a value', `Root=${ROOT};q=a=b==`, { root: ROOT, extra: { q: 'a=b==' } }],
      ['an unknown key without a value', `Root=${ROOT};flag=`, { root: ROOT, extra: { flag: '' } }],
      ['unknown keys that differ in case', `a=1;A=2`, { extra: { a: '1', A: '2' } }],
      ['__proto__ as any other key', `__proto__=1`, JSON.parse('{"extra":{"__proto__":"1"}}') as Parts],
      [
        'the ids of what is not sampled',
        `Root=1-00000000-${'0'.repeat(24)};Parent=${'0'.repeat(16)};Sampled=0`,
        {
          root: `1-00000000-${'0'.repeat(24)}`,
          parent: '0'.repeat(16),
          sampled: false,
        },
      ],
      ['nothing', '', {}],
      ['spaces', '   ', {}],
      ['noise', 'hello', {}],
    ];
    for (const [what, text, parts] of table) {
      it(`reads ${what}`, () => {
        expect(partsOf(TraceHeader.parse(text))).to.deep.equal(parts);
      });
    }

    const invalidRoots = [
      'x',
      '1',
      `2${ROOT.slice(1)}`,
      ROOT.slice(0, -1),
      `${ROOT}0`,
      `${ROOT}\n`.replace('\n', '\n1'),
      ROOT.replace('bd', 'xx'),
      ROOT.replaceAll('-', ''),
      '5759e988bd862e3fe1be46a994272793',
      `1-5759e988--${'0'.repeat(23)}`,
    ];
    for (const root of invalidRoots) {
      it(`takes ${JSON.stringify(root)} for no root, and no parent without one`, () => {
        expect(partsOf(TraceHeader.parse(`Root=${root};Parent=${PARENT};Sampled=1;a=1`))).to.deep.equal({
          sampled: true,
          extra: { a: '1' },
        });
      });
    }

    for (const parent of ['', 'x', PARENT.slice(1), `${PARENT}0`, `${PARENT.slice(1)}g`]) {
      it(`takes ${JSON.stringify(parent)} for no parent`, () => {
        expect(partsOf(TraceHeader.parse(`Root=${ROOT};Parent=${parent}`))).to.deep.equal({ root: ROOT });
      });
    }

    const injections = [
      'a=1\r\nSet-Cookie: x',
      'a=1\nb',
      'a\r\nb=1',
      'a=\u0000',
      'a=\u007f',
      'a=ü',
      'ü=1',
      'a=1\u2028b',
      'Lineage=a:1\r\nX: y',
    ];
    for (const pair of injections) {
      it(`does not forward ${JSON.stringify(pair)}`, () => {
        const header = TraceHeader.parse(`Root=${ROOT};${pair};ok=1`);

        expect(partsOf(header)).to.deep.equal({ root: ROOT, extra: { ok: '1' } });
        expect(header.toString()).to.equal(`Root=${ROOT};ok=1`);
      });
    }

    it('keeps 256 bytes of what it forwards, and passes over what is too large', () => {
      const header = TraceHeader.parse(`Root=${ROOT};a=${'x'.repeat(255)};b=1;huge=${'x'.repeat(5000)}`);
      expect(partsOf(header)).to.deep.equal({ root: ROOT, extra: { a: 'x'.repeat(255) } });

      const other = TraceHeader.parse(`Root=${ROOT};huge=${'x'.repeat(5000)};b=1`);
      expect(partsOf(other)).to.deep.equal({ root: ROOT, extra: { b: '1' } });
    });

    it('counts Lineage with the rest, and first', () => {
      const header = TraceHeader.parse(`Root=${ROOT};a=${'x'.repeat(200)};Lineage=${'y'.repeat(100)}`);
      expect(partsOf(header)).to.deep.equal({ root: ROOT, lineage: 'y'.repeat(100) });

      expect(TraceHeader.parse(`Root=${ROOT};Lineage=${'y'.repeat(5000)}`).lineage).to.equal(undefined);
    });

    it('takes of several headers the first one with a root', () => {
      expect(TraceHeader.parse(['Sampled=1', `Root=${ROOT}`, `Root=${ROOT};Sampled=0`]).toString()).to.equal(
        `Root=${ROOT}`,
      );
      expect(TraceHeader.parse(['Sampled=1', 'x']).toString()).to.equal('Sampled=1');
      expect(TraceHeader.parse([]).toString()).to.equal('');
      expect(TraceHeader.parse(undefined).toString()).to.equal('');
    });

    it('never throws, and prints what can be sent, whatever the text is', () => {
      const units = [...'Rot=;Parent Sampled?10\r\n\u0000ü'.split(''), 'Root=', ROOT, 'Lineage=', ';'];
      fc.assert(
        fc.property(fc.string({ unit: fc.constantFrom(...units), maxLength: 200 }), (text) => {
          expect(TraceHeader.parse(text).toString()).to.match(/^[ -~]*$/);
        }),
      );
    });
  });

  describe('when it is printed', () => {
    it('writes the known keys first, in the order in which X-Ray documents them', () => {
      const text = `z=1;Lineage=a:1;Sampled=?;Parent=${PARENT};Root=${ROOT}`;

      expect(TraceHeader.parse(text).toString()).to.equal(`Root=${ROOT};Parent=${PARENT};Sampled=?;Lineage=a:1;z=1`);
    });

    it('leaves out of the parts given what could not be read back', () => {
      const header = new TraceHeader({
        root: ROOT,
        parent: 'x\r\nSet-Cookie: y',
        lineage: 'a;Sampled=0',
        extra: new Map([
          ['Root', 'other'],
          ['self', 'x'],
          ['a', '1;Parent=0'],
          ['b=c', '1'],
          [' d', '1'],
          ['e', '1 '],
          ['', '1'],
          ['ok', '1'],
        ]),
      });

      expect(header.toString()).to.equal(`Root=${ROOT};ok=1`);
      expect(new TraceHeader({ root: 'evil\r\nX: y', parent: PARENT }).toString()).to.equal('');
    });

    it('reads back what it printed', () => {
      const hex = (length: number): fc.Arbitrary<string> =>
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });
      const text = fc.string({ maxLength: 40 });
      const header = fc
        .record(
          {
            root: fc.oneof(
              fc.tuple(hex(8), hex(24)).map(([time, random]) => `1-${time}-${random}`),
              text,
            ),
            parent: fc.oneof(hex(16), text),
            sampled: fc.constantFrom<SamplingMark>(true, false, '?'),
            lineage: text,
            extra: fc.array(fc.tuple(text, text)).map((pairs) => new Map(pairs)),
          },
          { requiredKeys: [] },
        )
        .map((parts) => new TraceHeader(parts));
      fc.assert(
        fc.property(header, (printed) => {
          expect(partsOf(TraceHeader.parse(printed.toString()))).to.deep.equal(partsOf(printed));
        }),
      );
    });
  });

  describe('when it comes from a traceparent', () => {
    const W3C = '5759e988bd862e3fe1be46a994272793';
    const right: readonly [text: string, sampled: boolean][] = [
      [`00-${W3C}-${PARENT}-01`, true],
      [`00-${W3C}-${PARENT}-00`, false],
      [`00-${W3C}-${PARENT}-03`, true],
      [`00-${W3C}-${PARENT}-fe`, false],
      [`  00-${W3C}-${PARENT}-01 `, true],
      [`01-${W3C}-${PARENT}-01`, true],
      [`cc-${W3C}-${PARENT}-01-what-the-future-brings`, true],
    ];
    for (const [text, sampled] of right) {
      it(`reads ${text}`, () => {
        const header = TraceHeader.fromTraceparent(text);
        expect(header && partsOf(header)).to.deep.equal({ root: ROOT, parent: PARENT, sampled });
      });
    }

    const wrong = [
      '',
      'x',
      `ff-${W3C}-${PARENT}-01`,
      `0-${W3C}-${PARENT}-01`,
      `00-${W3C.toUpperCase()}-${PARENT}-01`,
      `00-${W3C.slice(1)}-${PARENT}-01`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${W3C}-${'0'.repeat(16)}-01`,
      `00-${W3C}-${PARENT.slice(1)}-01`,
      `00-${W3C}-${PARENT}`,
      `00-${W3C}-${PARENT}-1`,
      `00-${W3C}-${PARENT}-0g`,
      `00-${W3C}-${PARENT}-01-more`,
      `00-${W3C}-${PARENT}-01-`,
      `01-${W3C}-${PARENT}-01more`,
      `00_${W3C}_${PARENT}_01`,
    ];
    for (const text of wrong) {
      it(`does not take ${JSON.stringify(text)}`, () => {
        expect(TraceHeader.fromTraceparent(text)).to.equal(undefined);
      });
    }
  });

  describe('when a traceparent is made of it', () => {
    it('writes yes as 01, and no, ? and nothing as 00', () => {
      const flags = [true, false, '?' as const, undefined].map((sampled) =>
        new TraceHeader({ root: ROOT, parent: PARENT, sampled }).toTraceparent()?.slice(-2),
      );

      expect(flags).to.deep.equal(['01', '00', '00', '00']);
    });

    it('answers nothing without a root or a parent, or where they are all zeros', () => {
      const zeroRoot = `1-00000000-${'0'.repeat(24)}`;
      const headers = [
        new TraceHeader({}),
        new TraceHeader({ root: ROOT }),
        new TraceHeader({ parent: PARENT }),
        new TraceHeader({ root: zeroRoot, parent: PARENT }),
        new TraceHeader({ root: ROOT, parent: '0'.repeat(16) }),
      ];

      expect(headers.map((header) => header.toTraceparent())).to.deep.equal(headers.map(() => undefined));
    });

    it('reads back what it wrote', () => {
      const text = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

      expect(TraceHeader.fromTraceparent(text)?.toTraceparent()).to.equal(text);
    });
  });
});
