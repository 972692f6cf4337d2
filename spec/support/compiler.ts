import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

/** What the compiler says of the files, in one of the dialects, without what it would say of unused names. */
export function compile(dialect: 'legacy' | 'standard', files: Readonly<Record<string, string>>): string {
  const folder = `build/compiled-${dialect}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(files)) writeFileSync(`${folder}/${name}`, source);
  const compilerOptions = {
    experimentalDecorators: dialect === 'legacy',
    composite: false,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions }));
  const tsc = ['../../node_modules/typescript/bin/tsc', '--pretty', 'false', '-p', '.'];
  return spawnSync(process.execPath, tsc, { cwd: folder, encoding: 'utf8' }).stdout;
}
