/** One line of a printed tree. */
export interface TreeLine {
  /** 0 for a root. */
  readonly depth: number;
  readonly text: string;
}

/** The lines with the branches of the tree that they make. */
export function drawTree(lines: readonly TreeLine[], isReplaced: (index: number) => boolean = () => false): string[] {
  const drawn: string[] = [];
  /** Whether, at each depth, one more follows under the same parent. */
  const goesOn: boolean[] = [];
  let trunk = '';
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const { depth, text } = lines[index] as TreeLine;
    if (!isReplaced(index)) {
      trunk = '';
      for (let column = 1; column < depth; column += 1) trunk += goesOn[column] === true ? '│  ' : '   ';
      if (depth > 0) trunk += goesOn[depth] === true ? '├─ ' : '└─ ';
      goesOn.length = depth;
      goesOn[depth] = true;
    }
    drawn.push(trunk + text);
  }
  return drawn.toReversed();
}

/** The lines of a tree as text: branches may be drawn as `drawTree` does, or be indentation alone. */
export function readTree(text: string): TreeLine[] {
  const columns: number[] = [];
  const lines: TreeLine[] = [];
  for (const line of text.split(/\r?\n/)) {
    const content = line.replace(/^[\s│├└─]+/, '').trimEnd();
    if (content === '') continue;
    const column = line.trimEnd().length - content.length;
    while (columns.length > 0 && (columns.at(-1) as number) >= column) columns.pop();
    lines.push({ depth: columns.length, text: content });
    columns.push(column);
  }
  return lines;
}

/** The same lines with siblings in an order that depends on nothing but their text. */
export function sortSiblings(lines: readonly TreeLine[]): TreeLine[] {
  const [first] = lines;
  if (first === undefined) return [];
  const families: TreeLine[][] = [];
  for (const line of lines) {
    if (line.depth <= first.depth) families.push([line]);
    else families.at(-1)?.push(line);
  }
  return families
    .map(([head, ...below]) => [head as TreeLine, ...sortSiblings(below)])
    .map((family) => ({ family, key: family.map(({ depth, text }) => `${depth} ${text}`).join('\n') }))
    .toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    .flatMap(({ family }) => family);
}
