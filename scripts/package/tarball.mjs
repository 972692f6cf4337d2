import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { MADE } from '../bundle.mjs';
import { attempt } from './attempt.mjs';

const MUST_HAVE = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
const MADE_ONCE = ['dist/cjs/package.json', 'dist/esm/typedi.cjs', 'dist/LICENSES.txt'];
const MAY_HAVE = /^(lib\/.+\.ts|dist\/(esm|cjs)\/.+(\.js|\.d\.ts|\.d\.ts\.map|core\.js\.map))$/u;

/** Packs the repository into `directory` and answers the tarball's path and what npm says is in it. */
export async function pack(repository, directory) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
  const { code, stdout, stderr } = await attempt('npm', args, { cwd: repository });
  if (code !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  const [{ filename, files, size, unpackedSize }] = JSON.parse(stdout);
  return { path: join(directory, filename), files: files.map(({ path }) => path), size, unpackedSize };
}

/** What is in the tarball and should not be, and the other way round; every source has its three outputs per format, and each format its two files that hold what they do. */
export async function checkContents({ files }, repository) {
  const packed = new Set(files);
  const sources = (await readdir(join(repository, 'lib'), { recursive: true }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'));
  const modules = sources.filter((path) => !path.endsWith('.d.ts')).map((path) => path.slice(0, -'.ts'.length));
  const outputs = ['esm', 'cjs'].flatMap((format) => [
    ...modules.flatMap((module) => ['.js', '.d.ts', '.d.ts.map'].map((end) => `dist/${format}/${module}${end}`)),
    ...MADE.flatMap((name) => [`dist/${format}/${name}.js`, `dist/${format}/${name}.js.map`]),
  ]);
  const wanted = new Set([...MUST_HAVE, ...MADE_ONCE, ...sources.map((path) => `lib/${path}`), ...outputs]);
  return [
    ...[...wanted].filter((path) => !packed.has(path)).map((path) => `missing: ${path}`),
    ...files.filter((path) => !wanted.has(path)).map((path) => describe(path)),
  ];
}

function describe(path) {
  return MAY_HAVE.test(path) ? `left over from a source that is gone: ${path}` : `does not belong there: ${path}`;
}

export async function checkPublint({ path }) {
  const tarball = new Uint8Array(await readFile(path)).buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false })}`);
}

/**
 * Node 10 is passed over: it does not know `exports`, so it cannot find `./testing`; every Node this package supports does.
 */
export async function checkTypesResolution(tarball, repository) {
  const attw = join(repository, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const options = ['--profile', 'node16', '--format', 'ascii', '--no-emoji', '--no-color'];
  const args = [attw, tarball.path, ...options, '--entrypoints', '.', './testing', './testing/chai'];
  const { code, stdout, stderr } = await attempt(process.execPath, args, { cwd: repository });
  return code === 0 ? [] : [stdout + stderr];
}
