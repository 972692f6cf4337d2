import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { expect } from 'chai';
import { compile } from '../support/compiler.js';
import { outputOf, readBlocks } from '../support/guide.js';

const GUIDES = ['guides/decorators', 'guides/injection'];
const REFERENCE = 'reference/decorators';
const FOLDERS = ['samples/decorators', 'samples/injection', 'samples/standard'];
const MISFITS = 'samples/decorators/misfits.ts';
const MINIFIED = 'samples/standard/minified.ts';
const TO_RUN = { loader: 'ts', format: 'esm', target: 'es2022' } as const;

for (const guide of GUIDES) {
  describe(`docs/${guide}.md`, () => {
    let sample: string | undefined;
    for (const block of readBlocks(guide)) {
      sample = block.sample ?? sample;
      if (block.language !== 'text') continue;
      const shown = sample;
      it(`shows what ${shown} prints: ${block.text.split('\n').slice(0, 2).join(' ')}`, async () => {
        expect(shown).to.be.a('string');
        expect(`\n${await outputOf(shown!)}\n`).to.contain(`\n${block.text}\n`);
      });
    }
  });
}

describe('The samples of decorators and of injection', () => {
  it('are all shown in a guide or in the reference', () => {
    const shown = new Set([...GUIDES, REFERENCE].flatMap((page) => readBlocks(page).map((block) => block.sample)));
    const written = FOLDERS.flatMap((folder) =>
      readdirSync(folder, { recursive: true })
        .map((file) => `${folder}/${String(file)}`)
        .filter((file) => file.endsWith('.ts')),
    );

    expect(written.filter((file) => !shown.has(file))).to.deep.equal([]);
  });
});

describe('What the guide to decorators shows of the compiler', () => {
  const shown = readBlocks('guides/decorators').filter(({ language }) => language === 'console');

  it('is what it says of the sample, in both dialects', () => {
    const source = readFileSync(MISFITS, 'utf8').replaceAll(/^ *\/\/ @ts-expect-error.*\n/gm, '');
    const [legacy, standard] = (['legacy', 'standard'] as const).map((dialect) =>
      compile(dialect, { 'misfits.ts': source }),
    );

    expect(shown).to.have.lengthOf(1);
    expect(shown[0]!.text).to.contain('Misfit<');
    expect(legacy).to.contain(shown[0]!.text);
    for (const [, misfit = ''] of shown[0]!.text.matchAll(/required in type '(Misfit<.*?>)'/g)) {
      expect(standard).to.contain(misfit);
    }
  });
});

describe('What the guide to decorators says of minifiers', () => {
  const minified = (keepNames: boolean): Promise<string> => {
    const source = readFileSync(MINIFIED, 'utf8');
    const file = `build/minified-${keepNames}.js`;
    writeFileSync(file, transformSync(source, { ...TO_RUN, minify: true, keepNames }).code);
    return outputOf(`minified-${keepNames}.ts`);
  };

  it('is that names are the ones in the source as long as nobody changes them', async () => {
    expect(await outputOf(MINIFIED)).to.equal(
      'Orders.reserve {"_sku":"lamp","_count":1}\nInvoices.write {"sku":"lamp","count":1}',
    );
  });

  it('is that classes keep theirs where names are kept, and parameters do not', async () => {
    expect(await minified(true)).to.match(/^Orders\.reserve \{"(?!_sku)\w+":"lamp","(?!_count)\w+":1\}$/m);
  });

  it('is that classes lose theirs otherwise, unless they are given', async () => {
    const printed = await minified(false);

    expect(printed).not.to.contain('Orders');
    expect(printed).to.match(/^\w+\.reserve /);
    expect(printed).to.contain('\nInvoices.write {"sku":"lamp","count":1}');
  });
});
