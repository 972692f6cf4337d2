/** Id of a segment, a subsegment or an exception, in lower case. */
export const ENTITY_ID = /^[0-9a-f]{16}$/;
const TRACE_ID = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/;
const W3C_TRACE_ID = /^[0-9a-f]{32}$/;

/**
 * A trace id: `1-`, 8 hex digits of epoch seconds, `-`, 24 random ones.
 *
 * @param epochSeconds when the trace began; the fraction is left out
 * @param random 24 lower-case hex digits
 */
export function makeTraceId(epochSeconds: number, random: string): string {
  return `1-${Math.floor(epochSeconds).toString(16).padStart(8, '0')}-${random}`;
}

/** The id in lower case, or `undefined` where it is none. Its time is not checked: W3C ids have none. */
export function parseTraceId(text: string): string | undefined {
  const id = text.toLowerCase();
  return TRACE_ID.test(id) ? id : undefined;
}

/** The same id as the 32 hex digits that W3C Trace Context writes. */
export function toW3cTraceId(traceId: string): string {
  return traceId.slice(2, 10) + traceId.slice(11);
}

/** The X-Ray form of 32 hex digits of W3C Trace Context; `undefined` where they are not, or all zero. */
export function fromW3cTraceId(text: string): string | undefined {
  if (!W3C_TRACE_ID.test(text) || isZero(text)) return undefined;
  return `1-${text.slice(0, 8)}-${text.slice(8)}`;
}

/** Whether the id is all zeros: the id of nothing. */
export function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
