// Our own specs against the packed files: copied into the installed package, whose `imports` lead them to the `dist` beside them.
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { attempt } from './attempt.mjs';
import { mustRun } from './project.mjs';
import { pack } from './tarball.mjs';

/** What the specs import; in the versions that the repository has of them. */
const NEEDED = [
  '@aws-sdk/client-xray',
  '@types/node',
  'aws-xray-sdk-core',
  'chai',
  'esbuild',
  'fast-check',
  'mocha',
  'reflect-metadata',
  'sinon',
  'typedi',
  'typescript',
  'yaml',
];
/** Compiled specs that are about the repository and not about what is packed. */
const LEFT_OUT = ['samples', 'spec/docs', 'spec/endurance', 'spec/samples', 'spec/scripts'];
/** So many of the working tree's specs have to be about what is packed. */
const SHARE = 0.8;

/** An empty project that has installed the tarball, the daemon's and what the specs need, with the compiled specs in it. */
export async function makeSpecProject(directory, tarball, repository) {
  await mkdir(directory);
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'specs', private: true }));
  await copyFile(new URL('consumers/own-files.mjs', import.meta.url), join(directory, 'own-files.mjs'));
  const { devDependencies } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const needed = NEEDED.map((name) => `${name}@${devDependencies[name]}`);
  const daemon = await pack(join(repository, 'daemon'), directory);
  await mustRun('npm', ['install', '--ignore-scripts', tarball.path, daemon.path, ...needed], directory);
  const installed = join(directory, 'node_modules/radiograph');
  for (const settings of ['.mocharc.json', 'tsconfig.base.json']) {
    await copyFile(join(repository, settings), join(installed, settings));
  }
  for (const built of ['spec', 'standard']) {
    const filter = (path) => !isLeftOut(path, repository);
    await cp(join(repository, 'build', built), join(installed, 'build', built), { recursive: true, filter });
  }
  return directory;
}

/** Runs the specs in the installed package: all have to pass that the same Node finds in the working tree. */
export async function checkSpecs(node, project, repository) {
  const found = await runMocha(node, project, { cwd: repository, options: ['--dry-run'] });
  const wanted = found.tests.filter(({ file }) => !isLeftOut(file, repository)).length;
  if (wanted === 0 || wanted < SHARE * found.tests.length) {
    return [`only ${wanted} of the ${found.tests.length} specs in the working tree are about what is packed`];
  }

  const preload = ['--import', pathToFileURL(join(project, 'own-files.mjs')).href];
  const ran = await runMocha(node, project, { cwd: join(project, 'node_modules/radiograph'), preload });
  const problems = ran.failures.map(({ fullTitle, err }) => `${fullTitle}\n${err.stack ?? err.message}`);
  if (ran.tests.length !== wanted) problems.push(`${ran.tests.length} specs ran, ${wanted} were expected`);
  if (ran.code !== 0 && problems.length === 0) problems.push(`mocha ended with code ${ran.code}\n${ran.stderr}`);
  return problems.length === 0 ? { note: `${ran.passes.length} passing` } : problems;
}

function isLeftOut(path, repository) {
  return LEFT_OUT.some((left) => `${path}${sep}`.startsWith(join(repository, 'build', left, sep)));
}

/** Runs the project's mocha on all specs of a package, answering its results. */
async function runMocha(node, project, { cwd, preload = [], options = [] }) {
  const output = join(project, `specs-${process.hrtime.bigint()}.json`);
  const mocha = join(project, 'node_modules/mocha/bin/mocha.js');
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${output}`];
  const { code, stdout, stderr } = await attempt(node, [...preload, mocha, ...reporter, ...options], { cwd });
  const results = await readFile(output, 'utf8').catch(() => {
    throw new Error(`mocha ended with code ${code} and without results:\n${stdout}${stderr}`);
  });
  return { ...JSON.parse(results), code, stderr };
}
