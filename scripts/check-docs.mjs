// Proves that links lead somewhere and that embedded samples are what CI runs. `--write` refreshes the samples;
// `--root DIR` checks another tree.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseArgs } from 'node:util';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
/** Folders of pages, and whether those below count too. */
const FOLDERS = { docs: true, samples: true, daemon: false };
const FENCE = /^([ \t]*(?:> ?)*[ \t]*)(`{3,}|~{3,})(.*)$/;

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: join(import.meta.dirname, '..') },
    write: { type: 'boolean', default: false },
  },
});
const failures = [];
const anchors = new Map();
const pages = listPages();
let linkCount = 0;
let sampleCount = 0;

for (const page of pages) {
  checkSamples(page);
  checkLinks(page);
}
failures.sort((one, other) =>
  one.page === other.page ? one.line - other.line : pages.indexOf(one.page) - pages.indexOf(other.page),
);
for (const { page, line, what } of failures) console.log(`${page}:${line} ${what}`);
if (failures.length === 0) console.log(`docs: ${pages.length} files, ${linkCount} links, ${sampleCount} samples`);
process.exitCode = failures.length === 0 ? 0 : 1;

function listPages() {
  const found = PAGES.filter((page) => existsSync(join(values.root, page)));
  for (const [folder, recursive] of Object.entries(FOLDERS)) {
    if (!existsSync(join(values.root, folder))) continue;
    const names = readdirSync(join(values.root, folder), { recursive }).map((name) => name.replaceAll('\\', '/'));
    const own = names.filter((name) => name.endsWith('.md') && !/(?:^|\/)node_modules\//.test(name));
    found.push(...own.toSorted((one, other) => one.localeCompare(other)).map((name) => `${folder}/${name}`));
  }
  return found;
}

function fail(page, line, what) {
  failures.push({ page, line, what });
}

function read(path) {
  return readFileSync(join(values.root, path), 'utf8').replaceAll('\r\n', '\n');
}

// Samples -------------------------------------------------------------------------------------------------------------

function checkSamples(page) {
  const text = read(page);
  const lines = text.split('\n');
  let hasChanged = false;
  // From the last to the first, so that a refreshed sample moves none that is still to be looked at.
  for (const { first, last, indent, info } of findFences(lines).toReversed()) {
    const [, path, region] = /^\S+\s+([^\s#={}"']+)(?:#(\S+))?\s*$/.exec(info) ?? [];
    if (path === undefined || !/[./]/.test(path)) continue;
    sampleCount += 1;
    const { sample, problem } = readRegion(path, region);
    if (sample === undefined) {
      fail(page, first + 1, problem);
      continue;
    }
    const shown = lines
      .slice(first + 1, last)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    if (trimBlankLines(shown).join('\n') === sample.join('\n')) continue;
    if (values.write) {
      lines.splice(first + 1, last - first - 1, ...sample.map((line) => `${indent}${line}`.trimEnd()));
      hasChanged = true;
    } else fail(page, first + 1, `the sample is not ${path}#${region}: run node scripts/check-docs.mjs --write`);
  }
  if (hasChanged) writeFileSync(join(values.root, page), lines.join('\n'));
}

/** Fences from their opening line to their closing one; `last` is past the end where nothing closes it. */
function findFences(lines) {
  const fences = [];
  let open;
  lines.forEach((line, index) => {
    const [, indent, marker, info] = FENCE.exec(line) ?? [];
    if (marker === undefined) return;
    if (open === undefined) {
      if (marker.startsWith('`') && info.includes('`')) return;
      open = { first: index, last: lines.length, indent, info: info.trim(), marker };
      fences.push(open);
    } else if (marker.startsWith(open.marker) && info.trim() === '') {
      open.last = index;
      open = undefined;
    }
  });
  return fences;
}

function readRegion(path, region) {
  if (region === undefined) return { problem: `the sample ${path} names no region: ${path}#region` };
  const isFile =
    !path.startsWith('..') && existsSync(join(values.root, path)) && statSync(join(values.root, path)).isFile();
  if (!isFile) return { problem: `there is no file ${path}` };
  const sample = [];
  let depth = 0;
  let isClosed = false;
  let hasBegun = false;
  for (const line of read(path).split('\n')) {
    const [, mark, name] = /^\s*(?:\/\/|#)\s*#(region|endregion)\b\s*(.*?)\s*$/.exec(line) ?? [];
    if (!hasBegun) {
      hasBegun = mark === 'region' && name === region;
      continue;
    }
    // Regions within it show their content, not their marks.
    if (mark === undefined) sample.push(line);
    else if (mark === 'region') depth += 1;
    else if (depth > 0) depth -= 1;
    else {
      isClosed = true;
      break;
    }
  }
  if (!hasBegun) return { problem: `${path} has no // #region ${region}` };
  if (!isClosed) return { problem: `${path} does not end its region ${region}: // #endregion` };
  return { sample: outdent(trimBlankLines(sample)) };
}

function trimBlankLines(lines) {
  const isText = (line) => line.trim() !== '';
  const first = lines.findIndex(isText);
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex(isText) + 1);
}

function outdent(lines) {
  const depths = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)[0].length);
  const depth = Math.min(...depths);
  return lines.map((line) => line.slice(depth));
}

// Links ---------------------------------------------------------------------------------------------------------------

function checkLinks(page) {
  const prose = proseOf(read(page));
  const lineOf = (index) => prose.slice(0, index).split('\n').length;
  const labels = new Set();

  // The destination of [text](here "title"), with balanced parentheses inside.
  const inline = /\]\(\s*(<[^>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g;
  for (const match of prose.matchAll(inline)) checkLink(page, lineOf(match.index), match[1].replace(/^<(.*)>$/, '$1'));
  for (const match of prose.matchAll(/^ {0,3}\[(?!\^)([^\]]+)\]:\s*<?([^\s>]+)>?/gm)) {
    labels.add(match[1].toLowerCase());
    checkLink(page, lineOf(match.index), match[2]);
  }
  for (const match of prose.matchAll(/<(?:a|img|source)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
    checkLink(page, lineOf(match.index), match[1]);
  }
  for (const match of prose.matchAll(/\][ ]?\[(?!\^)([^\]\n]+)\]/g)) {
    if (!labels.has(match[1].toLowerCase())) fail(page, lineOf(match.index), `no line defines [${match[1]}]: …`);
  }
}

/** The text with everything blanked that only shows: fences, code and comments. Every line stays where it was. */
function proseOf(text) {
  const lines = text.split('\n');
  for (const { first, last } of findFences(lines)) lines.fill('', first, last + 1);
  const blank = (shown) => shown.replace(/[^\n]/g, ' ');
  return lines
    .join('\n')
    .replace(/<!--[^]*?(?:-->|$)/g, blank)
    .replace(/(?<!`)(`+)(?!`)(?:(?!\n\n)[^])*?[^`]\1(?!`)/g, blank);
}

function checkLink(page, line, destination) {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(destination)) return;
  linkCount += 1;
  const [, encoded, , fragment] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/.exec(destination);
  const path = decode(encoded);
  let target = page;
  if (path.startsWith('/')) target = posix.normalize(path.slice(1));
  else if (path !== '') target = posix.join(dirname(page), path);
  if (destination === '' || target.startsWith('..')) {
    fail(page, line, `the link (${destination}) leads out of the repository`);
  } else if (!existsSync(join(values.root, target)))
    fail(page, line, `the link (${destination}) leads nowhere: no ${target}`);
  else if (fragment !== undefined && fragment !== '') checkAnchor(page, line, { target, fragment: decode(fragment) });
}

function checkAnchor(page, line, { target, fragment }) {
  let file = target;
  if (statSync(join(values.root, target)).isDirectory()) {
    file = posix.join(target, 'README.md');
    if (!existsSync(join(values.root, file)))
      return fail(page, line, `${target} has no page for the anchor #${fragment}`);
  }
  if (file.endsWith('.md')) {
    if (!anchorsOf(file).has(fragment)) fail(page, line, `${file} has no heading for the anchor #${fragment}`);
    return undefined;
  }
  const [, first, last] = /^L(\d+)(?:-L(\d+))?$/.exec(fragment) ?? [];
  const lineCount = read(file).split('\n').length;
  if (first === undefined) fail(page, line, `${file} has no anchors but lines: #L1`);
  else if (Number(last ?? first) > lineCount) fail(page, line, `${file} has ${lineCount} lines, no #${fragment}`);
  return undefined;
}

/** The anchors that GitHub gives to the headings of a page, and those that the page gives itself. */
function anchorsOf(page) {
  if (anchors.has(page)) return anchors.get(page);
  const found = new Set();
  const text = read(page);
  const lines = text.split('\n');
  for (const { first, last } of findFences(lines)) lines.fill('', first, last + 1);
  const add = (heading) => {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; found.has(anchor); count += 1) anchor = `${slug}-${count}`;
    found.add(anchor);
  };
  lines.forEach((line, index) => {
    const [, heading] = /^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line) ?? [];
    if (heading !== undefined) add(heading);
    else if (/^ {0,3}(?:=+|-+)[ \t]*$/.test(line) && /^ {0,3}[^\s|>#-]/.test(lines[index - 1] ?? ''))
      add(lines[index - 1]);
  });
  for (const [, name] of proseOf(text).matchAll(/<[a-z][a-z0-9]*\b[^>]*?\s(?:id|name)="([^"]+)"/g)) found.add(name);
  anchors.set(page, found);
  return found;
}

function slugOf(heading) {
  return heading
    .split(/(`+[^`]*`+)/)
    .map((part) => (part.startsWith('`') ? part : textOf(part)))
    .join('')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Markdown without its tags, link targets and emphasis by underscores. */
function textOf(markdown) {
  return markdown
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/<[^>]+>/g, '')
    .replace(/(?<![\p{L}\p{N}_])(_{1,2})(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}_])/gu, '$2');
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
