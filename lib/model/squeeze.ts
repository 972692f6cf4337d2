import type { ExceptionDocument, SegmentDocument } from './document.js';
import { fit, printObject, type Member } from './fit.js';
import { cut } from './text.js';

/** A document within its limit, and what became of it. */
export interface Squeezed {
  /** JSON text. It is larger than the limit only where nothing is left that could be cut. */
  readonly text: string;
  /** Characters that the texts of its annotations were cut at. */
  readonly annotationLimit?: number | undefined;
}

/** Bytes in which it can be said what was cut. */
const REMARK_BYTES = 200;
/** Frames that stack traces are cut at in turn, until the document fits. */
const STACK_LIMITS = [16, 8, 4, 1, 0];
/** Characters that texts of annotations are cut at in turn; after the first few it is the turn of exceptions. */
const ANNOTATION_LIMITS = [500, 250];
const LAST_ANNOTATION_LIMITS = [100, 40, 10, 1];
/** Characters that type and message of an exception are cut at, where nothing else is left to cut. */
const LAST_EXCEPTION_LIMIT = 40;
/** Members that are never left out. */
const ESSENTIAL = new Set(
  'id name type trace_id parent_id start_time end_time in_progress namespace error throttle fault traced'.split(' '),
);

interface Draft {
  readonly document: SegmentDocument;
  readonly annotationLimit?: number;
  readonly leftOut?: readonly string[];
}

/**
 * One entity, without what is below it, in `bytes` at most. Its metadata is cut, the largest first; where that is not enough,
 * stack traces and texts of annotations; where even that is not enough, exceptions and members are left out. What is cut is
 * named in its place or counted, with its size.
 */
export function squeeze({ metadata, ...rest }: SegmentDocument, bytes: number): Squeezed {
  const least = metadata === undefined ? 0 : REMARK_BYTES;
  let best: Draft = { document: rest };
  let text = '';
  for (const draft of shorten(rest)) {
    best = draft;
    text = JSON.stringify(draft.document);
    const needed = draft.leftOut === undefined ? least : REMARK_BYTES;
    if (Buffer.byteLength(text) + needed <= bytes) break;
  }
  const { annotationLimit, leftOut = [] } = best;
  if (metadata !== undefined || leftOut.length > 0) {
    const room = bytes - Buffer.byteLength(text) - ',"metadata":'.length;
    const printed = printMetadata(metadata ?? {}, leftOut, room);
    if (Buffer.byteLength(printed) <= room) text = `${text.slice(0, -1)},"metadata":${printed}}`;
  }
  return { text, annotationLimit };
}

/** The document as it is, then shorter and shorter. */
function* shorten(document: SegmentDocument): Generator<Draft> {
  yield { document };
  let shorter = document;
  if (exceptionsOf(document).length > 0) {
    for (const frames of STACK_LIMITS) {
      shorter = withExceptions(
        shorter,
        exceptionsOf(shorter).map((each) => withFrames(each, frames)),
      );
      yield { document: shorter };
    }
  }
  let annotationLimit: number | undefined;
  const draft = (): Draft => ({ document: shorter, ...(annotationLimit !== undefined && { annotationLimit }) });
  const cutAnnotations = function* (limits: readonly number[]): Generator<Draft> {
    if (shorter.annotations === undefined) return;
    for (annotationLimit of limits) {
      shorter = withAnnotations(shorter, annotationLimit);
      yield draft();
    }
  };
  yield* cutAnnotations(ANNOTATION_LIMITS);
  while (exceptionsOf(shorter).length > 1) {
    shorter = withExceptions(shorter, firstHalf(exceptionsOf(shorter)));
    yield draft();
  }
  yield* cutAnnotations(LAST_ANNOTATION_LIMITS);
  shorter = withExceptions(
    shorter,
    exceptionsOf(shorter).map((each) => ({
      ...each,
      // What others wrote may lack them.
      ...(each.type && { type: cut(each.type, LAST_EXCEPTION_LIMIT) }),
      ...(each.message && { message: cut(each.message, LAST_EXCEPTION_LIMIT) }),
    })),
  );
  yield draft();
  const leftOut: string[] = [];
  for (const name of optionalMembers(shorter)) {
    leftOut.push(name);
    shorter = Object.fromEntries(
      Object.entries(shorter).filter(([each]) => each !== name),
    ) as unknown as SegmentDocument;
    yield { ...draft(), leftOut: [...leftOut] };
  }
}

/** What can be left out, the largest first. */
function optionalMembers(document: SegmentDocument): string[] {
  return Object.entries(document)
    .filter(([name, value]) => !ESSENTIAL.has(name) && !(name === 'cause' && typeof value === 'string'))
    .map(([name, value]) => ({ name, length: JSON.stringify(value)?.length ?? 0 }))
    .toSorted((one, other) => other.length - one.length)
    .map(({ name }) => name);
}

function exceptionsOf({ cause }: SegmentDocument): readonly ExceptionDocument[] {
  return typeof cause === 'object' ? (cause?.exceptions ?? []) : [];
}

function withExceptions(document: SegmentDocument, exceptions: readonly ExceptionDocument[]): SegmentDocument {
  if (typeof document.cause !== 'object') return document;
  return { ...document, cause: { ...document.cause, exceptions: [...exceptions] } };
}

function withFrames({ stack = [], truncated = 0, ...rest }: ExceptionDocument, frames: number): ExceptionDocument {
  const kept = stack.slice(0, frames);
  const leftOut = truncated + stack.length - kept.length;
  return { ...rest, ...(kept.length > 0 && { stack: kept }), ...(leftOut > 0 && { truncated: leftOut }) };
}

/** The first half of the exceptions; what they name as their cause beyond it is counted as skipped. */
function firstHalf(exceptions: readonly ExceptionDocument[]): ExceptionDocument[] {
  const kept = exceptions.slice(0, Math.ceil(exceptions.length / 2));
  const dropped = new Set(exceptions.slice(kept.length).map(({ id }) => id));
  return kept.map((exception) => {
    if (exception.cause === undefined || !dropped.has(exception.cause)) return exception;
    const { cause: _, ...rest } = exception;
    return { ...rest, skipped: (exception.skipped ?? 0) + 1 };
  });
}

function withAnnotations(document: SegmentDocument, limit: number): SegmentDocument {
  const entries = Object.entries(document.annotations ?? {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? cut(value, limit) : value,
  ]);
  return { ...document, annotations: Object.fromEntries(entries) as SegmentDocument['annotations'] & object };
}

/** The metadata, cut to `room` bytes; what was cut is named in its place, what was left out is counted. */
function printMetadata(
  metadata: NonNullable<SegmentDocument['metadata']>,
  leftOut: readonly string[],
  room: number,
): string {
  const whole = JSON.stringify(metadata);
  if (leftOut.length === 0 && Buffer.byteLength(whole) <= room) return whole;
  const namespaces = Object.keys(metadata);
  const entries = namespaces.flatMap((namespace) =>
    Object.entries(metadata[namespace] ?? {}).map(([key, value]) => ({ namespace, key, text: JSON.stringify(value) })),
  );
  const frame = Buffer.byteLength(JSON.stringify(Object.fromEntries(namespaces.map((each) => [each, {}]))));
  const missing = cut(leftOut.join(', '), REMARK_BYTES / 3);
  const { kept, leftOut: values } = fit(entries, room - frame - (missing === '' ? 0 : REMARK_BYTES / 2));
  const remarks = [
    ...(missing === '' ? [] : [`${missing}: more than fits into the document`]),
    ...(values === 0 ? [] : [`${values} of ${entries.length} values, more than fit into the document`]),
  ];
  if (remarks.length > 0) kept.push({ namespace: 'radiograph', key: 'cut', text: JSON.stringify(remarks.join('; ')) });
  const byNamespace = new Map<string, Member[]>();
  for (const { namespace, key, text } of kept) {
    const members = byNamespace.get(namespace);
    if (members === undefined) byNamespace.set(namespace, [{ key, text }]);
    else members.push({ key, text });
  }
  return printObject([...byNamespace].map(([key, members]) => ({ key, text: printObject(members) })));
}
