import { VERSION } from '../foundation/version.js';
import type { AnnotationValue } from './annotations.js';
import type { Cause, ExceptionRecord } from './cause.js';
import { fit, printObject } from './fit.js';
import type { HttpRecord } from './http-record.js';
import { LINKS_PER_SEGMENT, type Link } from './link.js';
import { setOwn } from './metadata.js';
import { Segment } from './segment.js';
import type { SqlRecord } from './sql-record.js';
import type { Subsegment } from './subsegment.js';
import { cut } from './text.js';

/**
 * Bytes of one document at most. X-Ray says 64 KB without saying of which kind; this is the smaller kind, and with its
 * header line it fits into an IPv4 datagram (65,507 bytes).
 */
export const DOCUMENT_BYTES = 64_000;

/** A segment document, or that of a subsegment sent on its own, as X-Ray reads it. Times are epoch seconds. */
export interface SegmentDocument {
  id: string;
  name: string;
  trace_id?: string;
  parent_id?: string;
  type?: 'subsegment';
  start_time: number;
  end_time?: number;
  in_progress?: true;
  namespace?: 'aws' | 'remote';
  user?: string;
  error?: true;
  throttle?: true;
  fault?: true;
  cause?: string | { working_directory?: string; exceptions: ExceptionDocument[] };
  annotations?: Record<string, string | number | boolean>;
  metadata?: Record<string, Record<string, unknown>>;
  http?: { request?: Record<string, unknown>; response?: Record<string, unknown> };
  sql?: Record<string, string>;
  aws?: Record<string, unknown>;
  traced?: true;
  links?: { trace_id: string; id: string; attributes?: Record<string, unknown> }[];
  subsegments?: SegmentDocument[];
}

/** An exception within {@link SegmentDocument}. */
export interface ExceptionDocument {
  id: string;
  type: string;
  message: string;
  stack?: { path: string; line: number; label: string }[];
  truncated?: number;
  skipped?: number;
  cause?: string;
}

/** Members that only a subsegment sent on its own has; about their size in bytes. */
const STANDALONE_BYTES = 120;

/**
 * The documents, as JSON text, in which the entity and its children leave: one, where they fit into one. Otherwise children
 * leave as independent subsegments, and where one entity alone is too large it is cut and says so: its largest metadata first,
 * then stack traces, then the texts of annotations. Linear in the number of entities; deep trees do not recurse.
 */
export function documentsOf(root: Segment | Subsegment): string[] {
  const documents: string[] = [];
  const inline = new Map<Segment | Subsegment, Part>();
  const order: (Segment | Subsegment)[] = [root];
  for (const entity of order) for (const child of entity.children ?? []) order.push(child);
  for (let index = order.length - 1; index > 0; index -= 1) {
    const entity = order[index] as Subsegment;
    inline.set(entity, assemble(entity, false, inline, documents));
  }
  documents.push(assemble(root, true, inline, documents).text);
  return documents.toReversed();
}

interface Part {
  readonly text: string;
  readonly bytes: number;
}

/** The entity with those of its children that fit in; the others join `documents`. */
function assemble(
  entity: Segment | Subsegment,
  isStandalone: boolean,
  inline: Map<Segment | Subsegment, Part>,
  documents: string[],
): Part {
  const members = membersOf(entity, isStandalone);
  if (entity.children === undefined || entity.children.length === 0) return withBytes(`{${members}}`);
  let bytes = Buffer.byteLength(members) + ',"subsegments":[]{}'.length;
  let subsegments = '';
  for (const child of entity.children) {
    const part = inline.get(child) as Part;
    inline.delete(child);
    if (bytes + part.bytes + 1 + STANDALONE_BYTES > DOCUMENT_BYTES) {
      documents.push(`{${standalone(child)},${part.text.slice(1)}`);
    } else {
      subsegments += subsegments === '' ? part.text : `,${part.text}`;
      bytes += part.bytes + 1;
    }
  }
  return { text: `{${members}${subsegments === '' ? '' : `,"subsegments":[${subsegments}]`}}`, bytes };
}

function withBytes(text: string): Part {
  return { text, bytes: Buffer.byteLength(text) };
}

function standalone(subsegment: Subsegment): string {
  return `"type":"subsegment","trace_id":"${subsegment.traceId}","parent_id":"${subsegment.parent.id}"`;
}

/** Bytes of `aws`, and of `links`, at most. */
const SHARE_BYTES = 8_000;
/** Bytes in which one exception fits without its stack. */
const EXCEPTION_BYTES = 6_000;
/** Bytes in which it can be said that metadata was left out. */
const REMARK_BYTES = 200;

/** The entity's own members without the braces; with what is added to a subsegment sent on its own they fit into a document. */
function membersOf(entity: Segment | Subsegment, isStandalone: boolean): string {
  const { anchor } = entity.segment;
  let text = `"id":"${entity.id}","name":${JSON.stringify(entity.name)},"start_time":${seconds(anchor, entity.startedAt)}`;
  text += entity.endedAt === undefined ? ',"in_progress":true' : `,"end_time":${seconds(anchor, entity.endedAt)}`;
  text += entity instanceof Segment ? segmentMembers(entity) : subsegmentMembers(entity, isStandalone);
  if (entity.isError) text += ',"error":true';
  if (entity.isThrottle) text += ',"throttle":true';
  if (entity.isFault) text += ',"fault":true';
  if (entity.httpRecord !== undefined) text += member('http', httpDocument(entity.httpRecord));
  let rest = '';
  if (entity.annotations !== undefined) rest += member('annotations', entity.annotations);
  if (entity.cause !== undefined) rest += printCause(entity.cause);
  if (entity.metadataTexts !== undefined) rest += printMetadata(entity.metadataTexts);
  return fitsInto(OWN_BYTES, text + rest) ? text + rest : squeeze(entity, text);
}

/** What an entity's own members may take. */
const OWN_BYTES = DOCUMENT_BYTES - STANDALONE_BYTES;

function fitsInto(bytes: number, text: string): boolean {
  // A unit of UTF-16 takes three bytes at most; most documents are small, and counting them costs more than printing.
  return text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes;
}

/** `text` and as much of the rest as fits: each takes what those before it have left, and leaves what those after it need. */
function squeeze(entity: Segment | Subsegment, text: string): string {
  const remark = entity.metadataTexts === undefined ? 0 : REMARK_BYTES;
  const exception = entity.cause === undefined ? 0 : EXCEPTION_BYTES;
  let squeezed = text;
  const room = (): number => OWN_BYTES - Buffer.byteLength(squeezed);
  if (entity.annotations !== undefined) {
    squeezed += annotationsMember(entity, entity.annotations, room() - exception - remark);
  }
  if (entity.cause !== undefined) squeezed += causeMember(entity.cause, room() - remark);
  if (entity.metadataTexts !== undefined) squeezed += metadataMember(entity.metadataTexts, room());
  return squeezed;
}

function segmentMembers(segment: Segment): string {
  let text = `,"trace_id":"${segment.trace}"`;
  if (segment.parentId !== undefined) text += `,"parent_id":"${segment.parentId}"`;
  if (segment.userId !== undefined) text += member('user', segment.userId);
  text += `,"aws":${segment.awsTexts === undefined ? SDK_BLOCK : awsText({ ...segment.awsTexts, xray: SDK })}`;
  if (segment.links !== undefined) text += linksMember(segment.links.slice(0, LINKS_PER_SEGMENT));
  return text;
}

const SDK = JSON.stringify({ sdk: 'radiograph', sdk_version: VERSION });
const SDK_BLOCK = `{"xray":${SDK}}`;

function subsegmentMembers(subsegment: Subsegment, isStandalone: boolean): string {
  let text = isStandalone ? `,${standalone(subsegment)}` : '';
  if (subsegment.namespace !== undefined) text += `,"namespace":"${subsegment.namespace}"`;
  if (subsegment.httpRecord?.request?.traced === true) text += ',"traced":true';
  if (subsegment.sqlRecord !== undefined) text += member('sql', sqlDocument(subsegment.sqlRecord));
  if (subsegment.awsTexts !== undefined) text += `,"aws":${awsText(subsegment.awsTexts)}`;
  return text;
}

function member(name: string, value: unknown): string {
  return `,"${name}":${JSON.stringify(value)}`;
}

/** Whole microseconds: as fine as X-Ray stores, and short. */
function seconds(anchorMillis: number, elapsedMillis: number): number {
  return Math.round((anchorMillis + elapsedMillis) * 1000) / 1e6;
}

/** Characters that texts of annotations are cut at in turn, until all of them fit. */
const ANNOTATION_LIMITS = [500, 250, 100, 40, 10, 1];

function annotationsMember(
  entity: Segment | Subsegment,
  annotations: Readonly<Record<string, AnnotationValue>>,
  room: number,
): string {
  const whole = member('annotations', annotations);
  if (Buffer.byteLength(whole) <= room) return whole;
  let text = whole;
  let limit = 0;
  for (limit of ANNOTATION_LIMITS) {
    const entries = Object.entries(annotations).map(([key, value]) => [
      key,
      typeof value === 'string' ? cut(value, limit) : value,
    ]);
    text = member('annotations', Object.fromEntries(entries));
    if (Buffer.byteLength(text) <= room) break;
  }
  entity.segment.keeper.refuse(
    `annotations of ${entity.name}`,
    `The annotations of "${entity.name}" have ${Buffer.byteLength(whole)} bytes, more than fits into its document; their texts ` +
      `are cut at ${limit} characters. Keep long texts as metadata.`,
  );
  return text;
}

/** Frames that stack traces are cut at in turn, until all exceptions fit. */
const STACK_LIMITS = [Number.POSITIVE_INFINITY, 16, 8, 4, 1, 0];

function printCause(cause: Cause, frames = Number.POSITIVE_INFINITY): string {
  if (typeof cause === 'string') return member('cause', cause);
  const directory = workingDirectory();
  return member('cause', {
    ...(directory && { working_directory: cut(directory) }),
    exceptions: cause.map((exception) => exceptionDocument(exception, frames)),
  });
}

/** The cause; where it is too large, with shorter stack traces and in the end with fewer exceptions. */
function causeMember(cause: Cause, room: number): string {
  if (typeof cause === 'string') return printCause(cause);
  for (const frames of STACK_LIMITS) {
    const text = printCause(cause, frames);
    if (Buffer.byteLength(text) <= room) return text;
  }
  let kept = cause;
  let text: string;
  do {
    kept = firstHalf(kept);
    text = printCause(kept, 0);
  } while (kept.length > 1 && Buffer.byteLength(text) > room);
  return text;
}

/** The first half of the exceptions; what they name as their cause beyond it is counted as skipped. */
function firstHalf(exceptions: readonly ExceptionRecord[]): readonly ExceptionRecord[] {
  const kept = exceptions.slice(0, Math.ceil(exceptions.length / 2));
  const dropped = new Set(exceptions.slice(kept.length).map(({ id }) => id));
  return kept.map((exception) => {
    if (exception.cause === undefined || !dropped.has(exception.cause)) return exception;
    const { cause: _, ...rest } = exception;
    return { ...rest, skipped: (exception.skipped ?? 0) + 1 };
  });
}

function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function exceptionDocument(exception: ExceptionRecord, frames: number): ExceptionDocument {
  const stack = exception.stack.slice(0, frames);
  const truncated = exception.truncated + exception.stack.length - stack.length;
  return {
    id: exception.id,
    type: exception.type,
    message: exception.message,
    ...(stack.length > 0 && { stack }),
    ...(truncated > 0 && { truncated }),
    ...(exception.skipped !== undefined && { skipped: exception.skipped }),
    ...(exception.cause !== undefined && { cause: exception.cause }),
  };
}

function httpDocument({ request, response }: HttpRecord): NonNullable<SegmentDocument['http']> {
  const { method, url, userAgent, clientIp, xForwardedFor } = request ?? {};
  const { status, contentLength } = response ?? {};
  return {
    ...(request && {
      request: {
        ...textsOf({ method, url, user_agent: userAgent, client_ip: clientIp }),
        ...(typeof xForwardedFor === 'boolean' && { x_forwarded_for: xForwardedFor }),
      },
    }),
    ...(response && {
      response: {
        ...(Number.isInteger(status) && { status }),
        ...(Number.isInteger(contentLength) && { content_length: contentLength }),
      },
    }),
  };
}

function sqlDocument(sql: SqlRecord): NonNullable<SegmentDocument['sql']> {
  return textsOf({
    connection_string: sql.connectionString,
    url: sql.url,
    sanitized_query: sql.sanitizedQuery,
    database_type: sql.databaseType,
    database_version: sql.databaseVersion,
    driver_version: sql.driverVersion,
    user: sql.user,
    preparation: sql.preparation,
  });
}

/** The members that are texts, cut to X-Ray's limit. */
function textsOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) if (typeof value === 'string') kept[key] = cut(value);
  return kept;
}

function awsText(byMember: Readonly<Record<string, string>>): string {
  const bySnakeCase = new Map(Object.entries(byMember).map(([key, text]) => [snakeCase(key), text]));
  const members = [...bySnakeCase].map(([key, text]) => ({ key, text }));
  return printObject(fit(members, SHARE_BYTES).kept);
}

/** `tableName` becomes `table_name`, `topicARN` `topic_arn`; what is in snake case stays. */
function snakeCase(key: string): string {
  return key
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** The links; without their attributes where these are too large. */
function linksMember(links: readonly Link[]): string {
  const bare = links.map(({ traceId, id }) => ({ trace_id: traceId, id }));
  const whole = links.map(({ attributes }, index) =>
    attributes === undefined ? bare[index] : { ...bare[index], attributes },
  );
  const text = member('links', whole);
  return Buffer.byteLength(text) <= SHARE_BYTES ? text : member('links', bare);
}

/** The metadata, cut to `room` bytes; what was cut is named in its place, what was left out is counted. */
function metadataMember(metadata: MetadataTexts, room: number): string {
  const whole = printMetadata(metadata);
  if (Buffer.byteLength(whole) <= room) return whole;
  const namespaces = Object.keys(metadata);
  const entries = namespaces.flatMap((namespace) =>
    Object.entries(metadata[namespace] ?? {}).map(([key, text]) => ({ namespace, key, text })),
  );
  const frame = printMetadata(Object.fromEntries(namespaces.map((namespace) => [namespace, {}])));
  const { kept, leftOut } = fit(entries, room - Buffer.byteLength(frame));
  if (leftOut > 0) {
    const remark = `${leftOut} of ${entries.length} values, more than fit into the document`;
    kept.push({ namespace: 'radiograph', key: 'cut', text: JSON.stringify(remark) });
  }
  const texts: Record<string, Record<string, string>> = {};
  for (const { namespace, key, text } of kept) {
    if (!Object.hasOwn(texts, namespace)) setOwn(texts, namespace, {});
    setOwn(texts[namespace] as Record<string, string>, key, text);
  }
  return printMetadata(texts);
}

/** JSON text by namespace and key. */
type MetadataTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

function printMetadata(metadata: MetadataTexts): string {
  const namespaces = Object.keys(metadata).map(
    (namespace) => `${JSON.stringify(namespace)}:${printTexts(metadata[namespace] ?? {})}`,
  );
  return `,"metadata":{${namespaces.join(',')}}`;
}

function printTexts(byKey: Readonly<Record<string, string>>): string {
  return `{${Object.keys(byKey)
    .map((key) => `${JSON.stringify(key)}:${byKey[key]}`)
    .join(',')}}`;
}
