import type { SegmentDocument } from './document.js';
import { pack, STANDALONE_BYTES } from './pack.js';
import { squeeze } from './squeeze.js';

interface Node {
  /** Without its subsegments. */
  readonly own: SegmentDocument;
  readonly parent: string | undefined;
  readonly children: Node[];
}

/**
 * The document, as JSON text, in documents of `bytes` at most: itself where it fits, otherwise with children as independent
 * subsegments, and with its metadata cut, then stack traces and texts of annotations, where one entity alone is too large. What
 * is no document, or has nothing left that could be cut, stays larger. Never throws.
 *
 * @param bytes from 1,200 on every entity with members of X-Ray's sizes fits
 */
export function splitDocument(text: string, bytes: number): string[] {
  if (Buffer.byteLength(text) <= bytes) return [text];
  try {
    const document = JSON.parse(text) as Partial<SegmentDocument> | null;
    if (typeof document?.id !== 'string' || typeof document.trace_id !== 'string') return [text];
    return packDocument(document as SegmentDocument, document.trace_id, bytes);
  } catch {
    return [text];
  }
}

function packDocument(document: SegmentDocument, trace: string, bytes: number): string[] {
  return pack(treeOf(document), {
    bytes,
    childrenOf: ({ children }) => children,
    membersOf: ({ own }) => {
      const whole = JSON.stringify(own);
      const room = bytes - STANDALONE_BYTES;
      return (Buffer.byteLength(whole) <= room ? whole : squeeze(own, room).text).slice(1, -1);
    },
    standaloneOf: ({ parent }) =>
      `"type":"subsegment","trace_id":${JSON.stringify(trace)},"parent_id":${JSON.stringify(parent)}`,
  });
}

function treeOf({ subsegments, ...own }: SegmentDocument): Node {
  const root: Node = { own, parent: undefined, children: [] };
  const pending = [{ node: root, subsegments }];
  for (const { node, subsegments: below = [] } of pending) {
    for (const { subsegments: deeper, ...inner } of below) {
      const child: Node = { own: inner, parent: node.own.id, children: [] };
      node.children.push(child);
      pending.push({ node: child, subsegments: deeper });
    }
  }
  return root;
}
