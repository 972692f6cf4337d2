import type { KeyedList } from '../foundation/keyed-list.js';
import { Remembered } from '../foundation/remembered.js';
import { VERSION } from '../foundation/version.js';
import type { Cause, ExceptionRecord } from './cause.js';
import type { MemberTexts } from './entity.js';
import { fit, printObject } from './fit.js';
import type { HttpRecord } from './http-record.js';
import { LINKS_PER_SEGMENT, type Link } from './link.js';
import { DEFAULT_NAMESPACE } from './metadata.js';
import { pack, STANDALONE_BYTES, type Tree } from './pack.js';
import type { Segment } from './segment.js';
import type { SqlRecord } from './sql-record.js';
import { squeeze } from './squeeze.js';
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

/**
 * The documents, as JSON text, in which the entity and its children leave: one, where they fit into one. Otherwise children
 * leave as independent subsegments, and where one entity alone is too large it is cut and says so: its largest metadata first,
 * then stack traces, then the texts of annotations. Linear in the number of entities; deep trees do not recurse.
 */
export function documentsOf(root: Segment | Subsegment): readonly string[] {
  const first = root === root.segment ? `{${ID}` : `{${standalone(root as Subsegment)},${ID}`;
  const whole = printTree(root, first, '}', 0);
  return whole !== undefined && fitsInto(DOCUMENT_BYTES, whole) ? [whole] : pack(root, TREE);
}

/** What comes before an id; here, as with it constants become one. */
const ID = '"id":"';
const NEXT = `},{${ID}`;

/** Levels that are printed in one go. */
const DEPTH = 100;

/**
 * The entity and all below it as one document, as most fit into one: without counting bytes at each.
 * `undefined` where it is too deep, or one of them does not belong into the document of who holds it.
 *
 * @param before what is written so far, up to the text of its id
 * @param after what is written behind it, beginning with the brace that closes it
 */
function printTree(entity: Segment | Subsegment, before: string, after: string, depth: number): string | undefined {
  let text: string | undefined = printOwn(before, entity);
  if (text.length > DOCUMENT_BYTES) return undefined;
  const { children } = entity;
  if (children === undefined || children.length === 0) return text + after;
  if (depth === DEPTH) return undefined;
  const last = children.length - 1;
  text += `,"subsegments":[{${ID}`;
  for (let index = 0; index <= last && text !== undefined; index += 1) {
    const child = children[index] as Subsegment;
    const isOwn = child.parent === entity;
    text = isOwn ? printTree(child, text, index === last ? '}]' : NEXT, depth + 1) : undefined;
  }
  return text === undefined ? undefined : text + after;
}

const TREE: Tree<Segment | Subsegment> = {
  bytes: DOCUMENT_BYTES,
  childrenOf: ({ children }) => children,
  membersOf: (entity, isRoot) =>
    isRoot && entity !== entity.segment
      ? `${standalone(entity as Subsegment)},${ID}${membersOf(entity)}`
      : ID + membersOf(entity),
  standaloneOf: (child) => standalone(child as Subsegment),
  isApart: (child, holder) => (child as Subsegment).parent !== holder,
};

function standalone(subsegment: Subsegment): string {
  return `"type":"subsegment","trace_id":"${subsegment.traceId}","parent_id":"${subsegment.parent.id}"`;
}

/** Bytes of `aws`, and of `links`, at most. */
const SHARE_BYTES = 8_000;

/** The entity's own members, without the braces, from the text of its id on; with what is added to a subsegment sent on its own they fit into a document. */
function membersOf(entity: Segment | Subsegment): string {
  const text = printOwn('', entity);
  return fitsInto(OWN_BYTES, text) ? text : squeezeMembers(entity, text);
}

/**
 * The same, however much it is.
 *
 * @param before what is written so far
 */
function printOwn(before: string, entity: Segment | Subsegment): string {
  const { anchor } = entity.segment;
  let text = START.print(before + entity.id + NAMES.of(entity.name), anchor + entity.startedAt);
  text = entity.endedAt === undefined ? `${text},"in_progress":true` : END.print(text, anchor + entity.endedAt);
  text += entity === entity.segment ? segmentMembers(entity) : subsegmentMembers(entity as Subsegment);
  if (entity.isError) text += ',"error":true';
  if (entity.isThrottle) text += ',"throttle":true';
  if (entity.isFault) text += ',"fault":true';
  if (entity.httpRecord !== undefined) text += member('http', httpDocument(entity.httpRecord));
  if (entity.cause !== undefined) text += printCause(entity.cause);
  if (entity.annotations !== undefined) text = `${printMembers(`${text},"annotations":{`, entity.annotations)}}`;
  const { metadataTexts, namespaceTexts } = entity;
  if (namespaceTexts !== undefined) return printNamespaces(text, metadataTexts, namespaceTexts);
  return metadataTexts === undefined ? text : `${printMembers(text + DEFAULT_METADATA, metadataTexts)}}}`;
}

/** What an entity's own members may take. */
const OWN_BYTES = DOCUMENT_BYTES - STANDALONE_BYTES;

function fitsInto(bytes: number, text: string): boolean {
  // A unit of UTF-16 takes three bytes at most; most documents are small, and counting them costs more than printing.
  return text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes;
}

/** The members, cut until they fit. Printed and read again: it is seldom, and documents are squeezed elsewhere too. */
function squeezeMembers(entity: Segment | Subsegment, members: string): string {
  const { text, annotationLimit } = squeeze(JSON.parse(`{${ID}${members}}`) as SegmentDocument, OWN_BYTES);
  if (annotationLimit !== undefined) {
    const bytes = Buffer.byteLength(entity.annotations === undefined ? '' : printMembers('{}', entity.annotations));
    entity.segment.keeper.refuse(
      `annotations of ${entity.name}`,
      `The annotations of "${entity.name}" have ${bytes} bytes, more than fits into its document; their texts are cut at ` +
        `${annotationLimit} characters. Keep long texts as metadata.`,
    );
  }
  return text.slice(`{${ID}`.length, -1);
}

function segmentMembers(segment: Segment): string {
  let text = `,"trace_id":"${segment.trace}"`;
  if (segment.parentId !== undefined) text += `,"parent_id":"${segment.parentId}"`;
  if (segment.userId !== undefined) text += member('user', segment.userId);
  const { awsTexts, ruleName } = segment;
  const sdk = ruleName === undefined ? SDK : SDK_BY_RULE.of(ruleName);
  text += `,"aws":${awsTexts === undefined ? `{"xray":${sdk}}` : awsText({ ...awsTexts, xray: sdk })}`;
  if (segment.links !== undefined) text += linksMember(segment.links.slice(0, LINKS_PER_SEGMENT));
  return text;
}

const SDK = JSON.stringify({ sdk: 'radiograph', sdk_version: VERSION });
const SDK_BY_RULE = new Remembered((name) =>
  JSON.stringify({ sdk: 'radiograph', sdk_version: VERSION, sampling_rule_name: name }),
);

function subsegmentMembers(subsegment: Subsegment): string {
  let text = '';
  if (subsegment.namespace !== undefined) text += `,"namespace":"${subsegment.namespace}"`;
  if (subsegment.httpRecord?.request?.traced === true) text += ',"traced":true';
  if (subsegment.sqlRecord !== undefined) text += member('sql', sqlDocument(subsegment.sqlRecord));
  if (subsegment.awsTexts !== undefined) text += `,"aws":${awsText(subsegment.awsTexts)}`;
  return text;
}

function member(name: string, value: unknown): string {
  return `,"${name}":${JSON.stringify(value)}`;
}

/** What comes between the id and the time, the same whenever a method is called. */
const NAMES = new Remembered((name) => `","name":${JSON.stringify(name)},"start_time":`);

const THREE_DIGITS = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));
/** Those of the microseconds: a whole millisecond has none. */
const LAST_DIGITS = ['', ...THREE_DIGITS.slice(1)];

/**
 * A member that is a time: whole microseconds, as fine as X-Ray stores. Put together from its millisecond, which is nearly always that
 * of the one before, and its digits: to print a fraction takes 125 ns, this 16.
 */
class TimeMember {
  readonly #name: string;
  #millisecond = 0;
  #text: string;

  /** @param name what comes before the time, where it is always the same */
  constructor(name: string) {
    this.#name = name;
    this.#text = `${name}0.000`;
  }

  /** @param before what is written so far */
  print(before: string, epochMillis: number): string {
    const micros = Math.round(epochMillis * 1000);
    const millisecond = Math.floor(micros / 1000);
    // Neither before 1970, nor beyond all dates, nor what is no number.
    if (!(millisecond >= 0 && millisecond < 1e15)) return `${before}${this.#name}${micros / 1e6}`;
    if (millisecond !== this.#millisecond) {
      const second = Math.floor(millisecond / 1000);
      this.#millisecond = millisecond;
      this.#text = `${this.#name}${second}.${THREE_DIGITS[millisecond - second * 1000]}`;
    }
    return before + this.#text + (LAST_DIGITS[micros - millisecond * 1000] as string);
  }
}

const START = new TimeMember('');
const END = new TimeMember(',"end_time":');

function printCause(cause: Cause): string {
  if (typeof cause === 'string') return member('cause', cause);
  const directory = workingDirectory();
  return member('cause', {
    ...(directory && { working_directory: cut(directory) }),
    exceptions: cause.map(exceptionDocument),
  });
}

function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function exceptionDocument(exception: ExceptionRecord): ExceptionDocument {
  const { stack, truncated } = exception;
  return {
    id: exception.id,
    type: exception.type,
    message: exception.message,
    ...(stack.length > 0 && { stack: [...stack] }),
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

const DEFAULT_METADATA = `,"metadata":{"${DEFAULT_NAMESPACE}":{`;

/** The metadata, where not all of it is in the default namespace. */
function printNamespaces(
  before: string,
  inDefault: MemberTexts | undefined,
  { first }: KeyedList<MemberTexts>,
): string {
  let text = inDefault === undefined ? `${before},"metadata":{` : printMembers(before + DEFAULT_METADATA, inDefault);
  for (let entry = first; entry !== undefined; entry = entry.next) {
    if (entry !== first || inDefault !== undefined) text += '},';
    text = printMembers(text + entry.key, entry.value);
  }
  return `${text}}}`;
}

function printMembers(before: string, { first }: MemberTexts): string {
  let text = before;
  for (let entry = first; entry !== undefined; entry = entry.next) {
    if (entry !== first) text += ',';
    text = text + entry.key + entry.value;
  }
  return text;
}
