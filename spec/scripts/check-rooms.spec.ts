import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const SCRIPT = fileURLToPath(new URL('../../../scripts/check-rooms.mjs', import.meta.url));

type Tree = Record<string, string>;

/** What is wrong, in which tree, and the line that says so. */
const VIOLATIONS: [title: string, tree: Tree, told: string][] = [
  [
    'a room imports upward',
    { 'lib/model/a.ts': "\nimport { b } from '../recorder/b.js';" },
    'lib/model/a.ts:2  downward',
  ],
  [
    'types are imported upward',
    { 'lib/model/a.ts': "import type { B } from '../context/b.js';" },
    'lib/model/a.ts:1  downward',
  ],
  [
    'a name is passed on from above',
    { 'lib/model/a.ts': "export { b } from '../context/b.js';" },
    'lib/model/a.ts:1  downward',
  ],
  [
    'everything is passed on from above',
    { 'lib/model/a.ts': "export * from '../context/b.js';" },
    'lib/model/a.ts:1  downward',
  ],
  [
    'a room above is loaded later',
    { 'lib/model/a.ts': "f(await import('../context/b.js'));" },
    'lib/model/a.ts:1  downward',
  ],
  [
    'a type is taken by import()',
    { 'lib/model/a.ts': "let b: import('../context/b.js').B;" },
    'lib/model/a.ts:1  downward',
  ],
  [
    'an import stands in a template',
    { 'lib/model/a.ts': "f(`\n${await import('../context/b.js')}`);" },
    'lib/model/a.ts:2  downward',
  ],
  [
    'an import takes several lines',
    { 'lib/model/a.ts': "import {\n  b,\n} from '../context/b.js';" },
    'lib/model/a.ts:3  downward',
  ],
  [
    'rooms of one floor import each other',
    { 'lib/context/a.ts': "import type { B } from '../sampling/b.js';" },
    'lib/context/a.ts:1  same-floor',
  ],
  [
    'one face uses another',
    { 'lib/instrumentation/a.ts': "import { b } from '../decorators/b.js';" },
    'lib/instrumentation/a.ts:1  same-floor',
  ],
  [
    'configuration imports a value of a port',
    { 'lib/configuration/a.ts': "import { type B, b } from '../emitters/b.js';" },
    'lib/configuration/a.ts:1  same-floor',
  ],
  [
    'configuration imports only inline types, which loads the file',
    { 'lib/configuration/a.ts': "import { type B } from '../emitters/b.js';" },
    'lib/configuration/a.ts:1  same-floor',
  ],
  [
    'a room imports the main door',
    { 'lib/recorder/a.ts': "import { b } from '../index.js';" },
    'lib/recorder/a.ts:1  door',
  ],
  [
    'a room imports the package',
    { 'lib/recorder/a.ts': "import { b } from 'radiograph';" },
    'lib/recorder/a.ts:1  door',
  ],
  [
    'testing imports the composition root',
    { 'lib/testing/a.ts': "import { b } from '../tracing-module.js';" },
    'lib/testing/a.ts:1  door',
  ],
  ['a root imports testing', { 'lib/index.ts': "export { b } from './testing/b.js';" }, 'lib/index.ts:1  door'],
  ['a room has no floor', { 'lib/cellar/a.ts': '' }, 'lib/cellar/a.ts:1  unknown-room'],
  ['a file stands beside the rooms', { 'lib/extra.ts': '' }, 'lib/extra.ts:1  unknown-room'],
  ['the environment is read elsewhere', { 'lib/model/a.ts': '\n\nf(process.env.B);' }, 'lib/model/a.ts:3  environment'],
  ['the environment is read by index', { 'lib/model/a.ts': "f(process['env'].B);" }, 'lib/model/a.ts:1  environment'],
  [
    'the environment is taken out of process',
    { 'lib/model/a.ts': 'const { env } = process;' },
    'lib/model/a.ts:1  environment',
  ],
  [
    'the environment is imported',
    { 'lib/model/a.ts': "import { env } from 'node:process';" },
    'lib/model/a.ts:1  environment',
  ],
  [
    'the environment is read in a template',
    { 'lib/model/a.ts': 'f(`${process.env.B}`);' },
    'lib/model/a.ts:1  environment',
  ],
  [
    'files import each other',
    { 'lib/model/a.ts': "import { b } from './b.js';", 'lib/model/b.ts': "\nimport { a } from './a.js';" },
    'lib/model/a.ts:1  cycle  model/a',
  ],
  [
    'a cycle has only inline types on one side',
    { 'lib/model/a.ts': "import { b } from './b.js';", 'lib/model/b.ts': "import { type A } from './a.js';" },
    'lib/model/a.ts:1  cycle',
  ],
  ['an import is for its effect', { 'lib/model/a.ts': "import './b.js';" }, 'lib/model/a.ts:1  side-effect-import'],
  [
    'a room imports reflect-metadata',
    { 'lib/model/a.ts': "import 'reflect-metadata';" },
    'lib/model/a.ts:1  side-effect-import',
  ],
  ['a timer starts on import', { 'lib/model/a.ts': 'const b = setInterval(() => 1, 5);' }, 'lib/model/a.ts:1  effect'],
  [
    'a condition starts a timer on import',
    { 'lib/model/a.ts': 'if (b) {\n  setTimeout(b, 5);\n}' },
    'lib/model/a.ts:2  effect',
  ],
  [
    'a socket opens on import',
    { 'lib/emitters/a.ts': "export const b = createSocket('udp4');" },
    'lib/emitters/a.ts:1  effect',
  ],
  ['the console is called', { 'lib/model/a.ts': 'function b() {\n  console.log(1);\n}' }, 'lib/model/a.ts:2  console'],
  ['the console is taken', { 'lib/model/a.ts': 'const b = console;' }, 'lib/model/a.ts:1  console'],
  ['a file name has capitals', { 'lib/model/traceId.ts': '' }, 'lib/model/traceId.ts:1  file-name'],
  ['a file name says nothing', { 'lib/model/helpers.ts': '' }, 'lib/model/helpers.ts:1  file-name'],
  [
    'a file name begins with its folder',
    { 'lib/emitters/emitters-udp.ts': '' },
    'lib/emitters/emitters-udp.ts:1  file-name',
  ],
  ['a file name has a dotted suffix', { 'lib/model/segment.model.ts': '' }, 'lib/model/segment.model.ts:1  file-name'],
  ['a port begins with I', { 'lib/model/a.ts': '\nexport interface IKeeper {}' }, 'lib/model/a.ts:2  exported-name'],
  ['a class ends with Impl', { 'lib/model/a.ts': 'export class KeeperImpl {}' }, 'lib/model/a.ts:1  exported-name'],
  [
    'a class begins with Abstract',
    { 'lib/model/a.ts': 'export abstract class AbstractKeeper {}' },
    'lib/model/a.ts:1  exported-name',
  ],
  ['an alias begins with I', { 'lib/model/a.ts': 'export { keeper as IKeeper };' }, 'lib/model/a.ts:1  exported-name'],
  ['a wire name is a property', { 'lib/model/a.ts': '\nf(document.trace_id);' }, 'lib/model/a.ts:2  wire-name'],
  [
    'a name of the sampling API is a property',
    { 'lib/sampling/a.ts': 'f(rule.FixedRate);' },
    'lib/sampling/a.ts:1  wire-name',
  ],
  ['a wire name is in a string', { 'lib/model/a.ts': "f(document['parent_id']);" }, 'lib/model/a.ts:1  wire-name'],
  ['a wire name is in a template', { 'lib/model/a.ts': 'f(`"in_progress":${b}`);' }, 'lib/model/a.ts:1  wire-name'],
  [
    'a root imports the other package',
    { 'lib/tracing-module.ts': "import { b } from 'radiograph-daemon';" },
    'lib/tracing-module.ts:1  two-packages',
  ],
  [
    'the daemon imports a file of the other package',
    { 'daemon/lib/protocol/a.ts': "import type { B } from '../../../lib/model/b.js';" },
    'daemon/lib/protocol/a.ts:1  two-packages',
  ],
  [
    'an import leaves the package',
    { 'lib/model/a.ts': "import b from '../../spec/b.js';" },
    'lib/model/a.ts:1  outside',
  ],
  [
    'the listener reads documents',
    { 'daemon/lib/listener/a.ts': "import { b } from '../protocol/b.js';" },
    'daemon/lib/listener/a.ts:1  downward',
  ],
  [
    'the API imports a value of the store',
    { 'daemon/lib/api/a.ts': "import { b } from '../store/b.js';" },
    'daemon/lib/api/a.ts:1  downward',
  ],
  [
    'daemon.ts draws',
    { 'daemon/lib/daemon.ts': "import { b } from './terminal/b.js';" },
    'daemon/lib/daemon.ts:1  downward',
  ],
  [
    'a room imports daemon.ts',
    { 'daemon/lib/cli/a.ts': "import { b } from '../daemon.js';" },
    'daemon/lib/cli/a.ts:1  door',
  ],
  [
    'a pure room reads files',
    { 'daemon/lib/assembly/a.ts': "import b from 'node:fs/promises';" },
    'daemon/lib/assembly/a.ts:1  pure',
  ],
  ['a room ends the process', { 'daemon/lib/cli/a.ts': 'f(() => process.exit(1));' }, 'daemon/lib/cli/a.ts:1  process'],
  ['a room reads the arguments', { 'daemon/lib/daemon.ts': 'f(process.argv);' }, 'daemon/lib/daemon.ts:1  process'],
];

/** What looks like a violation and is none. */
const ALLOWED: [title: string, tree: Tree][] = [
  [
    'imports go downward',
    { 'lib/recorder/a.ts': "import { b } from '../model/b.js';", 'lib/model/b.ts': 'export const b = 1;' },
  ],
  [
    'configuration names the types of its ports',
    { 'lib/configuration/a.ts': "import type { B } from '../emitters/b.js';" },
  ],
  [
    'index.ts passes on the module',
    { 'lib/index.ts': "import 'reflect-metadata';\nexport { B } from './tracing-module.js';" },
  ],
  [
    'a cycle has only types on one side',
    { 'lib/model/a.ts': "import { b } from './b.js';", 'lib/model/b.ts': "import type { A } from './a.js';" },
  ],
  [
    'an import is in a comment',
    { 'lib/model/a.ts': "// import '../index.js';\n/* import { b } from '../context/b.js'; */" },
  ],
  ['an import is in a string', { 'lib/model/a.ts': "f(\"import '../index.js'\", 'it\\'s process.env');" }],
  ['an import is in a template', { 'lib/model/a.ts': "f(`import { b } from '../context/b.js'; ${c} console.log()`);" }],
  [
    'a quote is in a regular expression',
    { 'lib/model/a.ts': "f(/['`/*]/.test(b), c / d, /\\//);\n// it's console.log" },
  ],
  [
    'other objects have such members',
    { 'lib/model/a.ts': 'f(a.process.env, b.console.log, c.import("../index.js"));' },
  ],
  [
    'a timer starts when asked',
    { 'lib/model/a.ts': 'const b = () => setTimeout(c, 1);\nfunction d(): void {\n  setInterval(b, 1);\n}' },
  ],
  ['environments read the environment', { 'lib/environments/a.ts': 'f(process.env.B);' }],
  ['the console is the default logger', { 'lib/configuration/resolve.ts': 'f({ logger: console });' }],
  ['document.ts knows the wire', { 'lib/model/document.ts': 'f(a.trace_id);' }],
  ['a constant begins with I', { 'lib/model/a.ts': 'export const ID_LENGTH = 16;\nexport class Item {}' }],
  [
    'main.ts reads the arguments',
    { 'daemon/lib/main.ts': "import { b } from './daemon.js';\nb(process.argv, process.env);" },
  ],
  ['the API names the port of the store', { 'daemon/lib/api/a.ts': "import type { B } from '../store/b.js';" }],
];

describe('check-rooms', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rooms-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const check = (tree: Tree): { status: number | null; lines: string[]; warnings: string } => {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--root', root], { encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n'), warnings: stderr };
  };

  for (const [title, tree, told] of VIOLATIONS) {
    describe(`when ${title}`, () => {
      it('names the rule and its place, once', () => {
        const { status, lines, warnings } = check(tree);

        expect(warnings).to.equal('');
        expect(lines).to.have.lengthOf(1);
        expect(lines[0]).to.match(new RegExp(`^${told.replaceAll('.', '\\.')}\\b`));
        expect(status).to.equal(1);
      });
    });
  }

  for (const [title, tree] of ALLOWED) {
    describe(`when ${title}`, () => {
      it('finds no violation', () => {
        const { status, lines } = check(tree);

        expect(lines).to.deep.equal([`rooms: ${Object.keys(tree).length} files, no violation`]);
        expect(status).to.equal(0);
      });
    });
  }

  describe('when a room has more files than one looks through', () => {
    it('warns and finds no violation', () => {
      const names = Array.from({ length: 15 }, (_, index) => [`lib/model/a${index}.ts`, '']);
      const { status, lines, warnings } = check(Object.fromEntries(names) as Tree);

      expect(warnings).to.match(/^lib\/model {2}warning room-size {2}15 files/);
      expect(lines).to.deep.equal(['rooms: 15 files, no violation']);
      expect(status).to.equal(0);
    });
  });
});
