// Takes what the servers send. It tells its parent its port, then for each message how many documents have come since the last, and
// what is wrong with them.
import { validateDatagram } from '../../build/spec/support/wire-validator/index.js';
import { openReceiver } from '../receiver.mjs';

let kept = [];
const port = await openReceiver((bytes) => {
  kept.push(bytes);
});

process.on('message', () => {
  const problems = kept.flatMap(inspect).slice(0, 5);
  process.send({ documents: kept.length, problems });
  kept = [];
});
process.on('disconnect', () => process.exit());
process.send({ port });

function inspect(bytes) {
  const violations = validateDatagram(bytes);
  if (violations.length > 0) return violations.map(({ path, rule }) => `${path}: ${rule}`);
  const { annotations, subsegments: [find] = [] } = JSON.parse(bytes.subarray(bytes.indexOf(0x0a) + 1));
  const isWhole =
    annotations?.operation === 'GET /orders' && find?.annotations.order === 3 && find.subsegments?.length === 2;
  return isWhole ? [] : [`not the calls of a request: ${bytes}`];
}
