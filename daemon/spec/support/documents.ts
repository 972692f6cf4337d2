import { expect } from 'chai';
import type { AssembledTrace, TraceNode } from '#lib/assembly/assembled-trace.js';
import { walkTrace } from '#lib/assembly/assembled-trace.js';
import { TraceDocuments } from '#lib/assembly/trace-documents.js';
import { decodeDatagram } from '#lib/protocol/datagram.js';
import type { ReceivedDocument } from '#lib/protocol/entity.js';

export const traceId = '1-5f84c7a1-0123456789abcdef01234567';
export const header = '{"format":"json","version":1}';

/** The id a spec means by a small number. */
export function idOf(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** The bytes of a datagram with a document, or with any text for a payload. */
export function datagramOf(payload: unknown): Buffer {
  return Buffer.from(`${header}\n${typeof payload === 'string' ? payload : JSON.stringify(payload)}`);
}

/** A complete segment of one second; members given replace or add. */
export function segment(number: number, members: object = {}): Record<string, unknown> {
  return { name: `segment ${number}`, id: idOf(number), trace_id: traceId, start_time: 10, end_time: 11, ...members };
}

/** A complete embedded subsegment of half a second. */
export function subsegment(number: number, members: object = {}): Record<string, unknown> {
  return { name: `subsegment ${number}`, id: idOf(number), start_time: 10.25, end_time: 10.75, ...members };
}

/** A complete subsegment sent on its own. */
export function independent(number: number, parent: number, members: object = {}): Record<string, unknown> {
  return subsegment(number, { type: 'subsegment', trace_id: traceId, parent_id: idOf(parent), ...members });
}

/** The one document of a payload, which must be acceptable. */
export function received(payload: unknown): ReceivedDocument {
  const { documents, rejections } = decodeDatagram(datagramOf(payload));
  expect(rejections).to.deep.equal([]);
  expect(documents).to.have.length(1);
  return documents[0]!;
}

/** The trace that documents make. */
export function assembled(...payloads: readonly unknown[]): AssembledTrace {
  const documents = new TraceDocuments(traceId);
  for (const payload of payloads) {
    documents.add(received(payload));
  }
  return documents.assemble({ isUpdate: false, isCutShort: false });
}

/** The tree as names, each indented by two spaces per level. */
export function outline(trace: AssembledTrace): string[] {
  return Array.from(walkTrace(trace), ({ node, depth }) => `${'  '.repeat(depth)}${node.entity.name}`);
}

/** The node of a name, which must be there once. */
export function nodeNamed(trace: AssembledTrace, name: string): TraceNode {
  const found = Array.from(walkTrace(trace), ({ node }) => node).filter(({ entity }) => entity.name === name);
  expect(found).to.have.length(1);
  return found[0]!;
}
