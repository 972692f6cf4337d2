// One file for what the main door needs and one for the testing doors, in each format: a process that loads a hundred small files,
// and packages that were written for `require`, waits for them. Every module of `lib` is there at its own path all the same and
// hands out what the one file has, so that nothing exists twice. See docs/decisions/0007-one-file-per-door.md.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const COMPILED = resolve('build/lib');
/** `lib/model/cause.ts` knows our own stack frames by the first name: one that no bundle of a user has. */
export const CORE = 'radiograph-core';
export const TESTING_CORE = 'radiograph-testing-core';
/** Files of `dist` that are made of many sources. */
export const MADE = [CORE, TESTING_CORE];
/** Written for `require`: an ES module that imports them pays for each of their files. They are put into ours, with their licences. */
const INLINED = ['class-validator', 'reflect-metadata'];
/** Shared with the application (the container), or asked for by few (chai). */
const EXTERNAL = ['typedi', 'chai'];
/**
 * A file of `require` between the ES module and typedi: to import a package of that kind, Node reads all of its files once more for
 * their names. What typedi gives is the same either way.
 */
const SHIM = { file: 'typedi.cjs', names: ['Container', 'Service'] };
const FORMATS = ['esm', 'cjs'];

/** Makes the JavaScript of `dist` of what the compiler left in `build/lib`. Fails where a user would see that it was bundled. */
export async function bundleDoors() {
  const paths = readdirSync(COMPILED, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.js'))
    // The main door first, which loads reflect-metadata: without it no decorator leaves metadata.
    .toSorted((one, other) => (other === 'index.js') - (one === 'index.js'));
  const modules = await Promise.all(paths.map(async (path) => ({ path, exports: await exportsOf(path) })));
  const parts = {
    [CORE]: modules.filter(({ path }) => !path.startsWith('testing/')),
    [TESTING_CORE]: modules.filter(({ path }) => path.startsWith('testing/')),
  };
  const made = FORMATS.flatMap((format) =>
    Object.entries(parts).map(([name, members]) => ({
      format,
      name,
      members,
      file: resolve('dist', format, `${name}.js`),
    })),
  );
  await Promise.all(made.map((each) => bundle(each)));
  for (const each of made) for (const member of each.members) writeDoor(each, member);
  const shim = SHIM.names.map((name) => `exports.${name} = require("typedi").${name};\n`).join('');
  writeFileSync(join('dist/esm', SHIM.file), `"use strict";\n${shim}`);
  writeFileSync('dist/LICENSES.txt', `${INLINED.map(licenceOf).join('\n\n')}\n`);
  const require = createRequire(import.meta.url);
  for (const { format, members, file } of made) {
    checkNames(file, members, format === 'esm' ? await import(pathToFileURL(file).href) : require(file));
  }
}

async function exportsOf(path) {
  return { ...(await import(pathToFileURL(join(COMPILED, path)).href)) };
}

/** Names of different modules may be the same. */
const within = (path, name) => `${path.slice(0, -'.js'.length).replaceAll(/\W/g, '_')}__${name}`;

async function bundle({ format, name, members, file }) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: members.map(entryOf).join('\n'), resolveDir: COMPILED, sourcefile: `${name}-entry.js` },
    outfile: file,
    bundle: true,
    format,
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'eof',
    // What package.json says of side effects is about the files of `dist`.
    ignoreAnnotations: true,
    metafile: true,
    logLevel: 'warning',
    external: EXTERNAL,
    plugins: [
      leaveOut(members, format),
      letBe,
      modern,
      ...(format === 'esm' ? [withoutFacades(members.map(({ path }) => path))] : []),
    ],
    write: false,
  });
  for (const { path, text } of outputFiles) writeFileSync(path, path.endsWith('.js') ? keepClassNames(text) : text);
  for (const input of Object.keys(metafile.inputs)) {
    const [, held] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
    if (held !== undefined && !INLINED.includes(held))
      throw new Error(`${input} is in ${file}: add ${held} to INLINED, for its licence`);
  }
}

function entryOf({ path, exports }) {
  const names = Object.keys(exports);
  if (names.length === 0) return `import './${path}';`;
  return `export { ${names.map((name) => `${name} as ${within(path, name)}`).join(', ')} } from './${path}';`;
}

/** What is no member of the bundle stays where it is, at its own path. */
function leaveOut(members, format) {
  const own = new Set(members.map(({ path }) => join(COMPILED, path)));
  return {
    name: 'leave-out',
    setup({ onResolve }) {
      if (format === 'esm') onResolve({ filter: /^typedi$/ }, () => ({ path: `./${SHIM.file}`, external: true }));
      onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const target = resolve(resolveDir, path);
        if (own.has(target) || !target.startsWith(COMPILED)) return undefined;
        return { path: `./${relative(COMPILED, target).replaceAll('\\', '/')}`, external: true };
      });
    },
  };
}

/** Where the application has loaded reflect-metadata, its copy stays in force: ours would put its own functions in their place. */
const letBe = {
  name: 'let-be',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]reflect-metadata[\\/]ReflectLite\.js$/ }, ({ path }) => ({
      contents: `if (!globalThis.Reflect[Symbol.for('@reflect-metadata:registry')]) { ${readFileSync(path, 'utf8')}\n}`,
    }));
  },
};

/** The same packages in the form that is written for engines of today: reflect-metadata without stand-ins for Map, Set and WeakMap. */
const modern = {
  name: 'modern',
  setup({ onResolve }) {
    onResolve({ filter: /^reflect-metadata$/ }, () => ({
      path: resolve('node_modules/reflect-metadata/ReflectLite.js'),
    }));
    onResolve({ filter: /^class-validator\/cjs\// }, ({ path }) => ({
      path: resolve('node_modules', path.replace('/cjs/', '/esm2015/')),
    }));
  },
};

/**
 * To import a module of its own, Node makes another one around it and asks for each of its exports, where
 * `process.getBuiltinModule` answers at once. Only what is imported by name exists here, as a constant.
 */
function withoutFacades(paths) {
  const names = new Map();
  for (const path of paths) {
    for (const [, clause, module] of readFileSync(join(COMPILED, path), 'utf8').matchAll(
      /^import (.+) from '(node:.+)';$/gm,
    )) {
      if (!/^\{ \w+(?:, \w+)* \}$/.test(clause))
        throw new Error(`${path} imports ${clause} of ${module}: import it by name`);
      names.set(module, new Set([...(names.get(module) ?? []), ...clause.slice(2, -2).split(', ')]));
    }
  }
  return {
    name: 'without-facades',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'built-in' }));
      onLoad({ filter: /./, namespace: 'built-in' }, ({ path }) => ({
        contents: `export const { ${[...names.get(path)].join(', ')} } = process.getBuiltinModule('${path}');`,
      }));
    },
  };
}

/**
 * The bundler writes `var Orders = class _Orders`, or `Orders2`, for a class that is decorated or speaks of itself; traces show
 * names of classes. Nothing changes its length: the source map counts columns.
 */
function keepClassNames(text) {
  let kept = text;
  for (const [, outer, inner] of text.matchAll(/^var (\w+) = class (_\1|\1\d+) /gm)) {
    const padded = inner.startsWith('_') ? ` ${outer}` : outer.padEnd(inner.length);
    kept = kept.replaceAll(new RegExp(`(?<![\\w$.#])${inner}(?![\\w$])`, 'g'), padded);
  }
  return kept;
}

function writeDoor({ format, name }, { path, exports }) {
  const core = `${'../'.repeat(path.split('/').length - 1) || './'}${name}.js`;
  const pairs = Object.keys(exports).map((each) => [within(path, each), each]);
  const esm =
    pairs.length === 0
      ? 'export {};\n'
      : `export { ${pairs.map(([from, to]) => `${from} as ${to}`).join(', ')} } from '${core}';\n`;
  const cjs = [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    // Named one by one, for who reads the names off the text: Node does, where an ES module imports this file.
    ...pairs.map(([from, to]) => `exports.${to} = require("${core}").${from};`),
    '',
  ].join('\n');
  const door = join('dist', format, path);
  mkdirSync(dirname(door), { recursive: true });
  writeFileSync(door, format === 'esm' ? esm : cjs);
  // Left by a build that compiled each file by itself.
  rmSync(`${door}.map`, { force: true });
}

/** Where two modules use a name, the bundler renames one of the two, and traces show the names of classes. */
function checkNames(file, members, bundled) {
  for (const { path, exports } of members) {
    for (const [name, value] of Object.entries(exports)) {
      const held = bundled[within(path, name)];
      if (typeof value !== typeof held) throw new Error(`${file} has no ${name} of ${path}`);
      if (typeof value === 'function' && value.name !== held.name) {
        throw new Error(
          `the bundler made ${held.name} of ${name} in ${path}: another module uses the name, rename one of them`,
        );
      }
    }
  }
}

function licenceOf(name) {
  const directory = join('node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const files = readdirSync(directory).filter((file) => /^(?:licen[cs]e|copyrightnotice)(?:\.|$)/i.test(file));
  if (!files.some((file) => /^licen/i.test(file))) throw new Error(`${directory} has no licence`);
  const texts = files.toSorted().map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return [`${name} ${version} (${license}), of which parts are in the files of this directory:`, ...texts].join('\n\n');
}
