import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { writeJsonLine } from './cli/json-line.js';
import { helpText, parseCommandLine, type RunCommand } from './cli/command-line.js';
import { summaryText } from './cli/summary.js';
import { TraceWriter } from './cli/trace-writer.js';
import { startDaemon, type AssembledTrace, type Daemon } from './daemon.js';
import { DaemonError } from './foundation/errors.js';
import { formatBindAddress } from './listener/bind-address.js';
import { asciiGlyphs, unicodeGlyphs } from './terminal/glyphs.js';
import { ansiPalette, plainPalette } from './terminal/palette.js';
import { isColored, isUnicode, widthFor, type OutputSurroundings } from './terminal/output-traits.js';
import { drawWaterfall } from './terminal/waterfall.js';

/** Traces that may wait for a slow reader of the output. */
const writerCapacity = 1000;

const exitCodes = { failure: 1, usage: 2 };

async function main(): Promise<void> {
  // Whoever read the output may be gone before us; then nobody is left to complain to.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', () => process.exit());
  const command = parseCommandLine(process.argv.slice(2));
  if (command.kind === 'help') {
    process.stdout.write(helpText);
  } else if (command.kind === 'version') {
    process.stdout.write(`radiograph-daemon ${readVersion()}\n`);
  } else {
    await run(command);
  }
}

async function run(command: RunCommand): Promise<void> {
  const writer = new TraceWriter({ stream: process.stdout, render: rendererFor(command), capacity: writerCapacity });
  const wanted = stateFolderFor(command);
  // Nobody asked for the usual folder: without it, rules last as long as the process, and that is said.
  const isUnusable = wanted !== undefined && command.state === 'default' && !isUsable(wanted);
  const stateFolder = isUnusable ? undefined : wanted;
  const daemon = await startDaemon({
    ...(stateFolder !== undefined && { stateFolder }),
    bind: command.bind,
    anyPort: command.anyPort,
    quietForMillis: command.quietForMillis,
    onStateTrouble: (message) => {
      process.stderr.write(
        message === undefined
          ? 'The sampling rules can be read again, and are in force as they are kept.\n'
          : `The sampling rules that were read last stay in force: ${message}\n`,
      );
    },
    onTrace: (trace) => writer.write(trace),
  });
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= shutDown(daemon, writer);
  };
  const onSignal = (): void => {
    if (stopping !== undefined) {
      // Asked twice: a reader that does not read must not hold the process.
      process.exit(exitCodes.failure);
    }
    stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  if (process.send !== undefined) {
    process.on('disconnect', stop);
  }
  announce(daemon, command);
  process.stderr.write(`${rulesText(daemon, stateFolder, isUnusable ? wanted : undefined)}\n`);
}

function announce({ address }: Daemon, { bind }: RunCommand): void {
  const place = formatBindAddress(address);
  process.stderr.write(`radiograph-daemon ${readVersion()} listening on udp and tcp ${place}\n`);
  const wanted = bind.slice(bind.lastIndexOf(':') + 1);
  if (Number(wanted) !== 0 && Number(wanted) !== address.port) {
    process.stderr.write(
      `Port ${wanted} is taken, so a free one was. Applications find it by AWS_XRAY_DAEMON_ADDRESS=${place}\n`,
    );
  }
  process.send?.({ type: 'listening', address: address.host, port: address.port });
}

function rulesText(daemon: Daemon, folder: string | undefined, unusable: string | undefined): string {
  const { rules } = daemon.counters().sampling;
  const inForce = `Sampling rules in force: ${rules}`;
  if (unusable !== undefined) {
    return `${inForce}; changes are not kept, since ${unusable} cannot be used. --state takes another folder.`;
  }
  return folder === undefined ? `${inForce}; changes are not kept.` : `${inForce}, kept in ${folder}`;
}

/** Whether a folder may be read and written, or made. */
function isUsable(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found !== undefined) {
        accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
        return found.isDirectory();
      }
    } catch {
      return false;
    }
  }
}

async function shutDown(daemon: Daemon, writer: TraceWriter): Promise<void> {
  await daemon.close();
  await writer.flush();
  process.stderr.write(`${summaryText(daemon.counters(), writer.dropped)}\n`);
  process.exitCode = 0;
  if (process.connected) {
    process.disconnect();
  }
}

function rendererFor({ isJson, width, color }: RunCommand): (trace: AssembledTrace) => string {
  if (isJson) {
    return (trace) => `${writeJsonLine(trace)}\n`;
  }
  const glyphs = isUnicode(surroundings()) ? unicodeGlyphs : asciiGlyphs;
  const palette = isColored(surroundings(), color) ? ansiPalette : plainPalette;
  // The width is asked for each trace: a window changes its size.
  return (trace) => `${drawWaterfall(trace, { width: widthFor(surroundings(), width), glyphs, palette })}\n`;
}

/**
 * Where rules are kept: what was asked for, otherwise where the desktop's convention puts state.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (XDG_STATE_HOME; a relative path is ignored)
 */
function stateFolderFor({ state }: RunCommand): string | undefined {
  if (state !== 'default') {
    return state === 'none' ? undefined : state.folder;
  }
  const { XDG_STATE_HOME: given = '' } = process.env;
  if (isAbsolute(given)) {
    return join(given, 'radiograph');
  }
  try {
    const home = homedir();
    // An empty HOME is no home, and what is relative to it would be wherever the daemon was started.
    return isAbsolute(home) ? join(home, '.local', 'state', 'radiograph') : undefined;
  } catch {
    // A container's user may have no entry and no HOME.
    return undefined;
  }
}

function surroundings(): OutputSurroundings {
  const { isTTY, columns } = process.stdout;
  return { isTerminal: isTTY, columns, environment: process.env, platform: process.platform };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?';
}

main().catch((error: unknown) => {
  if (!DaemonError.is(error)) {
    throw error;
  }
  process.stderr.write(`radiograph-daemon: ${error.message}\n`);
  process.exitCode = error.name === 'ConfigurationError' ? exitCodes.usage : exitCodes.failure;
});
