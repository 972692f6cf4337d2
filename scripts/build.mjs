// Compiles every workspace, bundles what users load, and removes what is left of sources that are gone: mocha would go on running
// their specs, and npm would go on packing them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDoors, MADE } from './bundle.mjs';

const OUTPUTS = [
  ['lib', 'build/lib'],
  ['lib', 'dist/esm', MADE],
  ['lib', 'dist/cjs', MADE],
  ['spec', 'build/spec'],
  ['spec', 'build/standard'],
  ['samples', 'build/samples'],
  ['daemon/lib', 'daemon/dist'],
  ['daemon/spec', 'daemon/build/spec'],
];

for (const [source, output, made] of OUTPUTS) prune(source, output, made);
// TypeScript decides a file's module format by the nearest package.json, and so does Node.
mkdirSync('dist/cjs', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
for (const [output, end, memory] of [
  ['build/lib', '.js', 'build/lib.tsbuildinfo'],
  ['dist/esm', '.d.ts', 'build/lib.tsbuildinfo'],
  ['dist/cjs', '.d.ts', 'build/lib.cjs.tsbuildinfo'],
]) {
  forgetWhatIsGone(output, end, memory);
}
const compiler = 'node_modules/typescript/bin/tsc';
const { status } = spawnSync(process.execPath, [compiler, '--build', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
// Also where a spec does not compile: what is compiled and what is bundled are always of one build.
if (existsSync('build/lib/index.js')) await bundleDoors();

function prune(source, output, made = []) {
  if (!existsSync(output)) return;
  for (const entry of readdirSync(output, { recursive: true })) {
    const stem = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(entry)?.[1];
    if (stem !== undefined && !made.includes(stem) && !existsSync(join(source, `${stem}.ts`)))
      rmSync(join(output, entry));
  }
}

/** The compiler looks at its own memory alone: what somebody has removed it would not write again. */
function forgetWhatIsGone(output, end, memory) {
  const sources = readdirSync('lib', { recursive: true }).filter((path) => /(?<!\.d)\.ts$/.test(path));
  const isGone = (path) => !existsSync(join(output, path.replace(/\.ts$/, end)));
  if (sources.some(isGone)) rmSync(memory, { force: true });
}
