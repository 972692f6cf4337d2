import { expect } from 'chai';
import { RandomIdentifiers } from '#lib/foundation/identifiers.js';

describe('RandomIdentifiers', () => {
  it('makes entity ids of 16 and trace ids of 24 lower-case hex digits', () => {
    const identifiers = new RandomIdentifiers();

    for (let count = 0; count < 1000; count += 1) {
      expect(identifiers.entity()).to.match(/^[0-9a-f]{16}$/);
      expect(identifiers.trace()).to.match(/^[0-9a-f]{24}$/);
    }
  });

  it('does not repeat itself in 100,000 ids, nor what another source made', () => {
    const sources = [new RandomIdentifiers(), new RandomIdentifiers()];
    const ids = new Set<string>();

    for (let count = 0; count < 50_000; count += 1) for (const source of sources) ids.add(source.entity());

    expect(ids.size).to.equal(100_000);
  });

  it('uses every hex digit in every place', () => {
    const identifiers = new RandomIdentifiers();
    const seen = Array.from({ length: 16 }, () => new Set<string>());

    for (let count = 0; count < 2000; count += 1) {
      for (const [place, digit] of identifiers.entity().split('').entries()) seen[place]?.add(digit);
    }

    expect(seen.map(({ size }) => size)).to.deep.equal(Array.from({ length: 16 }, () => 16));
  });
});
