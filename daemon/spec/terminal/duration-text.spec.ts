import { expect } from 'chai';
import * as fc from 'fast-check';
import { durationText } from '#lib/terminal/duration-text.js';

describe('durationText', () => {
  for (const [seconds, text] of [
    [0, '0 ms'],
    [1e-7, '0 ms'],
    [0.00042, '0.42 ms'],
    [0.0042, '4.20 ms'],
    [0.009996, '10.0 ms'],
    [0.0123, '12.3 ms'],
    [0.842, '842 ms'],
    [0.9996, '1.00 s'],
    [1.24, '1.24 s'],
    [59.4, '59.4 s'],
    [59.6, '1 m 0 s'],
    [125, '2 m 5 s'],
    [3600, '1 h 0 m'],
    [11_520, '3 h 12 m'],
    [259_200, '3 d'],
    [1e300, '1e+295 d'],
    [-0.003, '-3.00 ms'],
  ] as const) {
    it(`writes ${seconds} s as ${text}`, () => {
      expect(durationText(seconds)).to.equal(text);
    });
  }

  it('takes ten characters at most', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (seconds) => {
        expect(durationText(seconds)).to.have.length.at.most(10);
      }),
    );
  });
});
