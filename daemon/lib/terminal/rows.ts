import { walkTrace, type AssembledTrace, type TraceNode } from '../assembly/assembled-trace.js';
import { readMarks } from '../protocol/marks.js';
import type { Glyphs } from './glyphs.js';

/** A row of the waterfall before it is fitted into a width. */
export interface Row {
  /** What stands before the name: the lines of the tree. */
  readonly prefix: string;
  /** What stands before each line below the row. */
  readonly detailPrefix: string;
  /** The (sub)segment shown; undefined for a row that says something about others. */
  readonly node: TraceNode | undefined;
  /** What a row without a node says; empty otherwise. */
  readonly note: string;
}

/** How {@link listRows} draws the tree. */
export interface RowOptions {
  /** Levels drawn as a tree; what lies deeper stays at that indent and says its depth instead. */
  readonly maxDepth: number;
  /** Cells per level, at least 2. */
  readonly indent: number;
  readonly glyphs: Glyphs;
}

/**
 * Siblings up to this number are all shown. Of more, the first hundred, the last twenty and the first eighty with
 * trouble in or below them are; each run of others becomes one row with their count.
 */
export const mostSiblings = 200;
const firstSiblings = 100;
const lastSiblings = 20;

interface Pending {
  readonly item: TraceNode | number;
  readonly trunk: string;
  readonly depth: number;
  readonly isLast: boolean;
}

/** Lists the rows of a trace, top to bottom: its segments, then the orphans below a row that names their absent parent. */
export function listRows(trace: AssembledTrace, options: RowOptions): Row[] {
  const troubled = findTroubled(trace);
  const rows: Row[] = [];
  const list = (nodes: readonly TraceNode[], depth: number): void => {
    const pending: Pending[] = [];
    const push = (siblings: readonly TraceNode[], trunk: string, level: number): void => {
      for (const [index, item] of fold(siblings, troubled).toReversed().entries()) {
        pending.push({ item, trunk, depth: level, isLast: index === 0 });
      }
    };
    push(nodes, '', depth);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const trunk = trunkBelow(next, options);
      rows.push(rowOf(next, trunk, options));
      if (typeof next.item !== 'number') {
        push(next.item.children, trunk, next.depth + 1);
      }
    }
  };
  list(trace.segments, 0);
  for (const [parentKey, orphans] of orphansByParent(trace)) {
    const note = parentKey === undefined ? 'without a parent' : `parent ${parentKey} has not arrived`;
    rows.push({ prefix: '', detailPrefix: '', node: undefined, note });
    list(orphans, 1);
  }
  return rows;
}

function orphansByParent({ orphans }: AssembledTrace): Map<string | undefined, TraceNode[]> {
  const byParent = new Map<string | undefined, TraceNode[]>();
  for (const orphan of orphans) {
    const siblings = byParent.get(orphan.entity.parentKey) ?? [];
    byParent.set(orphan.entity.parentKey, siblings);
    siblings.push(orphan);
  }
  return byParent;
}

/** Every node with a flag, or something unfinished, in it or below it; none where nothing will be folded. */
function findTroubled(trace: AssembledTrace): ReadonlySet<TraceNode> {
  const troubled = new Set<TraceNode>();
  const nodes = Array.from(walkTrace(trace), ({ node }) => node);
  if (nodes.length <= mostSiblings) {
    return troubled;
  }
  // Backwards, children come before their parents.
  for (const node of nodes.toReversed()) {
    const { isFault, isError, isThrottle } = readMarks(node.entity.members);
    const isTroubled = isFault || isError || isThrottle || node.entity.isInProgress;
    if (isTroubled || node.children.some((child) => troubled.has(child))) {
      troubled.add(node);
    }
  }
  return troubled;
}

/** The siblings to show, and numbers where some are left out. */
function fold(siblings: readonly TraceNode[], troubled: ReadonlySet<TraceNode>): (TraceNode | number)[] {
  if (siblings.length <= mostSiblings) {
    return [...siblings];
  }
  const items: (TraceNode | number)[] = [];
  let exceptions = mostSiblings - firstSiblings - lastSiblings;
  for (const [index, sibling] of siblings.entries()) {
    let isShown = index < firstSiblings || index >= siblings.length - lastSiblings;
    if (!isShown && exceptions > 0 && troubled.has(sibling)) {
      exceptions -= 1;
      isShown = true;
    }
    const last = items.at(-1);
    if (isShown) {
      items.push(sibling);
    } else if (typeof last === 'number') {
      items[items.length - 1] = last + 1;
    } else {
      items.push(1);
    }
  }
  return items;
}

function trunkBelow({ trunk, depth, isLast }: Pending, { maxDepth, indent, glyphs }: RowOptions): string {
  if (depth === 0 || depth > maxDepth) {
    return trunk;
  }
  return trunk + (isLast ? ' ' : glyphs.trunk) + ' '.repeat(indent - 1);
}

function rowOf({ item, trunk, depth, isLast }: Pending, below: string, { maxDepth, indent, glyphs }: RowOptions): Row {
  const corner = isLast ? glyphs.lastBranch : glyphs.branch;
  let prefix = '';
  if (depth > maxDepth) {
    prefix = `${trunk}${corner}${depth} `;
  } else if (depth > 0) {
    prefix = `${trunk}${corner}${glyphs.rule.repeat(indent - 2)} `;
  }
  if (typeof item === 'number') {
    return { prefix, detailPrefix: '', node: undefined, note: `${item} more like these` };
  }
  const continued = item.children.length > 0 ? glyphs.trunk : ' ';
  return { prefix, detailPrefix: `${below}${continued} `, node: item, note: '' };
}
