import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StateError } from '../foundation/errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { Members } from '../protocol/members.js';
import { readRecord, writeRecord } from './rule-document.js';
import { defaultRuleName, initialDefault, inOrder, type RuleRecord } from './rule.js';
import type { RuleStore } from './rule-store.js';

/** The name of the file within the state folder. */
export const ruleFileName = 'sampling-rules.json';

const format = 'radiograph-daemon/sampling-rules';
const version = 1;

/** Rules take some hundred bytes each: what is larger is some other file. */
const maxBytes = 16 * 1024 * 1024;

/** How long a change waits for another daemon's, which takes milliseconds. */
const lockWaitMillis = 1000;

/** A lock this old was left behind by a daemon that ended while it held it. */
const staleLockMillis = 10_000;

/**
 * Keeps rules in a file of a folder that several daemons may share: each sees what the others, or somebody with an
 * editor, have written.
 *
 * A change reads the file anew, under a lock, and puts a complete new file in the place of the old one, so that who
 * reads finds the one or the other and never a part. A file that cannot be read is never written over, and neither is
 * one of a later version. Nothing is created before the first change.
 */
export class FileRuleStore implements RuleStore {
  readonly #folder: string;
  readonly #path: string;
  #seen: string | undefined;

  /** @param folder made, for its owner alone, with the first change */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, ruleFileName);
  }

  refresh(): readonly RuleRecord[] | undefined {
    const seen = stampOf(this.#path);
    if (seen === this.#seen) {
      return undefined;
    }
    this.#seen = seen;
    return this.#read();
  }

  change(edit: (records: readonly RuleRecord[]) => readonly RuleRecord[]): readonly RuleRecord[] {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw notWritable(this.#folder, error);
    }
    return this.#locked(() => {
      const records = edit(this.#read());
      this.#write(records);
      this.#seen = stampOf(this.#path);
      return records;
    });
  }

  #read(): readonly RuleRecord[] {
    let text: string;
    try {
      const file = openSync(this.#path, 'r');
      try {
        const { size } = fstatSync(file);
        if (size > maxBytes) {
          throw new Error(`it has ${size} bytes`);
        }
        text = readFileSync(file, 'utf8');
      } finally {
        closeSync(file);
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return [initialDefault];
      }
      throw unreadable(this.#path, messageOf(error), error);
    }
    return readRules(text, this.#path);
  }

  #write(records: readonly RuleRecord[]): void {
    const content = { format, version, rules: inOrder(records).map(writeRecord) };
    const draft = `${this.#path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
    try {
      const file = openSync(draft, 'wx', 0o600);
      try {
        writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
        // Before the rename: otherwise a power cut could leave the new name with nothing behind it.
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, this.#path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw notWritable(this.#path, error);
    }
  }

  #locked<Result>(action: () => Result): Result {
    const path = `${this.#path}.lock`;
    for (let waitedMillis = 0; !isTaken(path); waitedMillis += pauseMillis) {
      if (isStale(path)) {
        rmSync(path, { force: true });
      } else if (waitedMillis >= lockWaitMillis) {
        throw new StateError(
          'STATE_BUSY',
          `Another daemon is changing the rules, and has been for ${lockWaitMillis} ms. Try again; if no other daemon runs, delete ${path}.`,
        );
      }
      pause();
    }
    try {
      return action();
    } finally {
      rmSync(path, { force: true });
    }
  }
}

const pauseMillis = 5;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMillis);
}

function isTaken(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return false;
    }
    throw notWritable(path, error);
  }
}

function isStale(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > staleLockMillis;
  } catch {
    return false;
  }
}

/** What differs between two versions of a file; the same text for one that is not there, or cannot be looked at. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    return codeOf(error) ?? messageOf(error);
  }
}

function readRules(text: string, path: string): readonly RuleRecord[] {
  let content: JsonValue;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, `it is not JSON (${messageOf(error)})`, error);
  }
  if (!isJsonObject(content) || content['format'] !== format) {
    throw unreadable(path, `it is not a file of sampling rules ("format" is not "${format}")`);
  }
  if (typeof content['version'] === 'number' && content['version'] > version) {
    throw new StateError(
      'STATE_TOO_NEW',
      `${path} was written by a later version of radiograph-daemon: its format has version ${content['version']}, this one knows ${version}. ${remedy}`,
    );
  }
  return readRecords(content, path);
}

function readRecords(content: JsonObject, path: string): readonly RuleRecord[] {
  const members = new Members(content);
  const { problems } = members;
  members.integer('version', { min: version, max: version });
  const list = members.list('rules', { min: 0, max: 10_000 });
  const records = list.map((value, index) => readRecord(value, problems, `rules[${index}]`));
  const names = new Set(records.map(({ rule }) => rule.name));
  if (names.size < records.length) {
    problems.push('Two rules have the same name.');
  }
  if (problems.length > 0) {
    throw unreadable(path, problems.slice(0, 3).join(' '));
  }
  return names.has(defaultRuleName) ? records : [...records, initialDefault];
}

const remedy =
  'It is left as it is. Repair it or move it away, or start the daemon with another folder (--state) or none (--no-state).';

function unreadable(path: string, reason: string, cause?: unknown): StateError {
  return new StateError('STATE_UNREADABLE', `${path} cannot be read: ${reason.replace(/\.$/, '')}. ${remedy}`, {
    cause,
  });
}

function notWritable(path: string, cause: unknown): StateError {
  return new StateError(
    'STATE_NOT_WRITABLE',
    `The rules cannot be kept in ${path}: ${messageOf(cause)}. Nothing was changed. Give the daemon another folder (--state), or none (--no-state).`,
    { cause },
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
