import { describeEntity, describeExpected, isName, type PrintOptions } from './entity-text.js';
import type { ExpectedFamily, ExpectedNode } from './expected-tree.js';
import { linesOf } from './print-trace.js';
import type { RecordedEntity } from './recorded-entity.js';
import type { DiffLine } from './tree-diff.js';

interface Compared {
  readonly lines: readonly DiffLine[];
  readonly isEqual: boolean;
}

/** What was recorded for what was expected; one of the two is absent where it has no counterpart. */
interface Pair {
  readonly node: ExpectedNode | undefined;
  readonly entity: RecordedEntity | undefined;
}

/** Compares what was recorded with what was expected, so that what is unlike stands beside what it was meant to be. */
export class TreeComparison {
  readonly #options: PrintOptions;
  readonly #known = new Map<ExpectedNode, Map<RecordedEntity, Compared>>();

  constructor(options: PrintOptions) {
    this.#options = options;
  }

  /** The lines of both trees in one. */
  compare(family: ExpectedFamily, entities: readonly RecordedEntity[]): readonly DiffLine[] {
    return this.#family(family, entities, 0);
  }

  #family(family: ExpectedFamily, entities: readonly RecordedEntity[], depth: number): DiffLine[] {
    const [first, ...others] = family.nodes;
    // One for one is meant for it, whatever it is called.
    const isOnly =
      family.order !== 'among others' && first !== undefined && others.length === 0 && entities.length === 1;
    if (isOnly) return this.#paired(first, entities[0] as RecordedEntity, depth);
    const pairs =
      family.order === 'as given' ? this.#inOrder(family.nodes, entities) : this.#inAnyOrder(family.nodes, entities);
    return pairs.flatMap(({ node, entity }): readonly DiffLine[] => {
      if (node === undefined && entity !== undefined) {
        const mark = family.order === 'among others' ? ' ' : '+';
        return linesOf(entity, this.#options).map((line) => ({ depth: line.depth + depth, mark, text: line.text }));
      }
      if (node === undefined) return [];
      if (entity === undefined) return this.#missing(node, depth);
      return this.#paired(node, entity, depth);
    });
  }

  #paired(node: ExpectedNode, entity: RecordedEntity, depth: number): DiffLine[] {
    return this.#pair(node, entity).lines.map((line) => ({ ...line, depth: line.depth + depth }));
  }

  #missing({ entity, children }: ExpectedNode, depth: number): DiffLine[] {
    const text = describeExpected(entity, this.#options);
    const below = (children?.nodes ?? []).flatMap((node) => this.#missing(node, depth + 1));
    return [{ depth, mark: '-', text }, ...below];
  }

  #pair(node: ExpectedNode, entity: RecordedEntity): Compared {
    const known = this.#known.get(node)?.get(entity);
    if (known !== undefined) return known;
    const { recorded, expected } = describeEntity(entity, node.entity, this.#options);
    const own: DiffLine[] =
      recorded === expected
        ? [{ depth: 0, mark: ' ', text: recorded }]
        : [
            { depth: 0, mark: '-', text: expected },
            { depth: 0, mark: '+', text: recorded },
          ];
    const below =
      node.children === undefined
        ? linesOf({ roots: entity.children }, this.#options).map((line): DiffLine => ({
            ...line,
            depth: line.depth + 1,
            mark: ' ',
          }))
        : this.#family(node.children, entity.children, 1);
    const lines = [...own, ...below];
    const compared = { lines, isEqual: lines.every(({ mark }) => mark === ' ') };
    const ofNode = this.#known.get(node) ?? new Map<RecordedEntity, Compared>();
    this.#known.set(node, ofNode.set(entity, compared));
    return compared;
  }

  /** The alignment with the fewest differences; what is paired has the name that was expected. */
  #inOrder(nodes: readonly ExpectedNode[], entities: readonly RecordedEntity[]): Pair[] {
    const costs = Array.from({ length: nodes.length + 1 }, () => Array.from({ length: entities.length + 1 }, () => 0));
    const at = (row: number, column: number): number => costs[row]?.[column] ?? Number.POSITIVE_INFINITY;
    for (let row = nodes.length; row >= 0; row -= 1) {
      for (let column = entities.length; column >= 0; column -= 1) {
        if (row === nodes.length && column === entities.length) continue;
        const alone = 1 + Math.min(at(row + 1, column), at(row, column + 1));
        const paired = this.#cost(nodes[row], entities[column]) + at(row + 1, column + 1);
        (costs[row] as number[])[column] = Math.min(paired, alone);
      }
    }
    const pairs: Pair[] = [];
    for (let row = 0, column = 0; row < nodes.length || column < entities.length;) {
      const [node, entity] = [nodes[row], entities[column]];
      if (at(row, column) === this.#cost(node, entity) + at(row + 1, column + 1)) {
        pairs.push({ node, entity });
        row += 1;
        column += 1;
      } else if (at(row, column) === 1 + at(row + 1, column)) {
        pairs.push({ node, entity: undefined });
        row += 1;
      } else {
        pairs.push({ node: undefined, entity });
        column += 1;
      }
    }
    return pairs;
  }

  #cost(node: ExpectedNode | undefined, entity: RecordedEntity | undefined): number {
    if (node === undefined || entity === undefined || !isName(node.entity.name, entity.name))
      return Number.POSITIVE_INFINITY;
    return this.#pair(node, entity).isEqual ? 0 : 1;
  }

  /** As many equal pairs as there can be, then pairs of one name; as they were recorded, and what is missing at the end. */
  #inAnyOrder(nodes: readonly ExpectedNode[], entities: readonly RecordedEntity[]): Pair[] {
    const nodeOf = new Map<RecordedEntity, ExpectedNode>();
    const place = (
      node: ExpectedNode,
      isFit: (entity: RecordedEntity) => boolean,
      tried: Set<RecordedEntity>,
    ): boolean => {
      for (const entity of entities) {
        if (tried.has(entity) || !isFit(entity)) continue;
        tried.add(entity);
        const former = nodeOf.get(entity);
        // Whoever has the place may find another that fits as well.
        if (former !== undefined && !place(former, (other) => this.#cost(former, other) === 0, tried)) continue;
        nodeOf.set(entity, node);
        return true;
      }
      return false;
    };
    const unequal = nodes.filter((node) => !place(node, (entity) => this.#cost(node, entity) === 0, new Set()));
    const missing = unequal.filter((node) => {
      const entity = entities.find((each) => !nodeOf.has(each) && this.#cost(node, each) === 1);
      if (entity !== undefined) nodeOf.set(entity, node);
      return entity === undefined;
    });
    return [
      ...entities.map((entity) => ({ node: nodeOf.get(entity), entity })),
      ...missing.map((node) => ({ node, entity: undefined })),
    ];
  }
}
