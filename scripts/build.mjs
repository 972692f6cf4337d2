// Compiles every workspace. TypeScript decides a file's module format by the nearest package.json, so the CommonJS
// output gets one of its own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

mkdirSync('dist/cjs', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
const { status } = spawnSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '--build', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
