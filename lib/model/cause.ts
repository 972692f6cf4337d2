import { printThrown } from '../foundation/errors.js';
import type { DataPolicy } from './data-policy.js';
import { Members, readMember } from './read.js';
import { cut, letGo, TEXT_LIMIT } from './text.js';

/** One line of a stack trace. */
export interface StackFrame {
  readonly path: string;
  readonly line: number;
  /** The function's name. */
  readonly label: string;
}

/** One exception as X-Ray shows it. */
export interface ExceptionRecord {
  readonly id: string;
  readonly type: string;
  readonly message: string;
  readonly stack: readonly StackFrame[];
  /** Frames left out. */
  readonly truncated: number;
  /** Id of the exception that caused this one. */
  cause?: string;
  /** Exceptions left out between this one and its cause. */
  skipped?: number;
}

/** Exceptions recorded here, or the id of one that was recorded further down. */
export type Cause = string | readonly ExceptionRecord[];

const STACK_LIMIT = 32;
const CHAIN_LIMIT = 10;
/** Causes that are looked at beyond the ones recorded: a getter may make a new one each time. */
const COUNT_LIMIT = 1000;
/** Thrown values that are no objects and are recognised when they come by again. */
const PRIMITIVES_SEEN = 100;
/** Exceptions that one segment or subsegment keeps, of all the throws recorded on it. */
export const EXCEPTIONS_PER_ENTITY = 50;

/**
 * Turns thrown values into exceptions, each value once: seen again, in the same trace, it is referenced by its id.
 * `Error.cause` chains and the members of an `AggregateError` are followed, up to ten exceptions for one throw.
 */
export class CauseRecorder {
  readonly #seen = new SeenValues();
  readonly #nextId: () => string;
  readonly #policy: DataPolicy;

  constructor(nextId: () => string, policy: DataPolicy) {
    this.#nextId = nextId;
    this.#policy = policy;
  }

  /** The cause to put on the segment or subsegment through which `thrown` went. Throws where ids do. */
  record(thrown: unknown, members: Members = new Members(thrown)): Cause {
    const known = this.#seen.get(thrown);
    if (known !== undefined) return known;
    const exceptions: ExceptionRecord[] = [];
    const described: unknown[] = [];
    try {
      this.#follow(members, exceptions, described);
    } catch (failure) {
      // None of them gets into a document: nothing may refer to one.
      for (const each of described) this.#seen.delete(each);
      throw failure;
    }
    return exceptions;
  }

  #follow(first: Members, exceptions: ExceptionRecord[], described: unknown[]): void {
    const pending: { thrown: unknown; of?: ExceptionRecord | undefined }[] = [{ thrown: first.holder }];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const known = this.#seen.get(next.thrown);
      if (known !== undefined) {
        if (next.of !== undefined && !leadsTo(next.of.id, known, exceptions)) next.of.cause ??= known;
        continue;
      }
      if (exceptions.length >= CHAIN_LIMIT) {
        if (next.of !== undefined) next.of.skipped = (next.of.skipped ?? 0) + 1 + countCauses(next.thrown);
        continue;
      }
      const members = next.thrown === first.holder ? first : new Members(next.thrown);
      const exception = describe(members, this.#nextId(), this.#policy);
      this.#seen.set(next.thrown, exception.id);
      described.push(next.thrown);
      exceptions.push(exception);
      if (next.of !== undefined) next.of.cause ??= exception.id;
      for (const cause of causesOf(members)) pending.push({ thrown: cause, of: exception });
    }
  }
}

/** The ids of thrown values. It keeps no object alive, and of other values the latest hundred. */
class SeenValues {
  readonly #objects = new WeakMap<object, string>();
  readonly #primitives = new Map<unknown, string>();

  get(thrown: unknown): string | undefined {
    return isObject(thrown) ? this.#objects.get(thrown) : this.#primitives.get(thrown);
  }

  delete(thrown: unknown): void {
    if (isObject(thrown)) this.#objects.delete(thrown);
    else this.#primitives.delete(thrown);
  }

  set(thrown: unknown, id: string): void {
    if (isObject(thrown)) {
      this.#objects.set(thrown, id);
      return;
    }
    this.#primitives.set(thrown, id);
    if (this.#primitives.size <= PRIMITIVES_SEEN) return;
    const [oldest] = this.#primitives.keys();
    this.#primitives.delete(oldest);
  }
}

function isObject(thrown: unknown): thrown is object {
  return (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
}

/** Whether the chain of causes that begins at `from` comes to `id`; errors may cause each other, documents must not. */
function leadsTo(id: string, from: string, exceptions: readonly ExceptionRecord[]): boolean {
  const visited = new Set<string>();
  let at: string | undefined = from;
  while (at !== undefined && !visited.has(at)) {
    if (at === id) return true;
    visited.add(at);
    const here: string = at;
    at = exceptions.find((exception) => exception.id === here)?.cause;
  }
  return false;
}

function describe(members: Members, id: string, policy: DataPolicy): ExceptionRecord {
  const message = members.read('message');
  const { frames, truncated } = parseStack(framesOf(members.read('stack'), message), policy);
  const text = typeof message === 'string' ? policy.text(message) : textOf(members.holder, policy);
  return { id, type: policy.text(typeOf(members)), message: text, stack: frames, truncated };
}

/** The stack without the message before it, whose lines may look like frames. */
function framesOf(stack: unknown, message: unknown): unknown {
  if (typeof stack !== 'string' || typeof message !== 'string' || message === '') return stack;
  const start = stack.indexOf(message);
  return start >= 0 && start <= TEXT_LIMIT ? letGo(stack.slice(start + message.length), stack) : stack;
}

/** What is thrown without a message, as text. */
function textOf(thrown: unknown, policy: DataPolicy): string {
  if (typeof thrown === 'object' && thrown !== null) return cut(policy.snapshot('error', thrown));
  return policy.text(printThrown(thrown));
}

/** What led to `thrown`: its `cause`, then the errors that it aggregates; as many as are ever counted. */
function causesOf(members: Members): unknown[] {
  const cause = members.read('cause');
  const aggregated = aggregatedBy(members.read('errors'));
  return cause === undefined || cause === null ? aggregated : [cause, ...aggregated];
}

function aggregatedBy(errors: unknown): unknown[] {
  try {
    return Array.isArray(errors) ? errors.slice(0, COUNT_LIMIT).filter((each) => each instanceof Error) : [];
  } catch {
    return [];
  }
}

function countCauses(thrown: unknown): number {
  return chainOf(thrown).size - 1;
}

/** What was thrown and all that led to it, as far as that is ever counted. */
export function chainOf(thrown: unknown): ReadonlySet<unknown> {
  const chain = new Set([thrown]);
  for (const each of chain) {
    for (const cause of causesOf(new Members(each))) if (chain.size <= COUNT_LIMIT) chain.add(cause);
  }
  return chain;
}

/** The error's name; the class's where the class did not set one; the type of what is no error. */
export function typeOf(members: Members): string {
  const { holder: thrown } = members;
  if (typeof thrown !== 'object' || thrown === null) return thrown === null ? 'null' : typeof thrown;
  const name = members.read('name');
  const constructed = readMember(members.read('constructor'), 'name');
  const best = typeof name === 'string' && name !== '' && name !== 'Error' ? name : constructed;
  return cut(typeof best === 'string' && best !== '' ? best : 'Error');
}

const POSITION = /:(\d+)(?::\d+)?$/;

/** Frames of a V8 stack trace; lines of another form are passed over. Modules may come from URLs, with secrets in them. */
export function parseStack(stack: unknown, policy?: DataPolicy): { frames: StackFrame[]; truncated: number } {
  if (typeof stack !== 'string') return { frames: [], truncated: 0 };
  const frames: StackFrame[] = [];
  let truncated = 0;
  for (const text of stack.split('\n')) {
    const frame = parseFrame(text, policy);
    if (frame === undefined || isOwn(frame)) continue;
    if (frames.length < STACK_LIMIT) {
      frames.push({ ...frame, path: letGo(frame.path, stack), label: letGo(frame.label, stack) });
    } else truncated += 1;
  }
  return { frames, truncated };
}

/** Frames of our own tell the user nothing: each traced call adds one. */
function isOwn({ path }: StackFrame): boolean {
  own ??= ownPlace();
  return path === own?.file || (own?.folder !== undefined && path.startsWith(own.folder));
}

/**
 * `at label (path:line:column)` or `at path:line:column`. By hand rather than by one expression: messages stand in stack traces
 * too, and on a crafted one an expression that tries every split would take minutes.
 */
function parseFrame(text: string, policy?: DataPolicy): StackFrame | undefined {
  if (text.length > FRAME_LIMIT) return undefined;
  const line = text.trim();
  if (line === text || !line.startsWith('at ')) return undefined;
  const frame = line.slice(line.startsWith('at async ') ? 'at async '.length : 'at '.length);
  const parenthesis = frame.endsWith(')') ? frame.indexOf(' (') : -1;
  const location = parenthesis < 0 ? frame : frame.slice(parenthesis + ' ('.length, -1);
  const position = POSITION.exec(location);
  if (position === null) return undefined;
  const path = location.slice(location.startsWith('file://') ? 'file://'.length : 0, position.index);
  const label = parenthesis < 0 ? 'anonymous' : frame.slice(0, parenthesis);
  return { path: cutStart(policy?.name(path) ?? path), line: Number(position[1]), label: cut(label) };
}

/** Longer than a path can be. */
const FRAME_LIMIT = 10_000;

/**
 * Where the recorder stands; nothing in a user's bundle, where its frames cannot be told from the user's. Found out for the first stack:
 * at import it took 1 ms of a cold start.
 */
let own: ReturnType<typeof ownPlace> | undefined;

/** The one file that we are bundled into (see scripts/bundle.mjs), or, where stacks show the sources, the recorder's folder. */
function ownPlace(): { readonly file?: string; readonly folder?: string } | undefined {
  const [, here] = stackOfHere().split('\n');
  // No stacks are taken at the moment; they may be again.
  if (here === undefined) return undefined;
  const path = parseFrame(here)?.path ?? '';
  if (/[\\/]radiograph-core\.js$/.test(path)) return { file: path };
  const end = path.search(/model[\\/]cause\.[cm]?[jt]s$/);
  return end > 0 ? { folder: `${path.slice(0, end)}recorder` } : {};
}

/** Empty where the program's own `Error.prepareStackTrace` throws. */
function stackOfHere(): string {
  try {
    return String(new Error('here').stack);
  } catch {
    return '';
  }
}

/** A path says most at its end. */
function cutStart(path: string): string {
  return path.length <= TEXT_LIMIT ? path : `…${path.slice(1 - TEXT_LIMIT)}`;
}
