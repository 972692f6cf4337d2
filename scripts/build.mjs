// Compiles every workspace, and removes what is left of sources that are gone: mocha would go on running their specs, and npm
// would go on packing them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUTS = [
  ['lib', 'dist/esm'],
  ['lib', 'dist/cjs'],
  ['spec', 'build/spec'],
  ['spec', 'build/standard'],
  ['samples', 'build/samples'],
  ['daemon/lib', 'daemon/dist'],
  ['daemon/spec', 'daemon/build/spec'],
];

for (const [source, output] of OUTPUTS) prune(source, output);
// TypeScript decides a file's module format by the nearest package.json, and so does Node.
mkdirSync('dist/cjs', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
const compiler = 'node_modules/typescript/bin/tsc';
const { status } = spawnSync(process.execPath, [compiler, '--build', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;

function prune(source, output) {
  if (!existsSync(output)) return;
  for (const entry of readdirSync(output, { recursive: true })) {
    const stem = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(entry)?.[1];
    if (stem !== undefined && !existsSync(join(source, `${stem}.ts`))) rmSync(join(output, entry));
  }
}
