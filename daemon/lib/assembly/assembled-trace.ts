import type { Entity } from '../protocol/entity.js';

/** One segment or subsegment in its place in the trace. */
export interface TraceNode {
  readonly entity: Entity;
  /**
   * Its subsegments, and the segments of the services it called, by start time. Nested as deep as the trace is, so
   * walk it with {@link walk}, never by recursion.
   */
  readonly children: readonly TraceNode[];
}

/** A trace put together from the documents that arrived so far. */
export interface AssembledTrace {
  readonly traceId: string;
  /** Seconds since the epoch of the earliest start. */
  readonly startTime: number;
  /** Seconds since the epoch of the latest time known: an end, or the start of something still in progress. */
  readonly endTime: number;
  /**
   * True when more is to be expected: something is in progress, a subsegment's parent has not arrived, or the trace
   * had to be handed over early to make room.
   */
  readonly isPartial: boolean;
  /** True when the trace was handed over before and has grown since. */
  readonly isUpdate: boolean;
  /** Segments nobody in this trace called, by start time. One may name a caller that sent no document. */
  readonly segments: readonly TraceNode[];
  /** Subsegments whose parent has not arrived, by start time. */
  readonly orphans: readonly TraceNode[];
}

/** One step of {@link walk}. */
export interface Visit {
  readonly node: TraceNode;
  /** 0 for the nodes the walk began with. */
  readonly depth: number;
}

/** Visits nodes and all below them, parents before children, without recursion. */
export function* walk(nodes: readonly TraceNode[]): Generator<Visit, void, undefined> {
  const pending: Visit[] = [];
  const push = (siblings: readonly TraceNode[], depth: number): void => {
    for (let index = siblings.length - 1; index >= 0; index -= 1) {
      const node = siblings[index];
      if (node !== undefined) {
        pending.push({ node, depth });
      }
    }
  };
  push(nodes, 0);
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    yield visit;
    push(visit.node.children, visit.depth + 1);
  }
}

/** Visits every node of a trace: segments first, then orphans. */
export function* walkTrace({ segments, orphans }: AssembledTrace): Generator<Visit, void, undefined> {
  yield* walk(segments);
  yield* walk(orphans);
}
