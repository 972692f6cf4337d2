import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ERROR_CATALOGUE } from '#lib/foundation/errors.js';
import { readBlocks } from '../support/guide.js';
import { readReferencePage } from '../support/reference-page.js';

describe('The errors page', () => {
  const sections = readReferencePage('errors');

  it('has every code of the catalogue and no other, in its order', () => {
    expect([...sections.keys()]).to.deep.equal(Object.keys(ERROR_CATALOGUE));
  });

  it('shows of every code the example that provokes it', () => {
    const examples = readBlocks('reference/errors').filter(({ sample }) => sample !== undefined);
    const run = readFileSync('samples/errors/errors.spec.ts', 'utf8').matchAll(/^ {2}it\('(\w+)'/gm);

    expect(examples.map(({ region }) => region)).to.deep.equal(Object.keys(ERROR_CATALOGUE));
    expect(Array.from(run, ([, code]) => code)).to.deep.equal(Object.keys(ERROR_CATALOGUE));
  });

  for (const [code, [kind]] of Object.entries(ERROR_CATALOGUE)) {
    it(`tells of ${code} its kind, what it means, when it comes and what to do`, () => {
      const items = sections.get(code) ?? {};

      expect(Object.keys(items)).to.deep.equal(['Kind', 'Meaning', 'Comes when', 'What to do']);
      expect(items['Kind']).to.match(new RegExp(`^\`${kind}\``));
    });
  }
});
