import { VERSION } from '../foundation/version.js';
import type { AwsRecord } from './aws-record.js';
import type { Cause, ExceptionRecord } from './cause.js';
import type { HttpRecord } from './http-record.js';
import { LINKS_PER_SEGMENT, type Link } from './link.js';
import { snapshot } from './metadata.js';
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
 * leave as independent subsegments, deepest first, and where one entity alone is too large its largest metadata is cut and
 * the cut marked. Linear in the number of entities; deep trees do not recurse.
 */
export function documentsOf(root: Segment | Subsegment): string[] {
  const documents: string[] = [];
  const inline = new Map<Segment | Subsegment, Part>();
  const order: (Segment | Subsegment)[] = [root];
  for (const entity of order) if (entity.children !== undefined) order.push(...entity.children);
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

/** The entity's own members without the braces. */
function membersOf(entity: Segment | Subsegment, isStandalone: boolean): string {
  const { anchor } = entity.segment;
  let text = `"id":"${entity.id}","name":${JSON.stringify(entity.name)},"start_time":${seconds(anchor, entity.startedAt)}`;
  text += entity.endedAt === undefined ? ',"in_progress":true' : `,"end_time":${seconds(anchor, entity.endedAt)}`;
  text += entity instanceof Segment ? segmentMembers(entity) : subsegmentMembers(entity, isStandalone);
  if (entity.isError) text += ',"error":true';
  if (entity.isThrottle) text += ',"throttle":true';
  if (entity.isFault) text += ',"fault":true';
  if (entity.cause !== undefined) text += member('cause', causeDocument(entity.cause));
  if (entity.httpRecord !== undefined) text += member('http', httpDocument(entity.httpRecord));
  if (entity.annotations !== undefined) text += `,"annotations":${JSON.stringify(entity.annotations)}`;
  return text + metadataMember(entity.metadataTexts, DOCUMENT_BYTES - STANDALONE_BYTES - Buffer.byteLength(text));
}

function segmentMembers(segment: Segment): string {
  let text = `,"trace_id":"${segment.trace}"`;
  if (segment.parentId !== undefined) text += `,"parent_id":"${segment.parentId}"`;
  if (segment.userId !== undefined) text += member('user', segment.userId);
  text += `,"aws":${segment.awsRecord === undefined ? SDK_BLOCK : JSON.stringify({ ...awsDocument(segment.awsRecord), ...SDK })}`;
  if (segment.links !== undefined) text += member('links', segment.links.slice(0, LINKS_PER_SEGMENT).map(linkDocument));
  return text;
}

const SDK = { xray: { sdk: 'radiograph', sdk_version: VERSION } };
const SDK_BLOCK = JSON.stringify(SDK);

function subsegmentMembers(subsegment: Subsegment, isStandalone: boolean): string {
  let text = isStandalone ? `,${standalone(subsegment)}` : '';
  if (subsegment.namespace !== undefined) text += `,"namespace":"${subsegment.namespace}"`;
  if (subsegment.httpRecord?.request?.traced === true) text += ',"traced":true';
  if (subsegment.sqlRecord !== undefined) text += member('sql', sqlDocument(subsegment.sqlRecord));
  if (subsegment.awsRecord !== undefined) text += member('aws', awsDocument(subsegment.awsRecord));
  return text;
}

function member(name: string, value: unknown): string {
  return `,"${name}":${JSON.stringify(value)}`;
}

/** Whole microseconds: as fine as X-Ray stores, and short. */
function seconds(anchorMillis: number, elapsedMillis: number): number {
  return Math.round((anchorMillis + elapsedMillis) * 1000) / 1e6;
}

function causeDocument(cause: Cause): NonNullable<SegmentDocument['cause']> {
  if (typeof cause === 'string') return cause;
  const directory = workingDirectory();
  return { ...(directory && { working_directory: cut(directory) }), exceptions: cause.map(exceptionDocument) };
}

function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function exceptionDocument(exception: ExceptionRecord): ExceptionDocument {
  return {
    id: exception.id,
    type: exception.type,
    message: exception.message,
    ...(exception.stack.length > 0 && { stack: exception.stack.map((frame) => ({ ...frame })) }),
    ...(exception.truncated > 0 && { truncated: exception.truncated }),
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
        ...texts({ method, url, user_agent: userAgent, client_ip: clientIp }),
        ...(xForwardedFor !== undefined && { x_forwarded_for: xForwardedFor }),
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
  return texts({
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
function texts(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) if (typeof value === 'string') kept[key] = cut(value);
  return kept;
}

function awsDocument(aws: AwsRecord): Record<string, unknown> {
  const entries = Object.entries(aws).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      snakeCase(key),
      typeof value === 'string' ? cut(value) : JSON.parse(snapshot(value)),
    ]),
  );
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function linkDocument({ traceId, id, attributes }: Link): NonNullable<SegmentDocument['links']>[number] {
  return { trace_id: traceId, id, ...(attributes && { attributes }) };
}

/** The metadata member, cut to `room` bytes: the largest values first are replaced by a note of their size. */
function metadataMember(metadata: Record<string, Record<string, string>> | undefined, room: number): string {
  if (metadata === undefined) return '';
  const whole = metadataText(metadata);
  const excess = Buffer.byteLength(whole) - room;
  if (excess <= 0) return whole;
  const values = Object.entries(metadata).flatMap(([namespace, byKey]) =>
    Object.entries(byKey).map(([key, text]) => ({ namespace, key, bytes: Buffer.byteLength(text) })),
  );
  const cuts = new Map<string, Map<string, string>>();
  let over = excess;
  for (const { namespace, key, bytes } of values.toSorted((one, other) => other.bytes - one.bytes)) {
    if (over <= 0) break;
    const note = JSON.stringify(`[cut: ${bytes} bytes, more than fits into the document]`);
    cuts.set(namespace, (cuts.get(namespace) ?? new Map<string, string>()).set(key, note));
    over -= bytes - note.length;
  }
  const text = metadataText(metadata, cuts);
  if (Buffer.byteLength(text) <= room) return text;
  return `,"metadata":{"radiograph":{"cut":${JSON.stringify(`all metadata: ${values.length} values`)}}}`;
}

function metadataText(
  metadata: Record<string, Record<string, string>>,
  cuts?: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string {
  const namespaces = Object.entries(metadata).map(([namespace, byKey]) => {
    const values = Object.entries(byKey).map(
      ([key, text]) => `${JSON.stringify(key)}:${cuts?.get(namespace)?.get(key) ?? text}`,
    );
    return `${JSON.stringify(namespace)}:{${values.join(',')}}`;
  });
  return `,"metadata":{${namespaces.join(',')}}`;
}
