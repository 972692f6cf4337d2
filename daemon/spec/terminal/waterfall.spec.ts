import { expect } from 'chai';
import * as fc from 'fast-check';
import { widthOf } from '#lib/terminal/display-text.js';
import { asciiGlyphs, unicodeGlyphs } from '#lib/terminal/glyphs.js';
import { ansiPalette, plainPalette } from '#lib/terminal/palette.js';
import { drawWaterfall, type WaterfallOptions } from '#lib/terminal/waterfall.js';
import { assembled, idOf, independent, segment, subsegment } from '../support/documents.js';

const escapeSequence = new RegExp(String.raw`\u001B\[\d+m`, 'g');

function lines(payloads: readonly unknown[], options: Partial<WaterfallOptions> = {}): string[] {
  const text = drawWaterfall(assembled(...payloads), {
    width: 80,
    glyphs: unicodeGlyphs,
    palette: plainPalette,
    ...options,
  });
  expect(text.endsWith('\n')).to.equal(true);
  return text.slice(0, -1).split('\n');
}

/** An order that fails in its payment, which another service refused. */
function order(): unknown[] {
  const stack = [
    { path: '/srv/shop/lib/payment.ts', line: 42, label: 'Payment.charge' },
    { path: '/srv/shop/node_modules/pg/index.js', line: 1, label: 'query' },
    { path: 'node:internal/process/task_queues', line: 95, label: 'processTicksAndRejections' },
  ];
  const exception = { id: idOf(90), type: 'PaymentDeclined', message: 'the card has expired', stack };
  return [
    segment(1, {
      name: 'shop',
      start_time: 10,
      end_time: 10.842,
      fault: true,
      http: { request: { method: 'POST', url: 'http://shop.example/orders' }, response: { status: 500 } },
      annotations: { operation: 'place order', customer: 42, trial: false },
      cause: { id: idOf(3) },
      subsegments: [
        subsegment(2, {
          name: 'DynamoDB',
          namespace: 'aws',
          start_time: 10.01,
          end_time: 10.0504,
          aws: { operation: 'GetItem', table_name: 'carts' },
          http: { response: { status: 200 } },
        }),
        subsegment(3, {
          name: 'Payment.charge',
          start_time: 10.1,
          end_time: 10.8,
          fault: true,
          cause: { working_directory: '/srv/shop', exceptions: [exception] },
          subsegments: [
            subsegment(4, {
              name: 'pay.example',
              namespace: 'remote',
              start_time: 10.2,
              end_time: 10.7,
              error: true,
              throttle: true,
              http: { request: { method: 'POST', url: 'https://pay.example/v1' }, response: { status: 429 } },
            }),
          ],
        }),
      ],
    }),
    segment(5, { name: 'bank', parent_id: idOf(4), start_time: 10.3, end_time: 10.6 }),
  ];
}

describe('drawWaterfall', () => {
  describe('when there is room', () => {
    it('draws names, bars to scale, durations and marks in columns', () => {
      expect(lines(order(), { width: 80 })).to.deep.equal([
        '1-5f84c7a1-0123456789abcdef01234567 · place order · 842 ms · 2 segments',
        '3 subsegments · ✖ 2 faults · ◆ 1 throttle',
        '● shop             ████████████████████████████████████   842 ms  ✖ fault 500',
        '│ POST http://shop.example/orders',
        '│ operation="place order"  customer=42  trial=false',
        '│ ↳ PaymentDeclined recorded at Payment.charge',
        '├─ DynamoDB        ██▏                                   40.4 ms  200',
        '│    GetItem carts',
        '└─ Payment.charge      ██████████████████████████████▎    700 ms  ✖ fault',
        '   │ ✖ PaymentDeclined: the card has expired',
        '   │   at Payment.charge (lib/payment.ts:42)',
        '   └─ pay.example          ▐████████████████████▉         500 ms  ◆ throttle 429',
        '      │ POST https://pay.example/v1',
        '      └─ ● bank                ▐████████████▋             300 ms',
      ]);
    });
  });

  describe('when there is little room', () => {
    it('moves the marks below the rows', () => {
      expect(lines(order(), { width: 40 })).to.deep.equal([
        '1-5f84c7a1-0123456789abcdef01234567',
        'place order · 842 ms · 2 segments',
        '3 subsegments · ✖ 2 faults',
        '◆ 1 throttle',
        '● shop           ███████████████  842 ms',
        '│ ✖ fault 500',
        '│ POST http://shop.example/orders',
        '│ operation="place order"  customer=42',
        '│ trial=false',
        '│ ↳ PaymentDeclined recor…Payment.charge',
        '├ DynamoDB       ▉               40.4 ms',
        '│   200 GetItem carts',
        '└ Payment.charge  ▐████████████▎  700 ms',
        '  │ ✖ fault',
        '  │ ✖ PaymentDeclined: the card has',
        '  │   expired',
        '  │   at Payment.charge (l…ayment.ts:42)',
        '  └ pay.example     ▐████████▌    500 ms',
        '    │ ◆ throttle 429',
        '    │ POST https://pay.example/v1',
        '    └ ● bank          █████▊      300 ms',
      ]);
    });
  });

  describe('when there is much room', () => {
    it('gives it to the bars', () => {
      const drawn = lines(order(), { width: 120 });

      expect(drawn[0]).to.equal(
        '1-5f84c7a1-0123456789abcdef01234567 · place order · 842 ms · 2 segments · 3 subsegments · ✖ 2 faults · ◆ 1 throttle',
      );
      expect(drawn[1]).to.equal(`● shop             ${'█'.repeat(76)}   842 ms  ✖ fault 500`);
    });
  });

  describe('when the terminal has ASCII alone', () => {
    it('draws with that', () => {
      expect(
        lines([segment(1, { name: 'é' }), independent(2, 1, { error: true })], { glyphs: asciiGlyphs }),
      ).to.deep.equal([
        '1-5f84c7a1-0123456789abcdef01234567 - 1.00 s - 1 segment - 1 subsegment',
        '! 1 error',
        `* ?              ${'#'.repeat(46)}  1.00 s`,
        `\`- subsegment 2             ${'#'.repeat(24)}             500 ms  ! error`,
      ]);
    });
  });

  describe('when the terminal has colours', () => {
    it('says in colour nothing it does not say in words', () => {
      const options = { width: 80, palette: ansiPalette };
      const colored = lines(order(), options);

      expect(colored.map((line) => line.replaceAll(escapeSequence, ''))).to.deep.equal(lines(order()));
      expect(colored[2]).to.equal(
        `\u001B[1m● shop\u001B[0m${' '.repeat(13)}\u001B[31m${'█'.repeat(36)}\u001B[0m   842 ms  \u001B[31m✖ fault 500\u001B[0m`,
      );
      expect(colored[11]).to.include('\u001B[35m◆ throttle 429\u001B[0m');
    });
  });

  describe('when something is in progress', () => {
    it('leaves its bar open and says so', () => {
      const open = { end_time: undefined, in_progress: true };
      const drawn = lines([segment(1, { ...open, subsegments: [subsegment(2), subsegment(3, open)] })]);

      expect(drawn[0]).to.equal('1-5f84c7a1-0123456789abcdef01234567 · 750 ms · 1 segment · 2 subsegments');
      expect(drawn[1]).to.equal('▸ partial');
      expect(drawn[2]).to.match(/^● segment 1 +░+▸ +▸ in progress$/);
      expect(drawn[4]).to.match(/^└─ subsegment 3 +░+▸ +▸ in progress$/);
    });
  });

  describe('when the parent of a subsegment has not arrived', () => {
    it('names the parent', () => {
      expect(lines([independent(3, 2), segment(1)]).slice(3)).to.deep.equal([
        'parent 0000000000000002 has not arrived',
        `└─ subsegment 3${' '.repeat(15)}▐${'█'.repeat(27)}▎${' '.repeat(15)}500 ms`,
      ]);
    });
  });

  describe('when an exception has causes', () => {
    it('tells the chain', () => {
      const exceptions = [
        { id: idOf(7), type: 'OrderFailed', message: 'no', cause: idOf(8) },
        { id: idOf(8), type: 'TimeoutError', message: 'late', remote: true },
      ];
      expect(lines([segment(1, { fault: true, cause: { exceptions } })]).slice(2)).to.deep.equal([
        '  ✖ OrderFailed: no',
        '  ✖ caused by TimeoutError: late',
      ]);
    });
  });

  describe('when the segment names its user', () => {
    it('says so before the annotations', () => {
      const drawn = lines([segment(1, { user: 'ada\u001b[31m', annotations: { tier: 'gold' } })]).join('\n');

      expect(drawn).to.match(/user ada\S* {2}tier=gold/);
      expect(drawn).not.to.contain('\u001b');
    });
  });

  describe('when siblings are very many', () => {
    it('folds those without trouble, and says how many', () => {
      const many = Array.from({ length: 1000 }, (_, index) => independent(index + 2, 1, { fault: index === 500 }));
      const drawn = lines([segment(1), ...many]).slice(2);

      expect(drawn).to.have.length(1 + 100 + 1 + 1 + 1 + 20);
      expect(drawn[101]).to.equal('├─ 400 more like these');
      expect(drawn[102]).to.match(/subsegment 502 .*fault/);
      expect(drawn[103]).to.equal('├─ 479 more like these');
    });
  });

  describe('when the trace is 10,000 levels deep', () => {
    it('draws every level, the deep ones with their depth in numbers', () => {
      const chain = Array.from({ length: 10_000 }, (_, index) => independent(index + 2, index + 1));
      const drawn = lines([segment(1), ...chain], { width: 100 });

      expect(drawn.at(-1)).to.match(/└10000 subsegment 10001 /);
      expect(Math.max(...drawn.map(widthOf))).to.be.at.most(100);
    });
  });

  describe('when the trace took no time', () => {
    it('draws marks instead of bars', () => {
      expect(lines([segment(1, { end_time: 10 })])[1]).to.match(/^● segment 1 {2}▏ +0 ms$/);
    });
  });

  it('never exceeds the width nor lets a control character through, whatever is in the documents', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
      fc.constant('\u001B]0;owned\u0007\u001B[2J'),
    );
    const time = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: 10, max: 11, noNaN: true }),
    );
    const stack = fc.array(fc.record({ path: text, line: fc.integer(), label: text }), { maxLength: 3 });
    const exceptions = fc.array(fc.record({ type: text, message: text, stack }), { maxLength: 3 });
    const members = fc.record(
      {
        name: text,
        start_time: time,
        end_time: time,
        annotations: fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean()), { maxKeys: 4 }),
        cause: fc.oneof(text, fc.record({ working_directory: text, exceptions })),
        http: fc.record({
          request: fc.record({ method: text, url: text }),
          response: fc.record({ status: fc.oneof(fc.double(), fc.integer()) }),
        }),
        fault: fc.boolean(),
        error: fc.boolean(),
        throttle: fc.boolean(),
      },
      { requiredKeys: ['name', 'start_time'] },
    );
    const glyphs = fc.constantFrom(unicodeGlyphs, asciiGlyphs);
    fc.assert(
      fc.property(members, members, fc.integer({ min: 24, max: 160 }), glyphs, (first, second, width, chosen) => {
        const root = segment(1, { ...first, subsegments: [subsegment(2, second)] });
        for (const line of lines([root], { width, glyphs: chosen, palette: ansiPalette })) {
          const plain = line.replaceAll(escapeSequence, '');
          expect(plain).not.to.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect(chosen.isUnicode || /^[\u0020-\u007E]*$/.test(plain)).to.equal(true);
          expect(widthOf(plain)).to.be.at.most(width);
        }
      }),
      { numRuns: 500 },
    );
  });
});
