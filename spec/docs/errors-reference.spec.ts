import { expect } from 'chai';
import { ERROR_CATALOGUE } from '#lib/foundation/errors.js';
import { readReferencePage } from '../support/reference-page.js';

describe('The errors page', () => {
  const sections = readReferencePage('errors');

  it('has every code of the catalogue and no other, in its order', () => {
    expect([...sections.keys()]).to.deep.equal(Object.keys(ERROR_CATALOGUE));
  });

  for (const [code, [kind]] of Object.entries(ERROR_CATALOGUE)) {
    it(`tells of ${code} its kind, what it means, when it comes and what to do`, () => {
      const items = sections.get(code) ?? {};

      expect(Object.keys(items)).to.deep.equal(['Kind', 'Meaning', 'Comes when', 'What to do']);
      expect(items['Kind']).to.match(new RegExp(`^\`${kind}\``));
    });
  }
});
