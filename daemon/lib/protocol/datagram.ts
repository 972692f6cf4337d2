import type { Entity, ReceivedDocument } from './entity.js';
import { flatten } from './flatten.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';
import type { RejectionReason } from './rejection.js';

/** What one datagram held. */
export interface DecodedDatagram {
  readonly documents: readonly ReceivedDocument[];
  /** One reason for the datagram, or one for each refused document of an array. */
  readonly rejections: readonly RejectionReason[];
  /** Annotations and embedded entries left out of the accepted documents because they cannot be what they should. */
  readonly ignoredMembers: number;
}

const newline = 0x0a;

/**
 * Reads a datagram: a JSON header `{"format":"json","version":1}`, a newline, and one document, or an array of
 * independent subsegments. Never throws, whatever the bytes.
 *
 * The header is compared as the AWS daemon compares it: `format` in any case, further members allowed, split at the
 * *first* newline. The document is checked only where the daemon relies on it: id, name, trace id, start time;
 * everything else is kept as it came, known or not. Source: X-Ray developer guide, "Sending trace data to X-Ray" and
 * "Segment documents".
 */
export function decodeDatagram(bytes: Uint8Array): DecodedDatagram {
  const end = bytes.indexOf(newline);
  if (end === -1) {
    return rejected('no-newline');
  }
  if (!isHeader(parse(textOf(bytes.subarray(0, end))))) {
    return rejected('bad-header');
  }
  const payload = textOf(bytes.subarray(end + 1));
  if (payload.trim() === '') {
    return rejected('empty-payload');
  }
  const value = parse(payload);
  if (value === undefined) {
    return rejected('not-json');
  }
  if (isJsonArray(value)) {
    return value.length === 0 ? rejected('empty-payload') : decodeArray(value, bytes.length);
  }
  return decodeDocument(value, undefined, bytes.length);
}

function rejected(reason: RejectionReason): DecodedDatagram {
  return { documents: [], rejections: [reason], ignoredMembers: 0 };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isHeader(header: JsonValue | undefined): boolean {
  if (!isJsonObject(header)) {
    return false;
  }
  const { format, version } = header;
  return typeof format === 'string' && format.toLowerCase() === 'json' && version === 1;
}

function decodeArray(values: readonly JsonValue[], bytes: number): DecodedDatagram {
  const documents: ReceivedDocument[] = [];
  const rejections: RejectionReason[] = [];
  let ignoredMembers = 0;
  for (const value of values) {
    const decoded = decodeDocument(value, 'subsegment', bytes / values.length);
    documents.push(...decoded.documents);
    rejections.push(...decoded.rejections);
    ignoredMembers += decoded.ignoredMembers;
  }
  return { documents, rejections, ignoredMembers };
}

function decodeDocument(value: JsonValue, assumed: Entity['kind'] | undefined, bytes: number): DecodedDatagram {
  if (!isJsonObject(value)) {
    return rejected('not-an-object');
  }
  const fault = faultOf(value);
  if (fault !== undefined) {
    return rejected(fault);
  }
  const traceId = normalTraceId(value['trace_id']);
  if (traceId === undefined) {
    return rejected('bad-trace-id');
  }
  const { entities, ignoredMembers } = flatten(value, kindOf(value, assumed));
  return { documents: [{ traceId, entities, bytes }], rejections: [], ignoredMembers };
}

function faultOf({ id, name, trace_id, start_time }: JsonObject): RejectionReason | undefined {
  if (isMissing(id)) {
    return 'missing-id';
  }
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/i.test(id)) {
    return 'bad-id';
  }
  if (isMissing(name)) {
    return 'missing-name';
  }
  if (typeof name !== 'string') {
    return 'bad-name';
  }
  if (isMissing(trace_id)) {
    return 'missing-trace-id';
  }
  if (normalTraceId(trace_id) === undefined) {
    return 'bad-trace-id';
  }
  if (isMissing(start_time)) {
    return 'missing-start-time';
  }
  return typeof start_time === 'number' && Number.isFinite(start_time) ? undefined : 'bad-start-time';
}

function isMissing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/**
 * X-Ray's form, lower case, of a trace id in X-Ray's form or W3C's (32 hexadecimal digits). The time inside is not
 * looked at: an id made by a W3C tracer has none.
 */
function normalTraceId(value: JsonValue | undefined): string | undefined {
  const parts = typeof value === 'string' ? /^(?:1-([0-9a-f]{8})-|([0-9a-f]{8}))([0-9a-f]{24})$/i.exec(value) : null;
  const [, dashed, plain, rest] = parts ?? [];
  const first = dashed ?? plain;
  return first === undefined || rest === undefined ? undefined : `1-${first}-${rest}`.toLowerCase();
}

/** Members that only one of the two kinds carries, for documents that leave `type` out. */
const subsegmentMembers = ['namespace', 'precursor_ids', 'sql', 'traced'];

function kindOf(document: JsonObject, assumed: Entity['kind'] | undefined): Entity['kind'] {
  const { type, parent_id } = document;
  if (type === 'subsegment') {
    return 'subsegment';
  }
  if (type === 'segment' || isMissing(parent_id)) {
    return 'segment';
  }
  return assumed ?? (subsegmentMembers.some((member) => Object.hasOwn(document, member)) ? 'subsegment' : 'segment');
}
