// `npm run bench:load`: milliseconds and files until the package is there, ours beside the official SDK, by `require` and by `import`.
// Every figure is the median of fresh processes, by turns. Options: --rounds N (21).
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' } } });
const PACKAGES = ['radiograph', 'aws-xray-sdk-core'];
const PROGRAM = `
  const [how, what] = process.argv.slice(1);
  const before = process.hrtime.bigint();
  const loading = how === 'import' ? import(what) : Promise.resolve(require(what));
  loading.then(() => console.log(Number(process.hrtime.bigint() - before) / 1e6));
`;

function measure(how, what) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', PROGRAM, how, what], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

console.log(`Node ${process.versions.node}, milliseconds, medians of ${values.rounds}\n`);
for (const how of ['require', 'import']) {
  const millis = Object.fromEntries(PACKAGES.map((what) => [what, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const what of round % 2 === 0 ? PACKAGES : PACKAGES.toReversed()) millis[what].push(measure(how, what));
  }
  const [ours, theirs] = PACKAGES.map((what) => median(millis[what]));
  console.log(
    `${how.padEnd(9)}radiograph ${ours.toFixed(1)}, official SDK ${theirs.toFixed(1)}, ratio ${(ours / theirs).toFixed(2)}`,
  );
}
