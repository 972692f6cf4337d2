import { checkDatagram } from './datagram.js';
import { checkDocument } from './document.js';
import { Place, type Violation } from './place.js';
import { checkTraces } from './trace.js';

export { type Violation } from './place.js';
export { RULES, type Rule } from './rules.js';

/**
 * What is wrong with one segment document, or with one subsegment that is sent alone; empty for a good one. A document
 * with `type: "subsegment"` is judged as a subsegment, any other as a segment. Its size is a matter of its bytes, and so
 * of {@link validateDatagram}.
 */
export function validateDocument(value: unknown): Violation[] {
  const violations: Violation[] = [];
  checkDocument(value, new Place(violations, 'document'));
  return violations;
}

/** What is wrong with one datagram as it is sent to the daemon, the document inside included. */
export function validateDatagram(bytes: Buffer): Violation[] {
  const violations: Violation[] = [];
  checkDatagram(bytes, new Place(violations, 'datagram'));
  return violations;
}

/**
 * What is wrong with documents, given in the order in which they were sent: each on its own, and those of one trace
 * together. All of a trace has to be there: a parent or an exception that is not counts as unknown.
 */
export function validateTrace(documents: readonly unknown[]): Violation[] {
  const violations: Violation[] = [];
  checkTraces(documents, violations);
  return violations;
}

/** Throws an error that lists all that {@link validateDocument} finds. */
export function assertValidDocument(value: unknown): void {
  refuseAll('document', validateDocument(value));
}

/** Throws an error that lists all that {@link validateTrace} finds. */
export function assertValidTrace(documents: readonly unknown[]): void {
  refuseAll('trace', validateTrace(documents));
}

function refuseAll(what: string, violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const lines = violations.map(({ path, rule, given }) => `  ${path}: ${rule}, given ${given}`);
  throw new Error([`The ${what} breaks the wire format:`, ...lines].join('\n'));
}
