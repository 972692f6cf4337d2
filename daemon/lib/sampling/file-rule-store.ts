import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { StateError } from '../foundation/errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { Members } from '../protocol/members.js';
import { leftoverMillis, takeLock, type Lock } from './folder-lock.js';
import { readRecord, writeRecord, writeRule } from './rule-document.js';
import { defaultRuleName, initialDefault, inOrder, type RuleRecord } from './rule.js';
import type { RuleStore } from './rule-store.js';

/** The name of the file within the state folder. */
export const ruleFileName = 'sampling-rules.json';

const format = 'radiograph-daemon/sampling-rules';
const version = 1;

/** Rules take some hundred bytes each: what is larger is some other file. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Keeps rules in a file of a folder that several daemons may share: each sees what the others, or somebody with an
 * editor, have written.
 *
 * A change reads the file anew, under a lock, and puts a complete new file in the place of the old one, so that who
 * reads finds the one or the other and never a part. A file that cannot be read is never written over, and neither is
 * one of a later version. Nothing is created before the first change. Where the file is a link, what it leads to is
 * replaced, and its mode stays.
 */
export class FileRuleStore implements RuleStore {
  readonly #folder: string;
  readonly #path: string;
  #seen: string | undefined;
  /** Why the file could not be read the last time. */
  #failure: string | undefined;

  /** @param folder made, for its owner alone, with the first change */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, ruleFileName);
  }

  refresh(): readonly RuleRecord[] | undefined {
    const seen = stampOf(this.#path);
    // What failed is tried again, since not all that makes it fail is seen in a stamp.
    if (seen === this.#seen && this.#failure === undefined) {
      return undefined;
    }
    try {
      const records = this.#read();
      this.#seen = seen;
      this.#failure = undefined;
      return records;
    } catch (error) {
      const isKnown = this.#failure === messageOf(error);
      this.#failure = messageOf(error);
      if (isKnown) {
        return undefined;
      }
      throw error;
    }
  }

  async change(edit: (records: readonly RuleRecord[]) => readonly RuleRecord[]): Promise<readonly RuleRecord[]> {
    let target: string;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      target = targetOf(this.#path);
    } catch (error) {
      throw notWritable(this.#folder, error);
    }
    const lock = await takeLock(`${target}.lock`).catch((error: unknown) => {
      throw error instanceof StateError ? error : notWritable(target, error);
    });
    // Nothing waits from here on, so that the lock is held for milliseconds.
    try {
      const records = edit(this.#read());
      write(records, target, lock);
      this.#seen = stampOf(this.#path);
      this.#failure = undefined;
      sweep(target);
      return records;
    } finally {
      lock.release();
    }
  }

  #read(): readonly RuleRecord[] {
    let text: string;
    try {
      text = new TextDecoder().decode(readBytes(this.#path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return [initialDefault];
      }
      throw unreadable(this.#path, messageOf(error), error);
    }
    return readRules(text, this.#path);
  }
}

/** Of a file alone: a pipe or a device could hold the process for good, or never end. */
function readBytes(path: string): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) {
      throw new Error('it is no file');
    }
    const pieces: Buffer[] = [];
    for (let size = 0; size <= maxBytes;) {
      const piece = Buffer.alloc(64 * 1024);
      const length = readSync(file, piece);
      if (length === 0) {
        return Buffer.concat(pieces);
      }
      pieces.push(piece.subarray(0, length));
      size += length;
    }
    throw new Error(`it has more than ${maxBytes} bytes`);
  } finally {
    closeSync(file);
  }
}

function write(records: readonly RuleRecord[], path: string, lock: Lock): void {
  const content = { format, version, rules: inOrder(records).map(writeRecord) };
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o600;
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
      // The mode for new files leaves bits out that the user's own may have.
      fchmodSync(file, mode & 0o777);
      // Before the rename: otherwise a power cut could leave the new name with nothing behind it.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (!lock.isHeld()) {
      throw new Error('another daemon has taken the lock');
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw notWritable(path, error);
  }
}

/** Removes what daemons that ended in the middle of a change have left beside the file. */
function sweep(path: string): void {
  const name = basename(path);
  try {
    for (const each of readdirSync(dirname(path))) {
      const isDraft = each.startsWith(`${name}.`) && /\.\d+-[\da-f]{8}\.tmp$/.test(each);
      const beside = join(dirname(path), each);
      if (isDraft && Math.abs(Date.now() - statSync(beside).mtimeMs) > leftoverMillis) {
        rmSync(beside, { force: true });
      }
    }
  } catch {
    // The change is made; what is left over does no harm.
  }
}

/** What a link leads to in the end, there or not; a path that is no link itself. */
function targetOf(path: string): string {
  let target = path;
  // As many as Linux follows.
  for (let links = 0; links < 40; links += 1) {
    try {
      target = resolve(dirname(target), readlinkSync(target));
    } catch {
      return target;
    }
  }
  return target;
}

/** What differs between two versions of a file; the same text for one that is not there, or cannot be looked at. */
function stampOf(path: string): string {
  try {
    // The time of the change of a mode or an owner too, which may make a file readable.
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
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
  checkDefault(records, problems);
  const names = new Set(records.map(({ rule }) => rule.name));
  if (names.size < records.length) {
    problems.push('Two rules have the same name.');
  }
  if (problems.length > 0) {
    throw unreadable(path, problems.slice(0, 3).join(' '));
  }
  return names.has(defaultRuleName) ? records : [...records, initialDefault];
}

/** Its other members are what they are for the service, and it could not be changed back over the API. */
function checkDefault(records: readonly RuleRecord[], problems: string[]): void {
  for (const { rule } of records.filter(({ rule: { name } }) => name === defaultRuleName)) {
    const { fixedRate, reservoirSize } = rule;
    const fixed = writeRule({ ...initialDefault.rule, fixedRate, reservoirSize });
    for (const [member, value] of Object.entries(writeRule(rule))) {
      const allowed = JSON.stringify(fixed[member]);
      if (JSON.stringify(value) !== allowed) {
        problems.push(
          `${member} of the rule "${defaultRuleName}" was ${JSON.stringify(value)}; ${allowed === undefined ? 'it has none' : `it takes ${allowed}`}, and only FixedRate and ReservoirSize can be changed.`,
        );
      }
    }
  }
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
