import { parseArgs } from 'node:util';

/** What `npm start -- --help` prints. */
export const HELP = `Usage: npm start -- [flags]

Starts the daemon, a payment gateway and a shop, sends orders to the shop, shows the traces,
and compares what came of each order with what was expected.

  --once          end after the last order; otherwise the shop stays open
  --orders FILE   other orders than samples/shop/orders.jsonl
  --json          show each trace as a line of JSON; everything else goes to the standard error
  --width N       columns to draw in
  --help          print this text
`;

/** What `npm start` was asked for. */
export interface Command {
  readonly isOnce: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  readonly orders: string | undefined;
  readonly width: string | undefined;
}

/** Reads the arguments; throws where there is no such flag. */
export function readCommandLine(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
      orders: { type: 'string' },
      width: { type: 'string' },
    },
  });
  const { once = false, json = false, help = false, orders, width } = values;
  return { isOnce: once, isJson: json, isHelp: help, orders, width };
}
