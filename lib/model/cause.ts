import { cut } from './text.js';

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

/**
 * Turns thrown values into exceptions, each value once: seen again, in the same trace, it is referenced by its id.
 * `Error.cause` chains and the members of an `AggregateError` are followed, up to ten exceptions for one throw.
 */
export class CauseRecorder {
  readonly #seen = new Map<unknown, string>();
  readonly #nextId: () => string;

  constructor(nextId: () => string) {
    this.#nextId = nextId;
  }

  /** The cause to put on the segment or subsegment through which `thrown` went. Never throws. */
  record(thrown: unknown): Cause {
    const known = this.#seen.get(thrown);
    if (known !== undefined) return known;
    const exceptions: ExceptionRecord[] = [];
    this.#follow(thrown, exceptions);
    return exceptions;
  }

  #follow(thrown: unknown, exceptions: ExceptionRecord[]): void {
    const pending: { thrown: unknown; of?: ExceptionRecord | undefined }[] = [{ thrown }];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const known = this.#seen.get(next.thrown);
      if (known !== undefined) {
        if (next.of !== undefined) next.of.cause ??= known;
        continue;
      }
      if (exceptions.length >= CHAIN_LIMIT) {
        if (next.of !== undefined) next.of.skipped = (next.of.skipped ?? 0) + 1 + countCauses(next.thrown);
        continue;
      }
      const exception = describe(next.thrown, this.#nextId());
      this.#seen.set(next.thrown, exception.id);
      exceptions.push(exception);
      if (next.of !== undefined) next.of.cause ??= exception.id;
      pending.push(...causesOf(next.thrown).map((cause) => ({ thrown: cause, of: exception })));
    }
  }
}

function describe(thrown: unknown, id: string): ExceptionRecord {
  const { frames, truncated } = parseStack(read(thrown, 'stack'));
  return { id, type: typeOf(thrown), message: messageOf(thrown), stack: frames, truncated };
}

/** What led to `thrown`: its `cause`, then the errors that it aggregates. */
function causesOf(thrown: unknown): unknown[] {
  const cause = read(thrown, 'cause');
  const errors = read(thrown, 'errors');
  const aggregated = Array.isArray(errors) ? errors.filter((each) => each instanceof Error) : [];
  return cause === undefined || cause === null ? aggregated : [cause, ...aggregated];
}

function countCauses(thrown: unknown): number {
  const counted = new Set([thrown]);
  for (const each of counted) for (const cause of causesOf(each)) counted.add(cause);
  return counted.size - 1;
}

/** The error's name; the class's where the class did not set one; the type of what is no error. */
export function typeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return thrown === null ? 'null' : typeof thrown;
  const name = read(thrown, 'name');
  const constructed = read(read(thrown, 'constructor'), 'name');
  const best = typeof name === 'string' && name !== '' && name !== 'Error' ? name : constructed;
  return cut(typeof best === 'string' && best !== '' ? best : 'Error');
}

/** The whole message, uncut; of what is no error, its text. */
export function fullMessageOf(thrown: unknown): string {
  const message = read(thrown, 'message');
  if (typeof message === 'string') return message;
  try {
    if (typeof thrown === 'object' && thrown !== null) return JSON.stringify(thrown) ?? '';
    return String(thrown);
  } catch {
    return '[unreadable]';
  }
}

function messageOf(thrown: unknown): string {
  return cut(fullMessageOf(thrown));
}

function read(holder: unknown, member: string): unknown {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined;
  try {
    return (holder as Record<string, unknown>)[member];
  } catch {
    return undefined;
  }
}

const FRAME = /^\s+at (?:(?<label>.*?) \()?(?<path>.*?):(?<line>\d+)(?::\d+)?\)?$/;

/** Frames of a V8 stack trace; lines of another form are passed over. */
export function parseStack(stack: unknown): { frames: StackFrame[]; truncated: number } {
  if (typeof stack !== 'string') return { frames: [], truncated: 0 };
  const frames: StackFrame[] = [];
  let truncated = 0;
  for (const text of stack.split('\n')) {
    const { label, path, line } = FRAME.exec(text)?.groups ?? {};
    if (path === undefined) continue;
    if (frames.length < STACK_LIMIT) {
      const name = label === undefined ? 'anonymous' : label.replace(/^async /, '');
      frames.push({ path: cutStart(path.replace(/^(?:async )?file:\/\//, '')), line: Number(line), label: cut(name) });
    } else {
      truncated += 1;
    }
  }
  return { frames, truncated };
}

/** A path says most at its end. */
function cutStart(path: string): string {
  return path.length <= 250 ? path : `…${path.slice(-249)}`;
}
