// Proves who imports whom, and what else rooms.mjs says. `--root DIR` checks another tree.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { parseArgs } from 'node:util';
import { FILES_PER_ROOM, OUTSIDE_WORLD, PACKAGES, WIRE_NAMES } from './rooms.mjs';

const { values } = parseArgs({ options: { root: { type: 'string', default: join(import.meta.dirname, '..') } } });
const violations = [];
const warnings = [];
let fileCount = 0;

for (const house of PACKAGES) if (existsSync(join(values.root, house.folder))) checkPackage(house);

for (const { place, rule, remedy } of warnings) console.warn(`${place}  warning ${rule}  ${remedy}`);
violations.sort((one, other) => (one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1));
for (const { file, line, rule, remedy } of violations) console.log(`${file}:${line}  ${rule}  ${remedy}`);
if (violations.length === 0) console.log(`rooms: ${fileCount} files, no violation`);
process.exitCode = violations.length === 0 ? 0 : 1;

function checkPackage(house) {
  const files = new Map();
  for (const path of listSources(join(values.root, house.folder))) {
    const tokens = tokenize(readFileSync(join(values.root, house.folder, path), 'utf8'));
    files.set(path, { path, room: roomOf(path), tokens, imports: findImports(tokens) });
  }
  fileCount += files.size;
  for (const file of files.values()) {
    const flag = (line, rule, remedy) =>
      violations.push({ file: posix.join(house.folder, file.path), line, rule, remedy });
    checkPlace(house, file, flag);
    checkFileName(house, file, flag);
    checkExportedNames(file, flag);
    for (const found of file.imports) checkImport(house, file, found, files, flag);
    checkProcess(house, file, flag);
    checkConsole(house, file, flag);
    checkEffects(house, file, flag);
    checkWireNames(house, file, flag);
  }
  checkCycles(house, files);
  checkSizes(house, files);
}

// Rules of one file ---------------------------------------------------------------------------------------------------

function checkPlace(house, { path, room }, flag) {
  const isKnown = Object.hasOwn(room === undefined ? house.roots : house.rooms, room ?? path);
  if (!isKnown)
    flag(1, 'unknown-room', `give ${room === undefined ? path : `${room}/`} its place in scripts/rooms.mjs`);
}

function checkFileName(house, { path, room }, flag) {
  const stem = basename(path).replace(/(\.d)?\.[cm]?tsx?$/, '');
  const folders = dirname(path) === '.' ? [] : dirname(path).split('/');
  for (const name of [...folders, stem]) {
    if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
      flag(1, 'file-name', `${name} is no kebab-case noun: words in lower case joined by "-", without a dotted suffix`);
    } else if (/^(?:utils?|helpers?|commons?|misc|types)$/.test(name)) {
      flag(1, 'file-name', `${name} says nothing: name it after what it exports`);
    }
  }
  if (room === undefined || Object.hasOwn(house.repeatsItsFolder, path)) return;
  const folder = folders.at(-1);
  if (stem.startsWith(`${folder}-`)) flag(1, 'file-name', `drop "${folder}-": the folder says it already`);
}

function checkExportedNames({ tokens }, flag) {
  for (const { name, line } of findExportedNames(tokens)) {
    if (/^I[A-Z][a-z]/.test(name)) flag(line, 'exported-name', `${name}: a port is the plain noun, ${name.slice(1)}`);
    if (/.Impl$/.test(name))
      flag(line, 'exported-name', `${name}: an implementation is adjective plus noun, without Impl`);
    if (/^Abstract[A-Z]/.test(name)) flag(line, 'exported-name', `${name}: drop Abstract, a port is the plain noun`);
  }
}

function checkProcess(house, { path, tokens, imports }, flag) {
  const { members, allowed, remedy } = house.process;
  if (isAmong(path, allowed)) return;
  for (const { name, line } of findMembersOfProcess(tokens, imports)) {
    if (members.includes(name)) flag(line, name === 'env' ? 'environment' : 'process', `process.${name}: ${remedy}`);
  }
}

function checkConsole(house, { path, tokens }, flag) {
  if (house.console === undefined) return;
  tokens.forEach((token, index) => {
    if (!isWord(token, 'console') || isAfterDot(tokens, index) || is(tokens[index + 1], ':')) return;
    const isCall = ['.', '?.', '['].includes(tokens[index + 1]?.text) && tokens[index + 1].kind === 'punctuator';
    if (isCall || !isAmong(path, house.console.allowed)) flag(token.line, 'console', house.console.remedy);
  });
}

function checkEffects(house, { path, tokens }, flag) {
  if (house.mayHaveEffects.includes(path)) return;
  for (const { name, line } of findCallsWhenImported(tokens)) {
    flag(line, 'effect', `${name} runs when the file is imported: do it when somebody asks`);
  }
}

function checkWireNames(house, { path, tokens }, flag) {
  if (house.wireNames === undefined || isAmong(path, house.wireNames.allowed)) return;
  for (const { kind, text, line } of tokens) {
    if (kind === 'punctuator') continue;
    const words = text.match(/[A-Za-z0-9_$]+/g) ?? [];
    const name = words.find((word) => WIRE_NAMES.includes(word));
    if (name !== undefined) flag(line, 'wire-name', `${name}: ${house.wireNames.remedy}`);
  }
}

// Imports -------------------------------------------------------------------------------------------------------------

function checkImport(house, file, found, files, flag) {
  const { line, specifier } = found;
  if (found.isSideEffect && !isAmong(file.path, house.sideEffectImports[specifier] ?? [])) {
    flag(line, 'side-effect-import', `import names from '${specifier}': an import for its effect hides what it does`);
  }
  const other = packageOf(house, file, specifier);
  if (other !== undefined && other !== house) {
    flag(line, 'two-packages', `'${specifier}' is of ${other.name}: the two packages share only the wire`);
    return;
  }
  const target = resolve(house, file, specifier, files);
  if (target === undefined) {
    if (house.rooms[file.room]?.pure && OUTSIDE_WORLD.includes(specifier.replace(/^node:/, '').split('/')[0])) {
      flag(line, 'pure', `${file.room}/ is pure: leave '${specifier}' to a room that may, and take its result`);
    }
    return;
  }
  if (target.startsWith('../')) {
    flag(line, 'outside', `'${specifier}' is not in ${house.folder}/, which is what is published`);
    return;
  }
  checkDoors(house, file, target, line, flag);
  checkDirection(house, file, found, target, flag);
}

/** Which of the two packages a specifier leads into, by name or by path. */
function packageOf(house, file, specifier) {
  if (specifier.startsWith('.')) {
    const path = posix.join(house.folder, dirname(file.path), specifier);
    return PACKAGES.find(({ folder }) => path.startsWith(`${folder}/`));
  }
  return PACKAGES.find(({ name, alias }) => {
    if (alias !== undefined && specifier.startsWith(alias)) return true;
    return `${specifier}/`.startsWith(`${name}/`);
  });
}

/** The path of a file of the same package, or undefined for what comes from elsewhere. */
function resolve(house, file, specifier, files) {
  let path;
  if (specifier.startsWith('.')) path = posix.join(dirname(file.path), specifier);
  else if (house.alias !== undefined && specifier.startsWith(house.alias)) path = specifier.slice(house.alias.length);
  else if (specifier === house.name) path = 'index.js';
  else if (specifier.startsWith(`${house.name}/`)) path = `${specifier.slice(house.name.length + 1)}/index.js`;
  else return undefined;
  const source = path.replace(/\.([cm]?)js$/, '.$1ts');
  return [source, `${source}.ts`, posix.join(source, 'index.ts')].find((known) => files.has(known)) ?? source;
}

function checkDoors(house, file, target, line, flag) {
  const root = Object.hasOwn(house.roots, target) ? house.roots[target] : undefined;
  if (root !== undefined && target !== file.path && !root.importedBy.includes(file.path)) {
    flag(line, 'door', `nobody imports ${target}, ${root.why}: import the file that has it`);
  }
  const room = roomOf(target);
  if (room !== undefined && room !== file.room && Object.hasOwn(house.closed, room)) {
    flag(line, 'door', `nobody imports ${room}/, ${house.closed[room]}: move what is shared below`);
  }
}

function checkDirection(house, file, { line, isType, isInlineOnly }, target, flag) {
  const room = roomOf(target);
  if (room === undefined || room === file.room || Object.hasOwn(house.closed, room)) return;
  if (file.room === undefined) {
    const root = house.roots[file.path];
    if (root?.notRooms?.includes(room)) flag(line, 'downward', `${file.path} does not import ${room}/: ${root.why}`);
    return;
  }
  const from = house.rooms[file.room];
  const to = house.rooms[room];
  if (from === undefined || to === undefined) return;
  if (from.imports === undefined ? to.floor < from.floor : from.imports.includes(room)) return;
  const mayNameTypes = from.typesOf?.includes(room) ?? false;
  if (mayNameTypes && isType) return;
  const rule = from.floor !== undefined && from.floor === to.floor ? 'same-floor' : 'downward';
  let remedy = 'move what is shared to a lower room, or take it as a parameter';
  if (mayNameTypes) {
    remedy = isInlineOnly ? 'write `import type { … }`, since inline types load the file' : 'import its types only';
  }
  flag(line, rule, `${file.room}/ does not import ${room}/, ${from.why}: ${remedy}`);
}

// Rules of a package --------------------------------------------------------------------------------------------------

function checkCycles(house, files) {
  const edges = new Map();
  for (const file of files.values()) {
    const targets = new Map();
    for (const found of file.imports) {
      const target = found.isType ? undefined : resolve(house, file, found.specifier, files);
      if (target !== undefined && files.has(target) && !targets.has(target)) targets.set(target, found.line);
    }
    edges.set(file.path, targets);
  }
  const told = new Set();
  for (const start of files.keys()) {
    if (told.has(start)) continue;
    const cycle = shortestCycle(start, edges);
    if (cycle === undefined) continue;
    for (const path of cycle) told.add(path);
    violations.push({
      file: posix.join(house.folder, start),
      line: edges.get(start).get(cycle[1]),
      rule: 'cycle',
      remedy: `${cycle.join(' → ')}: import only types one way, or move what both need`,
    });
  }
}

function shortestCycle(start, edges) {
  const cameFrom = new Map();
  const queue = [start];
  for (const path of queue) {
    for (const target of edges.get(path).keys()) {
      if (target === start) {
        const cycle = [start];
        for (let step = path; step !== start; step = cameFrom.get(step)) cycle.unshift(step);
        return [start, ...cycle];
      }
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, path);
      queue.push(target);
    }
  }
  return undefined;
}

function checkSizes(house, files) {
  const sizes = new Map();
  for (const { room } of files.values()) if (room !== undefined) sizes.set(room, (sizes.get(room) ?? 0) + 1);
  for (const [room, size] of sizes) {
    if (size <= FILES_PER_ROOM) continue;
    const remedy = `${size} files; past ${FILES_PER_ROOM} a room wants a wall`;
    warnings.push({ place: `${house.folder}/${room}`, rule: 'room-size', remedy });
  }
}

// Finding things among tokens -----------------------------------------------------------------------------------------

/** `import`, `export … from`, dynamic `import()`, types by `import()`, and `require()` of literal specifiers. */
function findImports(tokens) {
  const imports = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || isAfterDot(tokens, index)) return;
    if (token.text === 'import' && is(tokens[index + 1], '(')) imports.push(...readCall(tokens, index, true));
    else if (token.text === 'require' && is(tokens[index + 1], '(')) imports.push(...readCall(tokens, index, false));
    else if (token.text === 'import' || token.text === 'export') imports.push(...readDeclaration(tokens, index));
  });
  return imports;
}

function readCall(tokens, index, canBeType) {
  const argument = tokens[index + 2];
  if (argument?.kind !== 'string' && argument?.kind !== 'template') return [];
  if (!is(tokens[index + 3], ')') && !is(tokens[index + 3], ',')) return [];
  // `typeof import('x')` and `import('x').Name` are types; a promise has no member in upper case.
  const isMember = is(tokens[index + 3], ')') && is(tokens[index + 4], '.') && /^[A-Z]/.test(tokens[index + 5]?.text);
  const isType = canBeType && (isWord(tokens[index - 1], 'typeof') || isMember);
  return [{ line: argument.line, specifier: argument.text, isType, names: [] }];
}

function readDeclaration(tokens, start) {
  const isImport = tokens[start].text === 'import';
  let index = start + 1;
  if (isImport && tokens[index]?.kind === 'string') {
    return [{ line: tokens[index].line, specifier: tokens[index].text, isType: false, isSideEffect: true, names: [] }];
  }
  const isMarkedType =
    isWord(tokens[index], 'type') &&
    !is(tokens[index + 1], ',') &&
    !(isWord(tokens[index + 1], 'from') && tokens[index + 2]?.kind === 'string');
  if (isMarkedType) index += 1;
  if (!isImport && !is(tokens[index], '{') && !is(tokens[index], '*')) return [];
  const names = [];
  let hasOther = false;
  for (; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (isWord(token, 'from') && tokens[index + 1]?.kind === 'string') {
      const isInlineOnly = !hasOther && names.every(({ isType }) => isType);
      const { line, text: specifier } = tokens[index + 1];
      // With `verbatimModuleSyntax`, `import { type Name }` still loads the file: only `import type` does not.
      return [{ line, specifier, isType: isMarkedType, isInlineOnly, names }];
    }
    if (is(token, '{')) {
      const end = tokens.findIndex((candidate, at) => at > index && is(candidate, '}'));
      if (end === -1) return [];
      names.push(...readSpecifiers(tokens.slice(index + 1, end)));
      index = end;
      if (!isImport && !isWord(tokens[index + 1], 'from')) return [];
    } else if (token.kind === 'word' || is(token, '*')) hasOther = true;
    else if (!is(token, ',')) return [];
  }
  return [];
}

/** The inside of `{ a, type B, c as d }`. */
function readSpecifiers(tokens) {
  const specifiers = [];
  let part = [];
  for (const token of [...tokens, { kind: 'punctuator', text: ',' }]) {
    if (!is(token, ',')) part.push(token);
    else if (part.length > 0) {
      const isType = part.length > 1 && isWord(part[0], 'type') && !(part.length === 3 && isWord(part[1], 'as'));
      const [first] = isType ? part.slice(1) : part;
      const last = part.at(-1);
      specifiers.push({ name: first.text, alias: last.text, line: last.line, isType, isRenamed: first !== last });
      part = [];
    }
  }
  return specifiers;
}

function findExportedNames(tokens) {
  const names = [];
  tokens.forEach((token, index) => {
    if (!isWord(token, 'export') || isAfterDot(tokens, index)) return;
    let at = index + 1;
    if (isWord(tokens[at], 'type') && (is(tokens[at + 1], '{') || is(tokens[at + 1], '*'))) at += 1;
    if (is(tokens[at], '{')) {
      const end = tokens.findIndex((candidate, position) => position > at && is(candidate, '}'));
      const isPassedOn = isWord(tokens[end + 1], 'from');
      for (const { alias, line, isRenamed } of readSpecifiers(tokens.slice(at + 1, Math.max(end, at + 1)))) {
        // What is passed on under its own name is told where it is declared.
        if (isRenamed || !isPassedOn) names.push({ name: alias, line });
      }
      return;
    }
    if (is(tokens[at], '*') && isWord(tokens[at + 1], 'as'))
      names.push({ name: tokens[at + 2]?.text, line: token.line });
    while (tokens[at]?.kind === 'word' && /^(?:default|declare|abstract|async)$/.test(tokens[at].text)) at += 1;
    const isDeclaration = /^(?:class|interface|type|enum|function|const|let|var|namespace)$/.test(tokens[at]?.text);
    if (!isDeclaration) return;
    at += 1;
    if (is(tokens[at], '*') || isWord(tokens[at], 'enum')) at += 1;
    if (tokens[at]?.kind === 'word') names.push({ name: tokens[at].text, line: tokens[at].line });
  });
  return names;
}

/** `process.env`, `process['env']`, `{ env } = process` and `import { env } from 'node:process'`. */
function findMembersOfProcess(tokens, imports) {
  const members = [];
  for (const { specifier, names, line } of imports) {
    if (/^(?:node:)?process$/.test(specifier)) members.push(...names.map(({ name }) => ({ name, line })));
  }
  tokens.forEach((token, index) => {
    if (!isWord(token, 'process')) return;
    if (isAfterDot(tokens, index) && !isWord(tokens[index - 2], 'globalThis')) return;
    const { line } = token;
    const next = tokens[index + 1];
    const afterNext = tokens[index + 2];
    if ((is(next, '.') || is(next, '?.')) && afterNext?.kind === 'word') members.push({ name: afterNext.text, line });
    else if (is(next, '[') && afterNext?.kind === 'string') members.push({ name: afterNext.text, line });
    else if (is(tokens[index - 1], '=') && is(tokens[index - 2], '}')) {
      for (let at = index - 3; at >= 0 && !is(tokens[at], '{'); at -= 1) {
        if (tokens[at].kind === 'word' && !is(tokens[at - 1], ':')) members.push({ name: tokens[at].text, line });
      }
    }
  });
  return members;
}

/**
 * Calls of known effect that no function body stands around. A heuristic: blocks of `if`, `for`, `try` and `static` run when
 * the file is imported, and so do object literals; every other brace is taken for a body, and what follows `=>` for one too.
 */
function findCallsWhenImported(tokens) {
  const calls = [];
  const blocks = [{ runs: true }];
  const parens = [];
  let closedParen;
  let statementHasArrow = false;
  tokens.forEach((token, index) => {
    const previous = tokens[index - 1];
    if (is(token, '(')) parens.push({ before: previous });
    else if (is(token, ')')) closedParen = parens.pop();
    else if (is(token, ';')) statementHasArrow = blocks.at(-1).hadArrow ?? false;
    else if (is(token, '=>')) statementHasArrow = true;
    else if (is(token, '{') || is(token, '${')) {
      const runs = blocks.at(-1).runs && (is(token, '${') || opensRunningBlock(previous, closedParen));
      blocks.push({ runs, hadArrow: statementHasArrow });
    } else if (is(token, '}')) {
      const { hadArrow } = blocks.length > 1 ? blocks.pop() : blocks[0];
      const continues = ['.', '?.', ',', ')', '('].includes(tokens[index + 1]?.text);
      statementHasArrow = continues ? (hadArrow ?? false) : (blocks.at(-1).hadArrow ?? false);
    }
    if (token.kind !== 'word' || !blocks.at(-1).runs || statementHasArrow) return;
    const name = callWithEffect(tokens, index);
    if (name !== undefined) calls.push({ name, line: token.line });
  });
  return calls;
}

function opensRunningBlock(previous, closedParen) {
  if (previous === undefined || previous.kind === 'string' || previous.kind === 'template') return false;
  if (is(previous, ')')) return /^(?:if|for|while|switch|catch|with)$/.test(closedParen?.before?.text);
  if (previous.kind === 'word') return /^(?:else|try|finally|do|static|return)$/.test(previous.text);
  return /^(?:[=(,:[?;}{]|\|\||&&|\?\?)$/.test(previous.text);
}

function callWithEffect(tokens, index) {
  const { text } = tokens[index];
  const next = tokens[index + 1];
  if (text === 'console' && is(next, '.') && !isAfterDot(tokens, index)) return `console.${tokens[index + 2]?.text}`;
  if (!is(next, '(') || isWord(tokens[index - 1], 'function')) return undefined;
  if (/^(?:setInterval|setTimeout|setImmediate|queueMicrotask|createSocket|createServer)$/.test(text)) return text;
  const isOfProcess = isAfterDot(tokens, index) && isWord(tokens[index - 2], 'process');
  return isOfProcess && /^(?:on|once|nextTick|emitWarning)$/.test(text) ? `process.${text}` : undefined;
}

function is(token, text) {
  return token?.kind === 'punctuator' && token.text === text;
}

function isWord(token, text) {
  return token?.kind === 'word' && token.text === text;
}

function isAfterDot(tokens, index) {
  return is(tokens[index - 1], '.') || is(tokens[index - 1], '?.');
}

// Files and tokens ----------------------------------------------------------------------------------------------------

function listSources(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.[cm]?tsx?$/.test(path))
    .toSorted();
}

function roomOf(path) {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined;
}

function isAmong(path, places) {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

/**
 * Words, numbers, strings, pieces of templates, regular expressions and punctuators, with their lines; comments are left out.
 * What stands in `${…}` is code again.
 */
function tokenize(source) {
  const tokens = [];
  const braces = [];
  let index = 0;
  let line = 1;

  const push = (kind, text, length) => {
    tokens.push({ kind, text, line });
    skip(length);
  };
  const skip = (length) => {
    for (const end = Math.min(index + length, source.length); index < end; index += 1) {
      if (source[index] === '\n') line += 1;
    }
  };
  const rest = (pattern) => {
    pattern.lastIndex = index;
    return pattern.exec(source)?.[0];
  };
  const readTemplate = () => {
    const text = rest(/(?:\\[^]|\$(?!\{)|[^\\`$])*/y) ?? '';
    push('template', text, text.length);
    if (source.startsWith('${', index)) {
      braces.push('${');
      push('punctuator', '${', 2);
    } else skip(1);
  };

  skip(rest(/#!.*/y)?.length ?? 0);
  while (index < source.length) {
    const char = source[index];
    const blank = rest(/\s+|\/\/.*|\/\*[^]*?(?:\*\/|$)/y);
    if (blank !== undefined) {
      skip(blank.length);
      continue;
    }
    const word = rest(/[#@]?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy);
    if (word !== undefined) {
      push('word', word.replace(/^@/, ''), word.length);
      continue;
    }
    if (char === '"' || char === "'") {
      const text = rest(char === '"' ? /"(?:\\[^]|[^"\\\n])*"?/y : /'(?:\\[^]|[^'\\\n])*'?/y);
      push('string', text.slice(1, text.endsWith(char) && text.length > 1 ? -1 : undefined), text.length);
      continue;
    }
    if (char === '`') {
      skip(1);
      readTemplate();
      continue;
    }
    const number = rest(/\.?\d[\w.]*/y);
    if (number !== undefined) {
      push('number', number, number.length);
      continue;
    }
    if (char === '/' && canStartExpression(tokens, line)) {
      const pattern = rest(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y);
      if (pattern !== undefined) {
        push('pattern', pattern, pattern.length);
        continue;
      }
    }
    if (char === '{') braces.push('{');
    if (char === '}' && braces.pop() === '${') {
      push('punctuator', '}', 1);
      readTemplate();
      continue;
    }
    const punctuator = rest(/\?\.(?!\d)|=>|\+\+|--|\|\||&&|\?\?|[^]/y);
    push('punctuator', punctuator, punctuator.length);
  }
  return tokens;
}

/** Whether a slash begins a regular expression here, and is no division. */
function canStartExpression(tokens, line) {
  const previous = tokens.at(-1);
  if (previous === undefined) return true;
  if (previous.kind === 'word') {
    if (isAfterDot(tokens, tokens.length - 1)) return false;
    return /^(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield|instanceof)$/.test(previous.text);
  }
  if (previous.kind !== 'punctuator') return false;
  if (previous.text === '}') return previous.line !== line;
  if (previous.text === ')') return follows(tokens, /^(?:if|while|for|with)$/);
  if (previous.text === '!') return !endsValue(tokens.at(-2));
  return !/^(?:\]|\+\+|--)$/.test(previous.text);
}

function follows(tokens, keyword) {
  let depth = 0;
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    if (is(tokens[index], ')')) depth += 1;
    else if (is(tokens[index], '(')) depth -= 1;
    if (depth === 0) return keyword.test(tokens[index - 1]?.text ?? '');
  }
  return false;
}

function endsValue(token) {
  return (
    token !== undefined && (token.kind !== 'punctuator' || /^[)\]}]$/.test(token.text)) && !isWord(token, 'return')
  );
}
