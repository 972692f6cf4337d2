// What `npm start` runs: the stage on which the shop plays. The application is in the files beside this one, shop.ts first.
import { once } from 'node:events';
import { HELP, readCommandLine, type Command } from './stage/command-line.js';
import { sendOrders } from './stage/customers.js';
import { readOrderLines } from './stage/order-line.js';
import { Report } from './stage/report.js';
import { Stage } from './stage/stage.js';

const ORDERS = new URL('../../../samples/shop/orders.jsonl', import.meta.url);
const SHOWN_WITHIN_MILLIS = 5000;

async function main(command: Command): Promise<void> {
  const { isOnce, isJson, orders } = command;
  const lines = readOrderLines(orders ?? ORDERS);
  const say = isJson ? console.error : console.log;
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);

  const stage = await Stage.open(command, say);
  const visits = await Promise.race([sendOrders(stage.shop, lines), interrupted.then(() => undefined)]);
  if (visits === undefined) {
    process.exitCode = 1;
    await stage.close();
    return;
  }

  if (isOnce) await stage.close();
  else await Promise.all(visits.map(({ traceId }) => stage.traces.wait(traceId, SHOWN_WITHIN_MILLIS)));
  const report = new Report(visits, (traceId) => stage.traces.has(traceId));
  say(report.toString());
  process.exitCode = report.isAsExpected ? 0 : 1;
  if (isOnce) return;

  say(invitationTo(stage.shop));
  await interrupted;
  await stage.close();
}

function invitationTo(shop: string): string {
  const order = {
    customer: 'You',
    email: 'you@home.example',
    card: '4821@meridian',
    items: [{ sku: 'tea', quantity: 2 }],
  };
  return `
The shop stays open; Ctrl-C closes it. Order something, in another terminal:

  curl -i ${shop}/orders -d '${JSON.stringify(order)}'
`;
}

// The reader of the output may leave early, as `head` does. What was not played to its end has not succeeded.
process.stdout.on('error', () => process.exit(1));
try {
  const command = readCommandLine(process.argv.slice(2));
  if (command.isHelp) process.stdout.write(HELP);
  else await main(command);
} catch (error) {
  // The services end when this process does.
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
