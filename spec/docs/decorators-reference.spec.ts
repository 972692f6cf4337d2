import { expect } from 'chai';
import * as radiograph from '#lib/index.js';
import { TRACED_OPTIONS } from '#lib/decorators/traced-options.js';
import { readBlocks } from '../support/guide.js';
import { readReferencePage } from '../support/reference-page.js';

const PAGE = 'reference/decorators';
/** Those that the code has no list of: the second argument of `@Metadata`, the first of `@TracedTask`. */
const OTHER_OPTIONS = ['@TracedTask: operation', '@Metadata: namespace'];

describe('The decorators page', () => {
  const sections = readReferencePage('decorators');
  const decorators = Object.entries(radiograph)
    .filter(([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name) && !/^class\b/.test(String(value)))
    .map(([name]) => `@${name}`);

  it('has every decorator of the package and every option, and no other', () => {
    const options = TRACED_OPTIONS.map((option) => `@Traced: ${option}`);

    expect([...sections.keys()]).to.have.members([...decorators, ...options, ...OTHER_OPTIONS]);
  });

  it('tells of a decorator where it stands, of an option its type and default, of both when it is read and its errors', () => {
    for (const [name, items] of sections) {
      const own = name.includes(':') ? ['Type', 'Default'] : ['Stands on', 'Takes'];

      expect(Object.keys(items), name).to.deep.equal([...own, 'Read', 'Errors']);
    }
  });

  it('gives of each an example that is run', () => {
    const examples = readBlocks(PAGE);

    expect(examples).to.have.lengthOf(sections.size);
    expect(examples.map(({ sample }) => sample?.startsWith('samples/decorators/'))).not.to.include(false);
    expect(new Set(examples.map(({ text }) => text)).size).to.equal(sections.size);
  });

  it('names the one option of @Metadata', () => {
    const wrong = { namespaces: 'x' } as never;

    expect(() => radiograph.Metadata('key', 1, wrong)).to.throw(radiograph.DecorationError, 'there is namespace.');
  });

  for (const option of TRACED_OPTIONS) {
    it(`says of ${option} which code is thrown for what it does not take`, () => {
      expect(() => radiograph.Traced({ [option]: 7 } as never))
        .to.throw(radiograph.DecorationError)
        .with.property('code', /`(\w+)`/.exec(sections.get(`@Traced: ${option}`)?.['Errors'] ?? '')?.[1]);
    });
  }
});
