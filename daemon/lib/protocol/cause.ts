import { isJsonArray, isJsonObject, numberMember, textMember, type JsonObject, type JsonValue } from './json.js';

/** One line of a stack. Each part may be missing: senders leave out what they do not know. */
export interface Frame {
  readonly label: string | undefined;
  readonly path: string | undefined;
  readonly line: number | undefined;
}

/** An exception recorded on a (sub)segment. */
export interface RecordedException {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly message: string | undefined;
  /** The id of the exception that led to this one. */
  readonly causeId: string | undefined;
  readonly frames: readonly Frame[];
}

/** What the `cause` of a (sub)segment says. */
export interface Cause {
  readonly exceptions: readonly RecordedException[];
  /** Where paths of frames start from; undefined when the sender did not say. */
  readonly workingDirectory: string | undefined;
  /**
   * What the cause points at when it was recorded elsewhere in the trace, in lower case: the id of an exception
   * (Python and Go SDK) or of the subsegment that recorded it first (Node SDK).
   */
  readonly reference: string | undefined;
}

/**
 * Reads the `cause` of a (sub)segment in any of the forms the SDKs send; undefined when there is none. A text that is
 * no id is taken for the message of an exception.
 */
export function readCause(members: JsonObject): Cause | undefined {
  const { cause } = members;
  if (typeof cause === 'string') {
    return cause === '' ? undefined : causeOfText(cause);
  }
  if (!isJsonObject(cause)) {
    return undefined;
  }
  const { exceptions } = cause;
  const recorded = isJsonArray(exceptions) ? exceptions.filter(isJsonObject).map(exceptionOf) : [];
  const reference = recorded.length === 0 ? textMember(cause, 'id')?.toLowerCase() : undefined;
  if (recorded.length === 0 && reference === undefined) {
    return undefined;
  }
  return { exceptions: recorded, workingDirectory: textMember(cause, 'working_directory'), reference };
}

function causeOfText(text: string): Cause {
  if (/^[0-9a-f]{16}$/i.test(text)) {
    return { exceptions: [], workingDirectory: undefined, reference: text.toLowerCase() };
  }
  const exception = { id: undefined, type: undefined, message: text, causeId: undefined, frames: [] };
  return { exceptions: [exception], workingDirectory: undefined, reference: undefined };
}

function exceptionOf(exception: JsonObject): RecordedException {
  const { stack } = exception;
  return {
    id: textMember(exception, 'id')?.toLowerCase(),
    type: textMember(exception, 'type'),
    message: textMember(exception, 'message'),
    causeId: textMember(exception, 'cause')?.toLowerCase(),
    frames: isJsonArray(stack) ? stack.filter(isJsonObject).map(frameOf) : [],
  };
}

function frameOf(frame: Record<string, JsonValue | undefined>): Frame {
  return {
    label: textMember(frame, 'label'),
    path: textMember(frame, 'path'),
    line: numberMember(frame, 'line'),
  };
}
