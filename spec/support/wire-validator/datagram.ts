import { isMembers } from './checks.js';
import { checkDocument } from './document.js';
import type { Place } from './place.js';

/** What IPv4 leaves of 64 KiB after its own header and UDP's. */
const DATAGRAM_BYTES = 65_507;
const DOCUMENT_BYTES = 65_536;
const NEWLINE = 0x0a;

/** Judges one datagram: a header, the first newline, one document. */
export function checkDatagram(bytes: Buffer, place: Place): void {
  if (bytes.length > DATAGRAM_BYTES) place.refuse('datagram-size', bytes.length);
  const end = bytes.indexOf(NEWLINE);
  if (end === -1) return place.refuse('datagram-newline', bytes.toString('latin1'));
  const header = bytes.subarray(0, end);
  if (!isHeader(parse(header))) place.member('header').refuse('datagram-header', header.toString());

  const payload = bytes.subarray(end + 1);
  const document = place.member('document');
  if (payload.length > DOCUMENT_BYTES) document.refuse('document-size', payload.length);
  const value = parse(payload);
  if (value === undefined) document.refuse('document-json', payload.toString());
  else checkDocument(value, document);
}

/** The format in any case, and further members, are as good: the daemon takes them. */
function isHeader(value: unknown): boolean {
  if (!isMembers(value)) return false;
  const { format, version } = value;
  return typeof format === 'string' && format.toLowerCase() === 'json' && version === 1;
}

/** Nothing if the bytes are not UTF-8 or not exactly one JSON value. */
function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
