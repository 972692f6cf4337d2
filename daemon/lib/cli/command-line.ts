import { ConfigurationError } from '../foundation/errors.js';
import { parseBindAddress } from '../listener/bind-address.js';
import type { ColorChoice } from '../terminal/output-traits.js';

/** What the user asks for. */
export type Command = { readonly kind: 'help' } | { readonly kind: 'version' } | RunCommand;

/** Receive and show traces. */
export interface RunCommand {
  readonly kind: 'run';
  readonly bind: string;
  readonly anyPort: boolean;
  readonly isJson: boolean;
  readonly quietForMillis: number;
  /** Cells of a line; undefined leaves it to the terminal. */
  readonly width: number | undefined;
  readonly color: ColorChoice;
  /** Where rules are kept: the user's usual folder, one of their choice, or nowhere. */
  readonly state: 'default' | 'none' | { readonly folder: string };
}

/** What `--help` prints. */
export const helpText = `Usage: radiograph-daemon [flags]

Receives X-Ray segment documents over UDP and shows each trace as a waterfall.
On the same port, over TCP, it tells SDKs which requests to trace: the sampling
operations of the X-Ray API.

  -b, --bind HOST:PORT   where to listen, by UDP and TCP;
                         [::1]:2000 for IPv6                        (127.0.0.1:2000)
      --any-port         take a free port when that one is taken
      --state DIR        the folder that keeps sampling rules       ($XDG_STATE_HOME/radiograph
                                                                    or ~/.local/state/radiograph)
      --no-state         keep no sampling rules
      --json             print each trace as one line of JSON instead
      --quiet-for MS     milliseconds without news after which a
                         trace is shown, 0 to 3600000               (500)
      --width N          columns to draw in, 24 to 1000             (the terminal's, or 100)
      --color WHEN       auto, always or never; auto goes by the
                         terminal, NO_COLOR and FORCE_COLOR         (auto)
  -v, --version          print the version
  -h, --help             print this text

Point an application at it with AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2000.
`;

const defaults: RunCommand = {
  kind: 'run',
  bind: '127.0.0.1:2000',
  anyPort: false,
  isJson: false,
  quietForMillis: 500,
  width: undefined,
  color: 'auto',
  state: 'default',
};

const switches = new Map<string, Partial<RunCommand> | 'help' | 'version'>([
  ['--any-port', { anyPort: true }],
  ['--json', { isJson: true }],
  ['--no-state', { state: 'none' }],
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
]);

const valued = new Map<string, (value: string, flag: string) => Partial<RunCommand>>([
  ['--bind', bindValue],
  ['-b', bindValue],
  ['--quiet-for', (value, flag) => ({ quietForMillis: wholeNumber(value, flag, 0, 3_600_000) })],
  ['--width', (value, flag) => ({ width: wholeNumber(value, flag, 24, 1000) })],
  ['--color', (value, flag) => ({ color: colorChoice(value, flag) })],
  ['--state', (value, flag) => ({ state: { folder: folderName(value, flag) } })],
]);

/**
 * Reads the arguments of the command. A flag's value follows it or stands behind `=`; of a flag given twice the last
 * counts; `--help` and `--version` win over everything that is right.
 *
 * @param words without the interpreter and the script
 * @throws ConfigurationError `UNKNOWN_FLAG`, `MISSING_FLAG_VALUE`, `UNEXPECTED_FLAG_VALUE`, `BAD_FLAG_VALUE`,
 *   `UNEXPECTED_ARGUMENT`, `BAD_ADDRESS`
 */
export function parseCommandLine(words: readonly string[]): Command {
  let command = defaults;
  let instead: 'help' | 'version' | undefined;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag, attached] = splitFlag(word);
    const setting = switches.get(flag);
    const read = valued.get(flag);
    if (read !== undefined) {
      command = { ...command, ...read(attached ?? takeValue(rest, flag), flag) };
    } else if (setting === undefined) {
      throw unknown(word, flag);
    } else if (attached !== undefined) {
      throw new ConfigurationError('UNEXPECTED_FLAG_VALUE', `${flag} takes no value, and was given "${attached}".`);
    } else if (typeof setting === 'string') {
      instead ??= setting;
    } else {
      command = { ...command, ...setting };
    }
  }
  return instead === undefined ? command : { kind: instead };
}

function splitFlag(word: string): [flag: string, attached: string | undefined] {
  const equals = word.startsWith('-') ? word.indexOf('=') : -1;
  return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function takeValue(rest: string[], flag: string): string {
  const value = rest.shift();
  if (value === undefined || switches.has(value) || valued.has(value)) {
    throw new ConfigurationError('MISSING_FLAG_VALUE', `${flag} takes a value, and was given none.`);
  }
  if (value.startsWith('--')) {
    const nearest = nearestOf(
      splitFlag(value)[0],
      [...switches.keys(), ...valued.keys()].filter((name) => name.startsWith('--')),
    );
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    const way = flag === '--state' ? ` A folder of that name is ./${value}.` : '';
    throw new ConfigurationError(
      'MISSING_FLAG_VALUE',
      `${flag} takes a value, and was followed by ${value}, which looks like a flag.${hint}${way}`,
    );
  }
  return value;
}

function bindValue(value: string): Partial<RunCommand> {
  parseBindAddress(value);
  return { bind: value };
}

function wholeNumber(value: string, flag: string, min: number, max: number): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) {
    throw new ConfigurationError(
      'BAD_FLAG_VALUE',
      `${flag} was "${value}". It takes a whole number from ${min} to ${max}.`,
    );
  }
  return number;
}

function folderName(value: string, flag: string): string {
  if (value === '') {
    throw new ConfigurationError('BAD_FLAG_VALUE', `${flag} was "". It takes the path of a folder.`);
  }
  return value;
}

function colorChoice(value: string, flag: string): ColorChoice {
  if (value === 'auto' || value === 'always' || value === 'never') {
    return value;
  }
  throw new ConfigurationError('BAD_FLAG_VALUE', `${flag} was "${value}". It takes auto, always or never.`);
}

function unknown(word: string, flag: string): ConfigurationError {
  const flags = [...switches.keys(), ...valued.keys()].filter((name) => name.startsWith('--'));
  if (!word.startsWith('-')) {
    return new ConfigurationError(
      'UNEXPECTED_ARGUMENT',
      `"${word}" is not expected: the command takes flags alone. They are ${flags.join(', ')}.`,
    );
  }
  const nearest = nearestOf(flag, flags);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new ConfigurationError('UNKNOWN_FLAG', `There is no flag ${flag}.${hint} The flags are ${flags.join(', ')}.`);
}

/** The name that the fewest typing mistakes turn into what was given, if they are few for its length. */
function nearestOf(given: string, names: readonly string[]): string | undefined {
  const plain = given.replace(/^-+/, '').toLowerCase();
  const ranked = names
    .map((name) => ({ name, mistakes: distance(plain, name.slice(2)) }))
    .toSorted((left, right) => left.mistakes - right.mistakes);
  const [best] = ranked;
  return best !== undefined && best.mistakes <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, character] of Array.from(left).entries()) {
    const current = [row + 1];
    for (let column = 0; column < right.length; column += 1) {
      const replaced = (previous[column] ?? 0) + (character === right[column] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
