import { expect } from 'chai';
import { FixedDecider } from '#lib/sampling/fixed-decider.js';

describe('FixedDecider', () => {
  for (const answer of [true, false]) {
    it(`answers ${answer} each time`, () => {
      const decider = new FixedDecider(answer);

      expect([decider.decide().isSampled, decider.decide().isSampled]).to.deep.equal([answer, answer]);
    });
  }
});
