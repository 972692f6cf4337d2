import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const SCRIPT = fileURLToPath(new URL('../../../scripts/check-docs.mjs', import.meta.url));
const SAMPLE = '// Why.\n// #region first\nconst a = 1;\n\nf(a);\n// #endregion\ng();\n';
const FENCE = '```ts samples/a.ts#first\nconst a = 1;\n\nf(a);\n```\n';

type Tree = Record<string, string>;

const FAILURES: [title: string, tree: Tree, told: string][] = [
  [
    'a link leads nowhere',
    { 'README.md': '\n\nSee [that](docs/that.md).' },
    'README.md:3 the link (docs/that.md) leads nowhere',
  ],
  ['the text of a link is code', { 'README.md': '[`that`](that.md)' }, 'README.md:1 the link (that.md) leads nowhere'],
  [
    'a link is relative to its page',
    { 'docs/guides/a.md': '[b](docs/b.md)', 'docs/b.md': '' },
    'docs/guides/a.md:1 the link',
  ],
  ['an image is missing', { 'daemon/README.md': '![b](b.png)' }, 'daemon/README.md:1 the link (b.png)'],
  ['a definition leads nowhere', { 'README.md': '[b]\n\n[b]: b.md' }, 'README.md:3 the link (b.md)'],
  ['a definition is missing', { 'README.md': 'See [that][b].' }, 'README.md:1 no line defines [b]'],
  ['a link leaves the repository', { 'README.md': '[b](../b.md)' }, 'README.md:1 the link (../b.md) leads out'],
  [
    'an anchor has no heading',
    { 'README.md': '# One\n[b](#two)' },
    'README.md:2 README.md has no heading for the anchor #two',
  ],
  [
    'an anchor of another page is only in a fence',
    { 'README.md': '[b](docs/b.md#two)', 'docs/b.md': '```sh\n# two\n```\n' },
    'README.md:1 docs/b.md has no heading',
  ],
  [
    'a sample differs',
    { 'README.md': `\n${FENCE.replace('f(a)', 'f(b)')}`, 'samples/a.ts': SAMPLE },
    'README.md:2 the sample is not samples/a.ts#first',
  ],
  ['a sample has no file', { 'README.md': FENCE }, 'README.md:1 there is no file samples/a.ts'],
  [
    'a sample has no region',
    { 'README.md': FENCE, 'samples/a.ts': 'f();' },
    'README.md:1 samples/a.ts has no // #region first',
  ],
  [
    'a region does not end',
    { 'README.md': FENCE, 'samples/a.ts': '// #region first\nf();' },
    'README.md:1 samples/a.ts does not end its region first',
  ],
  [
    'a sample names no region',
    { 'README.md': '```ts samples/a.ts\n```\n', 'samples/a.ts': SAMPLE },
    'README.md:1 the sample samples/a.ts names no region',
  ],
];

const ALLOWED: [title: string, tree: Tree, told: string][] = [
  [
    'links lead somewhere',
    { 'README.md': '[b](docs/b.md), [c](docs/)', 'docs/b.md': '[d](../README.md)' },
    '2 files, 3 links, 0',
  ],
  [
    'anchors have their headings',
    { 'README.md': '# A `b.c`, _d_!\n## E\n## E\n<a id="own"></a>\n[f](#a-bc-d) [g](#e-1) [h](#own)' },
    '1 files, 3 links, 0',
  ],
  [
    'links lead outside',
    { 'README.md': '[a](https://example.com/b) [c](mailto:d@example.com)' },
    '1 files, 0 links, 0',
  ],
  [
    'links are code or commented out',
    { 'README.md': '`[a](b)` <!-- [a](b) -->\n\n```md\n[a](b)\n```\n' },
    '1 files, 0 links, 0',
  ],
  ['samples are what runs', { 'README.md': FENCE, 'samples/a.ts': SAMPLE }, '1 files, 0 links, 1'],
  [
    'a region is indented',
    { 'README.md': FENCE, 'samples/a.ts': SAMPLE.replace(/^(?=.)/gm, '  ') },
    '1 files, 0 links, 1',
  ],
];

describe('check-docs', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'docs-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const write = (tree: Tree): void => {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const check = (...flags: string[]): { status: number | null; lines: string[] } => {
    const { status, stdout } = spawnSync(process.execPath, [SCRIPT, '--root', root, ...flags], { encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n') };
  };

  for (const [title, tree, told] of FAILURES) {
    describe(`when ${title}`, () => {
      it('says what and where, once', () => {
        write(tree);
        const { status, lines } = check();

        expect(lines).to.have.lengthOf(1);
        expect(lines[0]?.slice(0, told.length)).to.equal(told);
        expect(status).to.equal(1);
      });
    });
  }

  for (const [title, tree, told] of ALLOWED) {
    describe(`when ${title}`, () => {
      it('finds no failure', () => {
        write(tree);

        expect(check()).to.deep.equal({ status: 0, lines: [`docs: ${told} samples`] });
      });
    });
  }

  describe('when it is told to write', () => {
    it('refreshes every sample and nothing else', () => {
      const page = (fence: string): string => `# A\n\n${fence}\nBetween.\n\n${fence}\nAfter.\n`;
      write({ 'README.md': page('```ts samples/a.ts#first\n\n```\n'), 'samples/a.ts': SAMPLE });

      expect(check('--write')).to.deep.equal({ status: 0, lines: ['docs: 1 files, 0 links, 2 samples'] });
      expect(readFileSync(join(root, 'README.md'), 'utf8')).to.equal(page(FENCE));
    });
  });
});
