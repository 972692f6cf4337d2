import { ENTITY_ID, fromW3cTraceId, isZero, parseTraceId, toW3cTraceId } from './trace-id.js';

/**
 * The HTTP header that carries a trace from one service to the next: `X-Amzn-Trace-Id`, in lower case as Node keeps the headers
 * that came in. HTTP knows no case.
 */
export const TRACE_HEADER = 'x-amzn-trace-id';

/** Yes, no, or `?`: the caller leaves it to the callee and wants to be told. */
export type SamplingMark = boolean | '?';

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** `Lineage` and custom data are forwarded up to this many bytes of keys and values together, as the official SDK does. */
const CARRIED_BYTES = 256;

/**
 * The value of `X-Amzn-Trace-Id`, read leniently and printed strictly. Keys are taken in any case and order, spaces around
 * pairs are forgiven, parts without `=` and empty parts skipped, a repeated key counts once (the first), what stands after
 * the first `=` is the value. `Lineage` and unknown keys are kept and forwarded; `Self` belongs to one hop and is not.
 * Source: X-Ray developer guide, "Tracing header".
 */
export class TraceHeader {
  /** Trace id; absent when the header has none that is valid. */
  readonly root: string | undefined;
  /** Id of the caller's segment or subsegment, 16 hex digits. */
  readonly parent: string | undefined;
  readonly sampled: SamplingMark | undefined;
  /** Loop detection data of AWS Lambda, passed on unread. */
  readonly lineage: string | undefined;
  /** Pairs of unknown keys, in the order they came. */
  readonly extra: ReadonlyMap<string, string>;

  /** A header of these parts; a part that could not be read back from the printed header is left out. */
  constructor(parts: {
    readonly root?: string | undefined;
    readonly parent?: string | undefined;
    readonly sampled?: SamplingMark | undefined;
    readonly lineage?: string | undefined;
    readonly extra?: ReadonlyMap<string, string> | undefined;
  }) {
    const { root, parent, sampled, lineage } = parts;
    this.root = root === undefined ? undefined : parseTraceId(root);
    this.parent = this.root === undefined ? undefined : parseEntityId(parent);
    this.sampled = sampled;
    const carried = new Map<string, string>();
    let room = CARRIED_BYTES;
    for (const [key, value] of pairsOf(lineage, parts.extra)) {
      const bytes = key.length + value.length;
      if (bytes > room || !isForwardable(key, value)) continue;
      carried.set(key, value);
      room -= bytes;
    }
    this.lineage = carried.get('Lineage');
    carried.delete('Lineage');
    this.extra = carried;
  }

  /**
   * Reads a header. Never throws: what cannot be read is left out. Without a valid `Root` there is no `parent` either, since
   * a parent means nothing in another trace.
   *
   * @param text the header's value; of several, the first one that has a root
   */
  static parse(text: string | readonly string[] | undefined): TraceHeader {
    if (Array.isArray(text)) {
      const headers = text.map((each: string) => TraceHeader.parse(each));
      return headers.find(({ root }) => root !== undefined) ?? headers[0] ?? new TraceHeader({});
    }
    return typeof text === 'string' ? parseOne(text) : new TraceHeader({});
  }

  /** Reads a W3C `traceparent`; `undefined` where it is not valid. Source: W3C Trace Context, §3.2. */
  static fromTraceparent(text: string): TraceHeader | undefined {
    const [, version, traceId = '', parent = '', flags = '', rest] = TRACEPARENT.exec(text.trim()) ?? [];
    const root = fromW3cTraceId(traceId);
    if (root === undefined || isZero(parent) || (version === '00' && rest !== undefined)) return undefined;
    return new TraceHeader({ root, parent, sampled: (Number.parseInt(flags, 16) & 1) === 1 });
  }

  /**
   * The W3C `traceparent` of the same trace; `undefined` without a root or a parent, or where one of them is all zeros, as some
   * SDKs send for what they do not sample. `?` is written as not sampled.
   */
  toTraceparent(): string | undefined {
    if (this.root === undefined || this.parent === undefined) return undefined;
    const traceId = toW3cTraceId(this.root);
    if (isZero(traceId) || isZero(this.parent)) return undefined;
    return `00-${traceId}-${this.parent}-${this.sampled === true ? '01' : '00'}`;
  }

  /** The header's value; empty when nothing is in it. */
  toString(): string {
    const parts: string[] = [];
    if (this.root !== undefined) parts.push(`Root=${this.root}`);
    if (this.parent !== undefined) parts.push(`Parent=${this.parent}`);
    if (this.sampled !== undefined) parts.push(`Sampled=${this.sampled === '?' ? '?' : Number(this.sampled)}`);
    if (this.lineage !== undefined) parts.push(`Lineage=${this.lineage}`);
    for (const [key, value] of this.extra) parts.push(`${key}=${value}`);
    return parts.join(';');
  }
}

function parseOne(text: string): TraceHeader {
  const reserved = new Map<string, string>();
  const extra = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals < 1) continue;
    const key = part.slice(0, equals).trim();
    const value = part.slice(equals + 1).trim();
    const [pairs, name] = RESERVED.has(key.toLowerCase()) ? [reserved, key.toLowerCase()] : [extra, key];
    if (!pairs.has(name)) pairs.set(name, value);
  }
  return new TraceHeader({
    root: reserved.get('root'),
    parent: reserved.get('parent'),
    sampled: SAMPLING_MARKS.get(reserved.get('sampled')),
    lineage: reserved.get('lineage'),
    extra,
  });
}

const RESERVED = new Set(['root', 'parent', 'sampled', 'self', 'lineage']);
const SAMPLING_MARKS = new Map<string | undefined, SamplingMark>([
  ['1', true],
  ['0', false],
  ['?', '?'],
]);

function parseEntityId(text: string | undefined): string | undefined {
  const id = text?.toLowerCase();
  return id !== undefined && ENTITY_ID.test(id) ? id : undefined;
}

/** What is forwarded unread; `Lineage` first, so that custom data cannot crowd it out. */
function* pairsOf(
  lineage: string | undefined,
  extra: ReadonlyMap<string, string> | undefined,
): Generator<readonly [key: string, value: string]> {
  if (lineage !== undefined) yield ['Lineage', lineage];
  for (const pair of extra ?? []) if (!RESERVED.has(pair[0].toLowerCase())) yield pair;
}

/** Visible ASCII and inner spaces: what may stand in an HTTP header without changing how it is read. */
const KEY = /^[!-:<>-~](?:[ -:<>-~]*[!-:<>-~])?$/;
const VALUE = /^(?:[!-:<-~](?:[ -:<-~]*[!-:<-~])?)?$/;

function isForwardable(key: string, value: string): boolean {
  return KEY.test(key) && VALUE.test(value);
}
