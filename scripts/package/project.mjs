import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from './attempt.mjs';

/** TypeScript as users have it: the oldest that is supported, the last written in TypeScript, and the one after it. */
export const COMPILERS = ['5.4', '5.9', '7'];
const COMPILES_APPLICATIONS = '5.9';

const STRICT = { target: 'es2022', strict: true, skipLibCheck: false, types: ['node'] };
const DIALECTS = { legacy: { experimentalDecorators: true, emitDecoratorMetadata: true }, standard: {} };
const RESOLUTIONS = {
  nodenext: { module: 'nodenext' },
  node16: { module: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};
const CONSUMERS = new URL('consumers/', import.meta.url);

/** Runs a step that has to succeed before anything can be checked. */
export async function mustRun(program, args, cwd) {
  const { code, stdout, stderr } = await attempt(program, args, { cwd });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stderr;
}

async function writeJson(path, value) {
  await writeFile(path, JSON.stringify(value, null, 2));
}

/**
 * An empty project that has installed the tarball as a user does, and the applications in it: `esm/` and `cjs/` differ in the
 * type of their package alone. Answers its directory.
 */
export async function makeProject(directory, tarball) {
  await mkdir(join(directory, 'esm'), { recursive: true });
  await mkdir(join(directory, 'cjs'));
  await writeJson(join(directory, 'package.json'), { name: 'consumer', private: true });
  await mustRun('npm', ['install', tarball.path, 'typedi', 'reflect-metadata'], directory);
  const compilers = COMPILERS.map((version) => `typescript-${version}@npm:typescript@${version}`);
  await mustRun('npm', ['install', '--save-dev', 'esbuild', '@types/node@20', ...compilers], directory);
  await writeJson(join(directory, 'esm/package.json'), { type: 'module' });
  await writeJson(join(directory, 'cjs/package.json'), { type: 'commonjs' });
  for (const file of ['legacy.ts', 'standard.ts', 'testing.ts', 'handler.ts', 'both.mjs', 'inert.mjs']) {
    await copyFile(new URL(file, CONSUMERS), join(directory, 'esm', file));
  }
  for (const file of ['legacy.ts', 'testing.ts']) {
    await copyFile(new URL(file, CONSUMERS), join(directory, 'cjs', file));
  }
  return directory;
}

/** chai as users have it, with the types that go with it. */
const CHAIS = { 4: '4', 5: '5', 6: '5' };

/**
 * For each chai, a folder of the project that has it. The project itself has none, nor its types: what is checked there is checked
 * without. Answers the versions.
 */
export async function installChais(project) {
  for (const [chai, types] of Object.entries(CHAIS)) {
    const directory = join(project, `chai-${chai}`);
    await mkdir(directory);
    await writeJson(join(directory, 'package.json'), { private: true, type: 'module' });
    await mustRun('npm', ['install', '--prefix', directory, `chai@${chai}`, `@types/chai@${types}`], directory);
    await copyFile(new URL('chai.ts', CONSUMERS), join(directory, 'chai.ts'));
  }
  return Object.keys(CHAIS);
}

/** Type-checks and compiles the consumer of the chai door against one chai. */
export async function compileChai(project, chai) {
  const compilerOptions = { ...STRICT, ...RESOLUTIONS.nodenext, outDir: 'build' };
  await writeJson(join(project, `chai-${chai}/tsconfig.json`), { compilerOptions, files: ['chai.ts'] });
  const { code, stdout, stderr } = await compile(project, COMPILES_APPLICATIONS, `chai-${chai}/tsconfig.json`);
  return code === 0 ? [] : [stdout + stderr];
}

/** Type-checks a consumer file; answers what the compiler says. */
export async function checkTypes(project, { compiler, resolution, format, dialect }) {
  const name = `types-${compiler}-${resolution}-${dialect}.json`;
  const compilerOptions = { ...STRICT, ...RESOLUTIONS[resolution], ...DIALECTS[dialect], noEmit: true };
  await writeJson(join(project, format, name), { compilerOptions, files: [`${dialect}.ts`, 'testing.ts'] });
  const { code, stdout, stderr } = await compile(project, compiler, `${format}/${name}`);
  return code === 0 ? [] : [stdout + stderr];
}

/** Every way in which a consumer file is type-checked. Standard decorators are shown in an ES module alone: it awaits. */
export function waysToCheckTypes() {
  return COMPILERS.flatMap((compiler) =>
    Object.keys(RESOLUTIONS).flatMap((resolution) => [
      { compiler, resolution, format: 'esm', dialect: 'legacy' },
      { compiler, resolution, format: 'cjs', dialect: 'legacy' },
      { compiler, resolution, format: 'esm', dialect: 'standard' },
    ]),
  );
}

/** The uses of decorators that have to compile, and those that must not, of every dialect: the specs' own. */
const USES = { legacy: ['shared', 'legacy'], standard: ['shared', 'standard'] };
const FEWEST_USES = 40;

/** Every way in which the uses of decorators are compiled. */
export function waysToUseDecorators() {
  return COMPILERS.flatMap((compiler) => Object.keys(USES).map((dialect) => ({ compiler, dialect })));
}

/** Compiles the uses of decorators against the installed package; a use that compiles and must not is an error as well. */
export async function checkUses(project, repository, { compiler, dialect }) {
  const directory = join('esm', `uses-${dialect}`);
  await mkdir(join(project, directory), { recursive: true });
  let right = 0;
  let wrong = 0;
  for (const suite of USES[dialect]) {
    const source = await readFile(join(repository, 'spec/decorators', suite, 'types.ts'), 'utf8');
    await writeFile(join(project, directory, `${suite}.ts`), source);
    const refused = source.match(/@ts-expect-error/gu)?.length ?? 0;
    wrong += refused;
    right += (source.match(/@(?:Traced|TracedTask|Annotate|Metadata|Untraced)\(/gu)?.length ?? 0) - refused;
  }
  const files = USES[dialect].map((suite) => `uses-${dialect}/${suite}.ts`);
  const compilerOptions = { ...STRICT, ...RESOLUTIONS.nodenext, ...DIALECTS[dialect], noEmit: true };
  const name = `uses-${compiler}-${dialect}.json`;
  await writeJson(join(project, 'esm', name), { compilerOptions, files });
  const { code, stdout, stderr } = await compile(project, compiler, `esm/${name}`);
  const few =
    Math.min(right, wrong) < FEWEST_USES ? [`${right} uses that compile and ${wrong} that must not: too few`] : [];
  return code === 0 ? few : [stdout + stderr, ...few];
}

/** Compiles an application to `format/build/dialect.js`, answering what went wrong. */
export async function compileApplication(project, format, dialect) {
  const compilerOptions = { ...STRICT, ...RESOLUTIONS.nodenext, ...DIALECTS[dialect], outDir: 'build' };
  await writeJson(join(project, format, `build-${dialect}.json`), {
    compilerOptions,
    files: [`${dialect}.ts`, 'testing.ts'],
  });
  const { code, stdout, stderr } = await compile(project, COMPILES_APPLICATIONS, `${format}/build-${dialect}.json`);
  return code === 0 ? [] : [stdout + stderr];
}

function compile(project, compiler, configuration) {
  const tsc = join(project, 'node_modules', `typescript-${compiler}`, 'bin/tsc');
  return attempt(process.execPath, [tsc, '--project', configuration], { cwd: project });
}

/**
 * Bundles a compiled application into one file outside the project, where no node_modules can be found. Names are kept as
 * every user of class names has to: tsc writes `let Orders = class Orders`, and esbuild makes the inner one `Orders2`.
 */
export async function bundle(project, format, to) {
  const options = [
    `--format=${format}`,
    '--platform=node',
    '--bundle',
    '--keep-names',
    '--log-level=warning',
    `--outfile=${to}`,
  ];
  const esbuild = join(project, 'node_modules/esbuild/bin/esbuild');
  const { code, stdout, stderr } = await attempt(esbuild, [`${format}/build/legacy.js`, ...options], { cwd: project });
  return code === 0 && stderr === '' ? [] : [stdout + stderr];
}

/**
 * What a decorated Lambda handler may weigh as one minified file. It is as much as it weighed when decision 0009 last told, and 3 %:
 * whoever goes beyond it takes something else out, or says in decision 0009 what is worth more. Issue 4 aims at 60,000.
 */
const HANDLER_BYTES = 206_000;

/** Bundles the handler as people do for Lambda, from TypeScript, and weighs it. */
export async function bundleHandler(project, to) {
  const options = ['--platform=node', '--bundle', '--minify', '--log-level=warning', `--outfile=${to}`];
  const dialect = '--tsconfig-raw={"compilerOptions":{"experimentalDecorators":true}}';
  const esbuild = join(project, 'node_modules/esbuild/bin/esbuild');
  const { code, stdout, stderr } = await attempt(esbuild, ['esm/handler.ts', dialect, ...options], { cwd: project });
  if (code !== 0 || stderr !== '') return [stdout + stderr];
  const { size } = await stat(to);
  return size <= HANDLER_BYTES ? [] : [`the handler is ${size} bytes, more than ${HANDLER_BYTES}`];
}
