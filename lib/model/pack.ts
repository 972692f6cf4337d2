/** A tree that is to be packed into documents. */
export interface Tree<Node> {
  /** Bytes of one document at most. */
  readonly bytes: number;
  childrenOf(node: Node): readonly Node[] | undefined;
  /** What the node has of its own, as the inside of a JSON object; it fits into `bytes` together with {@link STANDALONE_BYTES}. */
  membersOf(node: Node, isRoot: boolean): string;
  /** What a child has in addition where it is sent on its own; {@link STANDALONE_BYTES} at most. */
  standaloneOf(child: Node): string;
  /** Whether the child cannot stand inside the node that holds it. */
  isApart?(child: Node, holder: Node): boolean;
}

/** Bytes of what only a subsegment sent on its own has. */
export const STANDALONE_BYTES = 120;

interface Part {
  readonly text: string;
  readonly bytes: number;
}

/**
 * The documents, as JSON text, in which the tree leaves, the root's first: one, where it fits into one; otherwise children leave
 * as independent subsegments. Linear in the number of nodes; deep trees do not recurse.
 */
export function pack<Node>(root: Node, tree: Tree<Node>): string[] {
  const documents: string[] = [];
  const inline = new Map<Node, Part>();
  const order: Node[] = [root];
  for (const node of order) for (const child of tree.childrenOf(node) ?? []) order.push(child);
  for (let index = order.length - 1; index > 0; index -= 1) {
    const node = order[index] as Node;
    inline.set(node, assemble(node, false, tree, inline, documents));
  }
  documents.push(assemble(root, true, tree, inline, documents).text);
  return documents.toReversed();
}

/** The node with those of its children that fit in; the others join `documents`. */
function assemble<Node>(
  node: Node,
  isRoot: boolean,
  tree: Tree<Node>,
  inline: Map<Node, Part>,
  documents: string[],
): Part {
  const members = tree.membersOf(node, isRoot);
  const children = tree.childrenOf(node);
  if (children === undefined || children.length === 0) return withBytes(`{${members}}`);
  let bytes = Buffer.byteLength(members) + ',"subsegments":[]{}'.length;
  let subsegments = '';
  for (const child of children) {
    const part = inline.get(child) as Part;
    inline.delete(child);
    if (bytes + part.bytes + 1 + STANDALONE_BYTES > tree.bytes || tree.isApart?.(child, node) === true) {
      documents.push(`{${tree.standaloneOf(child)},${part.text.slice(1)}`);
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
