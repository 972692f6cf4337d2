import { readFileSync } from 'node:fs';

/** The sections of a page of `docs/reference`, by heading: the items of each section's list, by their bold name. */
export function readReferencePage(name: string): Map<string, Record<string, string>> {
  const page = readFileSync(`docs/reference/${name}.md`, 'utf8');
  const sections = page.split(/^## /m).slice(1);
  return new Map(sections.map((section) => [section.split('\n', 1)[0] as string, readItems(section)]));
}

function readItems(section: string): Record<string, string> {
  const items = [...section.matchAll(/^- \*\*(.+?):\*\* (.+(?:\n {2}.+)*)/gm)];
  return Object.fromEntries(items.map(([, name = '', text = '']) => [name, text.replace(/\s+/g, ' ')]));
}
