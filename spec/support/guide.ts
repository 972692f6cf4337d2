import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';
import { stub } from 'sinon';

/** A block of code of a page. */
export interface Block {
  readonly language: string;
  /** File of the sample that it shows; `undefined` for one that is written on the page alone. */
  readonly sample: string | undefined;
  /** The part of that file. */
  readonly region: string | undefined;
  readonly text: string;
}

/** The blocks of a page of `docs`, in their order. */
export function readBlocks(page: string): Block[] {
  const text = readFileSync(`docs/${page}.md`, 'utf8');
  return [...text.matchAll(/^( *)```(\w+)(?: (\S+)#(\S+))?\n([^]*?)\n\1```$/gm)].map(
    ([, , language = '', sample, region, shown = '']) => ({ language, sample, region, text: shown }),
  );
}

const outputs = new Map<string, Promise<string>>();

/** What a sample prints; each runs once, in this process. */
export function outputOf(sample: string): Promise<string> {
  const known = outputs.get(sample);
  if (known !== undefined) return known;
  const output = run(sample);
  outputs.set(sample, output);
  return output;
}

async function run(sample: string): Promise<string> {
  const lines: string[] = [];
  const log = stub(console, 'log').callsFake((...values: unknown[]) => {
    lines.push(formatWithOptions({ colors: false }, ...values));
  });
  try {
    await import(pathToFileURL(`build/${sample.replace(/\.ts$/, '.js')}`).href);
  } finally {
    log.restore();
  }
  return lines.join('\n');
}
