import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { StateError } from '../foundation/errors.js';

/** How long a change waits for another daemon's, which takes milliseconds. */
const waitMillis = 1000;

const pauseMillis = 5;

/** What is this old was left behind by a daemon that ended in the middle of a change; so was what is this far ahead. */
export const leftoverMillis = 10_000;

/** What is held while a file is read, changed and written. */
export interface Lock {
  /** Whether it is still ours: a process that stood still for long finds that another has taken it. */
  isHeld(): boolean;
  /** Gives it up; what another has taken meanwhile stays. */
  release(): void;
}

/**
 * Takes a lock, which is a file that tells its owner; waits for it without holding up whatever else the process does.
 *
 * One that was left behind is taken over: when its process was of this host and is gone, or by its age. Of several that
 * find so at the same time, each moves what it finds out of the way and looks at what it has moved; who has moved
 * another's new lock puts that back.
 *
 * @throws StateError `STATE_BUSY` when another holds it for a second
 */
export async function takeLock(path: string): Promise<Lock> {
  const owner = `${process.pid} ${hostname()} ${randomBytes(8).toString('hex')}`;
  for (let waitedMillis = 0; !create(path, owner); waitedMillis += pauseMillis) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw new Error(`${path} is a folder, and is where its lock has to be. Delete it`);
    }
    const found = ownerIn(path);
    if (found !== undefined && isLeftBehind(path, found)) {
      removeIf(path, found);
    } else if (waitedMillis >= waitMillis) {
      throw new StateError(
        'STATE_BUSY',
        `Another daemon is changing the rules, and has been for ${waitMillis} ms. Try again; if no other daemon runs, delete ${path}.`,
      );
    } else {
      await pause(pauseMillis);
    }
  }
  return {
    isHeld: () => ownerIn(path) === owner,
    release: () => {
      if (ownerIn(path) === owner) {
        rmSync(path, { force: true });
      }
    },
  };
}

function create(path: string, owner: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
  try {
    writeFileSync(file, owner);
  } finally {
    closeSync(file);
  }
  return true;
}

/** Undefined when there is none; an empty text while it is being written. */
function ownerIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isLeftBehind(path: string, owner: string): boolean {
  const [pid, host] = owner.split(' ');
  if (host === hostname() && !isRunning(Number(pid))) {
    return true;
  }
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Math.abs(Date.now() - written) > leftoverMillis;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Those of other users are there, and may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function removeIf(path: string, owner: string): void {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    renameSync(path, aside);
    if (ownerIn(aside) !== owner) {
      linkSync(aside, path);
    }
  } catch {
    // Another was faster: with the lock that was there, or with one of its own since.
  } finally {
    rmSync(aside, { force: true });
  }
}
