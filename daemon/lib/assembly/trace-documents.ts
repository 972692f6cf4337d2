import type { Entity, ReceivedDocument } from '../protocol/entity.js';
import type { AssembledTrace, TraceNode } from './assembled-trace.js';

interface Held {
  readonly entity: Entity;
  readonly bytes: number;
}

interface GrowingNode extends TraceNode {
  readonly children: TraceNode[];
}

/**
 * The documents of one trace, in whatever order they arrive.
 *
 * Entities are kept by id, not by document: a subsegment streamed on its own and a later copy of its parent do not
 * fight, and nothing received disappears because another document left it out. Of two versions of one entity the
 * complete one stays, whichever came first; of two of the same state, the later (a Node application that closes a
 * segment twice sends it twice).
 */
export class TraceDocuments {
  readonly traceId: string;
  readonly #held = new Map<string, Held>();
  #bytes = 0;

  constructor(traceId: string) {
    this.traceId = traceId;
  }

  /** Bytes of the datagrams, without those of replaced versions. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a document of this trace; answers how many complete entities it replaced by another complete version. */
  add({ entities, bytes }: ReceivedDocument): number {
    const share = bytes / entities.length;
    let replaced = 0;
    for (const entity of entities) {
      const earlier = this.#held.get(entity.key);
      if (earlier !== undefined && entity.isInProgress && !earlier.entity.isInProgress) {
        continue;
      }
      if (earlier !== undefined && !earlier.entity.isInProgress) {
        replaced += 1;
      }
      this.#bytes += share - (earlier?.bytes ?? 0);
      const parentKey = entity.parentKey ?? earlier?.entity.parentKey;
      this.#held.set(entity.key, {
        entity: parentKey === entity.parentKey ? entity : { ...entity, parentKey },
        bytes: share,
      });
    }
    return replaced;
  }

  /**
   * Puts the trace together. The same documents give the same trace in whatever order they came.
   *
   * @param isUpdate passed on
   * @param isCutShort marks the trace as partial whatever is in it
   */
  assemble({ isUpdate, isCutShort }: { readonly isUpdate: boolean; readonly isCutShort: boolean }): AssembledTrace {
    const roots = this.#roots();
    const segments = roots.filter(({ entity }) => entity.kind === 'segment');
    const orphans = roots.filter(({ entity }) => entity.kind === 'subsegment');
    let startTime = Number.POSITIVE_INFINITY;
    let endTime = Number.NEGATIVE_INFINITY;
    let isAnyInProgress = false;
    for (const { entity } of this.#held.values()) {
      startTime = Math.min(startTime, entity.startTime ?? startTime);
      endTime = Math.max(endTime, entity.endTime ?? entity.startTime ?? endTime);
      isAnyInProgress ||= entity.isInProgress;
    }
    return {
      traceId: this.traceId,
      startTime,
      endTime: Math.max(startTime, endTime),
      isPartial: isCutShort || isAnyInProgress || orphans.length > 0,
      isUpdate,
      segments,
      orphans,
    };
  }

  /** Links every entity to its parent; answers those that have none here. */
  #roots(): TraceNode[] {
    const nodes = new Map<string, GrowingNode>();
    for (const { entity } of this.#held.values()) {
      nodes.set(entity.key, { entity, children: [] });
    }
    const roots: GrowingNode[] = [];
    for (const node of nodes.values()) {
      const parent = node.entity.parentKey === undefined ? undefined : nodes.get(node.entity.parentKey);
      (parent?.children ?? roots).push(node);
    }
    this.#openCycles(nodes, roots);
    for (const { children } of nodes.values()) {
      children.sort(byStart);
    }
    return roots.toSorted(byStart);
  }

  /**
   * Documents may name each other as parents in a circle, by mistake or malice. The one with the smallest key is made
   * a root, so that all of them are shown and every walk ends.
   */
  #openCycles(nodes: ReadonlyMap<string, GrowingNode>, roots: GrowingNode[]): void {
    const unreached = new Set(nodes.keys());
    const reach = (from: readonly TraceNode[]): void => {
      const pending = [...from];
      for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
        unreached.delete(node.entity.key);
        for (const child of node.children) {
          pending.push(child);
        }
      }
    };
    reach(roots);
    if (unreached.size === 0) {
      return;
    }
    for (const key of [...unreached].toSorted()) {
      if (!unreached.has(key)) {
        continue;
      }
      const node = smallestOfCircle(nodes, key);
      const siblings = nodes.get(node?.entity.parentKey ?? '')?.children;
      if (node !== undefined && siblings !== undefined) {
        siblings.splice(siblings.indexOf(node), 1);
        roots.push(node);
        reach([node]);
      }
    }
  }
}

/** The node with the smallest key in the circle that the parents of `key` lead into. */
function smallestOfCircle(nodes: ReadonlyMap<string, GrowingNode>, key: string): GrowingNode | undefined {
  const parentOf = (child: string): string => nodes.get(child)?.entity.parentKey ?? '';
  const passed = new Set<string>();
  let inside = key;
  while (!passed.has(inside)) {
    passed.add(inside);
    inside = parentOf(inside);
  }
  let smallest = inside;
  for (let next = parentOf(inside); next !== inside; next = parentOf(next)) {
    smallest = next < smallest ? next : smallest;
  }
  return nodes.get(smallest);
}

function byStart({ entity: left }: TraceNode, { entity: right }: TraceNode): number {
  const [leftStart, rightStart] = [left.startTime ?? Infinity, right.startTime ?? Infinity];
  if (leftStart !== rightStart) {
    return leftStart < rightStart ? -1 : 1;
  }
  if (left.position !== right.position) {
    return left.position - right.position;
  }
  return left.key < right.key ? -1 : 1;
}
