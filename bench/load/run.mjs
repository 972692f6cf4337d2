// `npm run bench:load`: what it takes until tracing is set up, by `require` and by `import`, ours beside its peers: milliseconds and CPU
// milliseconds (medians of fresh processes, by turns), files, and modules of Node itself; and the bytes of a decorated Lambda handler
// as one minified file. Writes bench/results/load.json. Options: --rounds N (21).
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { median, orderOf, printClaims } from '../figures.mjs';
import { readOptions } from '../options.mjs';
import { installPeers } from '../peers/install.mjs';
import { OFFICIAL, OURS, variants } from './variants.mjs';

const { rounds } = readOptions({ rounds: 21 });
const REPOSITORY = join(import.meta.dirname, '../..');
const PEERS = join(REPOSITORY, 'bench/peers');
const TARGETS = { set_up: 0.5, bundle_bytes: 60_000 };

// Files, since Node loads a part of its own modules beforehand where it is given a text.
const WAYS = {
  require: { file: 'load.cjs', load: 'require' },
  import: { file: 'load.mjs', load: '(what) => import(what)' },
};

const PROGRAM = (load, body) => `
  const load = ${load};
  const only = (loaded) => loaded.default ?? loaded;
  const answer = (value) => process.getBuiltinModule('node:fs').writeSync(1, JSON.stringify(value));
  const began = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const measured = () => {
    const millis = Number(process.hrtime.bigint() - began) / 1e6;
    const { user, system } = process.cpuUsage(cpu);
    return { millis, cpuMillis: (user + system) / 1e3 };
  };
  (async () => {
    ${body}
    process.exit();
  })();
`;

const timed = ({ setUp, first }) => `
  ${setUp}
  const ready = measured();
  ${first ?? ''}
  answer({ ready, ${first === undefined ? '' : 'first: measured()'} });
`;

// Of ES modules Node keeps no list that can be read; its debugger hears of every file, in either format.
const counted = ({ setUp }) => `
  const files = new Set();
  const session = new (process.getBuiltinModule('node:inspector').Session)();
  session.connect();
  session.on('Debugger.scriptParsed', ({ params: { url } }) => url.startsWith('file:') && files.add(url));
  session.post('Debugger.enable');
  const isBuiltIn = (name) => name.startsWith('NativeModule ');
  const before = new Set(process.moduleLoadList.filter(isBuiltIn));
  const known = files.size;
  ${setUp}
  const builtIns = process.moduleLoadList.filter((name) => isBuiltIn(name) && !before.has(name));
  answer({ files: files.size - known, builtIns: builtIns.length });
`;

function run(body, how, cwd) {
  const { file, load } = WAYS[how];
  const path = join(cwd, file);
  writeFileSync(path, PROGRAM(load, body));
  try {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: 'utf8', cwd, env });
    if (status !== 0 || stdout === '') throw new Error(`${body}\n${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(path);
  }
}

/** A project of its own that has the built package and its peers as npm would put them. */
function installOurs() {
  const project = join(REPOSITORY, 'build/load');
  rmSync(project, { recursive: true, force: true });
  const ours = join(project, 'node_modules', OURS);
  mkdirSync(ours, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  for (const part of ['package.json', 'dist']) cpSync(join(REPOSITORY, part), join(ours, part), { recursive: true });
  for (const peer of ['typedi', 'reflect-metadata']) {
    cpSync(join(REPOSITORY, 'node_modules', peer), join(project, 'node_modules', peer), { recursive: true });
  }
  return project;
}

async function bundleBytes(handler, nodePaths) {
  const { outputFiles } = await build({
    entryPoints: [join(REPOSITORY, handler)],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
    nodePaths,
    logLevel: 'error',
    write: false,
  });
  return outputFiles[0].contents.length;
}

const printed = (value, digits = 0) => (value === undefined ? '-' : value.toFixed(digits)).padStart(9);

installPeers();
const project = installOurs();
const places = Object.fromEntries(Object.keys(variants).map((name) => [name, name === OURS ? project : PEERS]));
const names = Object.keys(variants);
const results = { node: process.versions.node, rounds: rounds, ways: {}, bundleBytes: {} };
const claims = [];

console.log(`Node ${process.versions.node}, medians of ${rounds} fresh processes, by turns\n`);
for (const how of Object.keys(WAYS)) {
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of orderOf(round, names)) runs[name].push(run(timed(variants[name]), how, places[name]));
  }
  const rows = Object.fromEntries(
    names.map((name) => {
      const of = (part, unit) =>
        runs[name][0][part] === undefined ? undefined : median(runs[name].map((each) => each[part][unit]));
      return [
        name,
        {
          millis: of('ready', 'millis'),
          cpuMillis: of('ready', 'cpuMillis'),
          firstTraceMillis: of('first', 'millis'),
          ...run(counted(variants[name]), how, places[name]),
        },
      ];
    }),
  );
  results.ways[how] = rows;
  console.log(`${how.padEnd(20)}       ms   CPU ms    ratio  to first    files built-ins`);
  for (const [name, row] of Object.entries(rows)) {
    const ratio = printed(row.millis / rows[OFFICIAL].millis, 2);
    const times = `${printed(row.millis, 1)}${printed(row.cpuMillis, 1)}${ratio}${printed(row.firstTraceMillis, 1)}`;
    console.log(`${name.padEnd(20)}${times}${printed(row.files)}${printed(row.builtIns)}`);
  }
  console.log('');
  const ratio = rows[OURS].millis / rows[OFFICIAL].millis;
  claims.push({ claim: `set up by ${how}, of the official SDK`, ratio, target: TARGETS.set_up });
}

console.log('bytes of a decorated handler, one minified file');
for (const [name, { handler }] of Object.entries(variants)) {
  if (handler === undefined) continue;
  const nodePaths = [join(places[name], 'node_modules')];
  results.bundleBytes[name] = await bundleBytes(handler, nodePaths);
  console.log(`${name.padEnd(20)}${printed(results.bundleBytes[name])}`);
}
console.log('');
claims.push({
  claim: `bundle, of ${TARGETS.bundle_bytes} bytes`,
  ratio: results.bundleBytes[OURS] / TARGETS.bundle_bytes,
  target: 1,
});
printClaims(claims);
mkdirSync(join(REPOSITORY, 'bench/results'), { recursive: true });
writeFileSync(join(REPOSITORY, 'bench/results/load.json'), `${JSON.stringify({ ...results, claims }, null, 2)}\n`);
