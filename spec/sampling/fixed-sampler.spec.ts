import { expect } from 'chai';
import { FixedSampler } from '#lib/sampling/fixed-sampler.js';

describe('FixedSampler', () => {
  for (const answer of [true, false]) {
    it(`answers ${answer} each time`, () => {
      const sampler = new FixedSampler(answer);

      expect([sampler.isSampled(), sampler.isSampled()]).to.deep.equal([answer, answer]);
    });
  }
});
