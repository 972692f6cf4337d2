import { join } from 'node:path';
import { attempt } from './attempt.mjs';
import { openSink } from './sink.mjs';

/** Seconds in which an application has to have ended by itself. */
const ENDS_WITHIN = 10;

const SHOP = [
  'package-shop {"operation":"POST /orders"}',
  '  Orders.place {"item":"tea","count":3} {"default":{"paid":false}}',
  '    Prices.quote {"item":"tea"}',
  '    charge fault',
  '      Orders.charge fault RangeError: no credit for 36',
];
const BOTH = [
  'package-shop {"operation":"POST /orders"}',
  '  Orders.place {"required":true,"copy":true}',
  '    required',
  '    copy',
  '    Prices.quote',
];
const HANDLED = ['package-shop {"operation":"POST /orders"}', '  Orders.place'];
const COPIES = ['package-shop {"operation":"POST /copies"}', '  Prices.quote'];

/** As Lambda does. */
const INVOKE = "require(process.argv[1]).handler({ id: '7' }).then(({ id }) => console.log('handled', id))";

/** What runs on each Node version: a title, the arguments, what it prints and the trees that it sends. */
export function applicationsOf(project, bundles, chais) {
  const at = (path) => join(project, path);
  const shop = { stdout: 'sum 36\n', trees: [SHOP] };
  const till = { stdout: '7 test Till.open\n', trees: [] };
  const both = { stdout: 'one context\n', trees: [BOTH, COPIES] };
  const inert = { stdout: 'inert\n', trees: [] };
  return [
    { title: 'ES module, legacy decorators', args: [at('esm/build/legacy.js')], ...shop },
    { title: 'ES module, standard decorators', args: [at('esm/build/standard.js')], ...shop },
    { title: 'CommonJS', args: [at('cjs/build/legacy.js')], ...shop },
    { title: 'ES module, without close()', args: [at('esm/build/legacy.js'), 'without-close'], ...shop },
    { title: 'CommonJS, without close()', args: [at('cjs/build/legacy.js'), 'without-close'], ...shop },
    { title: 'testing door, ES module', args: [at('esm/build/testing.js')], ...till },
    { title: 'testing door, CommonJS', args: [at('cjs/build/testing.js')], ...till },
    ...chais.map((chai) => ({
      title: `chai door, chai ${chai}`,
      args: [at(`chai-${chai}/build/chai.js`)],
      stdout: 'three claims hold, two fail\n',
      trees: [],
    })),
    { title: 'esbuild, ES module', args: [bundles.esm], ...shop },
    { title: 'esbuild, CommonJS', args: [bundles.cjs], ...shop },
    {
      title: 'esbuild, decorated handler, minified',
      args: ['-e', INVOKE, bundles.handler],
      stdout: 'handled 7\n',
      trees: [HANDLED],
    },
    { title: 'import and require', args: [at('esm/both.mjs')], ...both },
    {
      title: 'import and require, two copies',
      args: ['--no-experimental-require-module', at('esm/both.mjs')],
      ...both,
    },
    { title: 'import has no effect', args: [at('esm/inert.mjs'), 'import'], ...inert },
    { title: 'require has no effect', args: [at('esm/inert.mjs'), 'require'], ...inert },
  ];
}

/** Runs an application against a sink and answers what is wrong: how it ended, what it printed, what arrived. */
export async function checkApplication(node, { args, stdout, trees }, cwd) {
  const sink = await openSink();
  const env = { AWS_XRAY_DAEMON_ADDRESS: sink.address };
  const result = await attempt(node, args, { cwd, env, seconds: ENDS_WITHIN });
  const problems = [];
  if (result.code === null) problems.push(`did not end by itself within ${ENDS_WITHIN} s`);
  else if (result.code !== 0) problems.push(`ended with code ${result.code}`);
  if (result.stderr !== '') problems.push(`printed on stderr:\n${result.stderr.trimEnd()}`);
  if (result.stdout !== stdout) problems.push(`printed ${JSON.stringify(result.stdout)} on stdout`);
  const wire = await sink.problems(trees);
  return result.code === 0 ? [...problems, ...wire] : problems;
}
