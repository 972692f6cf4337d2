// Applications of NestJS and TypeDI, the same source traced and not: whoever uses them must not be able to tell.
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from './attempt.mjs';
import { REQUESTS, TREES as NEST_TREES } from './expected/nest.mjs';
import { TREES as TYPEDI_TREES } from './expected/typedi.mjs';
import { mustRun } from './project.mjs';
import { openSink } from './sink.mjs';

const NEST = ['common', 'core', 'platform-express', 'swagger'].map((name) => `@nestjs/${name}@12`);
const NEEDED = ['class-validator@0.15', 'class-transformer@0.5', 'reflect-metadata@0.2', 'rxjs@7', 'typedi@0.10'];
const TYPES = ['@types/express@5', '@types/node@20', 'typescript@5.9'];

const COMPILER_OPTIONS = {
  target: 'es2022',
  lib: ['es2023'],
  module: 'nodenext',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  outDir: 'build',
};

/** How the applications can be run beside `untraced`; only the first one sends anything. See `consumers/frameworks/tracing.ts`. */
const MODES = ['traced', 'failing', 'failing-sampler', 'unsampled', 'disabled', 'unconfigured'];
/** Seconds in which an application has to have ended by itself. */
const ENDS_WITHIN = 30;

/** A project that has installed the tarball and the frameworks, with both applications compiled in it. */
export async function makeFrameworkProject(directory, tarball) {
  await cp(new URL('consumers/frameworks', import.meta.url), directory, { recursive: true });
  const writeJson = (name, value) => writeFile(join(directory, name), JSON.stringify(value));
  await writeJson('package.json', { name: 'frameworks', private: true, type: 'module' });
  await writeJson('tsconfig.json', { compilerOptions: COMPILER_OPTIONS, include: ['**/*.ts'] });
  await writeJson('requests.json', REQUESTS);
  await mustRun('npm', ['install', '--ignore-scripts', tarball.path, ...NEST, ...NEEDED, ...TYPES], directory);
  await mustRun(process.execPath, ['node_modules/typescript/bin/tsc'], directory);
  return directory;
}

/** The applications: a title, the arguments after the mode, the trees of the traced run, and what else has to be right. */
export const FRAMEWORKS = [
  {
    title: 'NestJS application, traced as untraced',
    main: 'build/nest/main.js',
    args: ['requests.json'],
    trees: NEST_TREES,
    check: checkAnswers,
  },
  { title: 'TypeDI application, traced as untraced', main: 'build/typedi/main.js', args: [], trees: TYPEDI_TREES },
];

/** Runs an application untraced and in every other mode: all have to print the same, and the traced one to send its trees. */
export async function checkFramework(node, project, { main, args, trees, check = () => [] }) {
  const run = (mode, env) => attempt(node, [main, mode, ...args], { cwd: project, env, seconds: ENDS_WITHIN });
  const sink = await openSink();
  const untraced = await run('untraced');
  const problems = problemsOf('untraced', untraced);
  if (problems.length === 0) problems.push(...check(JSON.parse(untraced.stdout)));
  const others = await Promise.all(MODES.map((mode) => run(mode, { AWS_XRAY_DAEMON_ADDRESS: sink.address })));
  for (const [index, mode] of MODES.entries()) {
    const result = others[index];
    const ended = problemsOf(mode, result);
    problems.push(...ended, ...(ended.length === 0 ? differences(mode, untraced.stdout, result.stdout) : []));
  }
  return [...problems, ...(await sink.problems(trees))];
}

function problemsOf(mode, { code, stdout, stderr }) {
  if (code !== 0) return [`${mode}: ended with code ${code}\n${stderr}`];
  if (stderr !== '') return [`${mode}: printed on stderr:\n${stderr.trimEnd()}`];
  return stdout === '' ? [`${mode}: printed nothing`] : [];
}

/** The first lines in which the outputs differ. */
function differences(mode, untraced, traced) {
  if (traced === untraced) return [];
  const [one, other] = [untraced.split('\n'), traced.split('\n')];
  const first = one.findIndex((line, index) => line !== other[index]);
  const around = (lines) => lines.slice(Math.max(0, first - 5), first + 5).join('\n');
  return [`${mode}: differs from untraced in line ${first + 1}:\n${around(one)}\n--- and ${mode}:\n${around(other)}`];
}

/** Two applications that fail alike would be equal too. */
function checkAnswers({ answers, concurrent, swagger, served }) {
  const problems = REQUESTS.flatMap(({ method = 'GET', path, status }, index) =>
    [answers[index], concurrent[index]]
      .filter((answer) => answer.status !== status)
      .map((answer) => `${method} ${path} was answered with ${answer.status}, not ${status}`),
  );
  const routes = Object.values(swagger.paths).flatMap((path) => Object.keys(path));
  if (routes.length < 20) problems.push(`Swagger describes ${routes.length} routes`);
  if (JSON.stringify(JSON.parse(served.body)) !== JSON.stringify(swagger)) problems.push('Swagger serves another text');
  return problems;
}
