/** What a document of YAML holds. */
export type YamlValue = null | boolean | number | string | YamlValue[] | { [key: string]: YamlValue };

/** A document that has been read. */
export interface YamlDocument {
  readonly value: YamlValue;
  /** The line, from 1, on which a member stands, such as `rules[1].name`; of one that is absent, that of what would hold it. */
  readonly lineOf: (path: string) => number;
}

/** Why a text was not read, and where: line and column count from 1, columns in units of UTF-16. */
export class YamlRefusal extends Error {
  readonly line: number;
  readonly column: number;
  /** What stands there. */
  readonly what: string;
  readonly remedy: string;

  constructor({ line, column, what, remedy }: { line: number; column: number; what: string; remedy: string }) {
    super(`line ${line}, column ${column}: ${what}. ${remedy}`);
    this.line = line;
    this.column = column;
    this.what = what;
    this.remedy = remedy;
  }
}

/** What {@link readYaml} takes, for messages. */
export const YAML_FORMS =
  'YAML of mappings, lists, flow collections, and texts and numbers on one line each; no tabs, anchors, tags or block texts';

/** How deep collections may be nested: far more than any configuration, and few enough for the stack. */
const DEPTH = 64;
/** YAML 1.2.2 allows 1024 characters for a key and what surrounds it. */
const KEY_LENGTH = 1000;

const FLOW_INDICATORS = ',[]{}';
const QUOTES = 'Put the text in quotes.';

/** What a plain scalar does not begin with: what it is instead, and what to write. */
const REFUSED_STARTS = new Map<string, readonly [what: string, remedy: string]>([
  ['&', ['an anchor', 'Write the value out wherever it is needed; a text that begins with & goes in quotes.']],
  ['*', ['an alias', "Write the value itself; a text that begins with * goes in quotes: '*'."]],
  ['!', ['a tag', 'Leave it out; a text that begins with ! goes in quotes.']],
  ['|', ['a block text', String.raw`Write it on one line in double quotes, with \n for a new line.`]],
  ['>', ['a folded block text', 'Write it on one line, in quotes.']],
  ['%', ['a directive, or a text that begins with %', 'Leave the directive out; put the text in quotes.']],
  ['?', ['a key of more than one line, or a text that begins with ?', 'Write key: value; put the text in quotes.']],
  ...Array.from('@`:,]}#', (unit) => [unit, [`a text that begins with ${unit}`, QUOTES]] as const),
]);

/** What no document holds: control characters, and a mark of byte order before everything. */
const UNPRINTABLE = /^\uFEFF|[^\t\n -\uFFFF]/;
/** YAML 1.2.2, 5.1; JSON has these in quotes. */
const UNPRINTABLE_IF_PLAIN = /[\u007F-\u009F\uFEFF\uFFFE\uFFFF]/;

const SINGLE_QUOTED = /'[^'\n]*(?:''[^'\n]*)*'/y;
const DOUBLE_QUOTED = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/y;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g;

/** YAML 1.2.2, 5.7. */
const ESCAPES: ReadonlyMap<string | undefined, string> = new Map([
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\u001B'],
  [' ', ' '],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  ['N', '\u0085'],
  ['_', '\u00A0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

/**
 * Reads a strict subset of YAML 1.2, JSON included. What it takes it reads as every reader of YAML 1.2 does; all else it refuses
 * rather than guess (decision 0012). In linear time, whatever the text.
 *
 * @throws YamlRefusal
 */
export function readYaml(text: string): YamlDocument {
  return new YamlReader(text).readDocument();
}

interface Nesting {
  /** The column of what holds it, -1 for the document itself. */
  readonly parent: number;
  readonly depth: number;
}

interface FlowNesting extends Nesting {
  readonly isOutermost: boolean;
}

class YamlReader {
  readonly #text: string;
  /** Where the members of each collection stand. */
  readonly #lines = new Map<object, Map<string, number>>();
  #at = 0;
  #line = 1;
  #lineStart = 0;
  /** Within a flow collection that is the whole document: JSON may be indented by tabs. */
  #allowsTabs = false;

  constructor(text: string) {
    this.#text = text.replaceAll('\r\n', '\n');
  }

  readDocument(): YamlDocument {
    this.#refuseControls(this.#text, UNPRINTABLE, 0);
    this.#skipBlanks();
    if (this.#isAtMarker('---')) {
      const line = this.#line;
      this.#at += 3;
      this.#skipBlanks();
      if (!this.#isAtEnd && this.#line === line) this.#refuse('content beside ---', 'Put it on the next line.');
    }
    const value = this.#isAtEnd ? null : this.#readBlock({ parent: -1, depth: 1 });
    if (!this.#isAtEnd) this.#refuseRest();
    return { value, lineOf: (path) => this.#lineOf(value, path) };
  }

  /** Follows the path as far as it goes. */
  #lineOf(value: YamlValue, path: string): number {
    let line = 1;
    let holder = value;
    let rest = path;
    for (;;) {
      const members = new Map<string, YamlValue>(isCollection(holder) ? Object.entries(holder) : []);
      const steps = [...members.keys()].map((name) => ({ name, step: Array.isArray(holder) ? `[${name}]` : name }));
      const found = steps.find(
        ({ step }) => rest === step || (rest.startsWith(step) && /^[.[]/.test(rest.slice(step.length))),
      );
      if (found === undefined) return line;
      line = this.#lines.get(holder as object)?.get(found.name) ?? line;
      holder = members.get(found.name) ?? null;
      rest = rest.slice(found.step.length).replace(/^\./, '');
    }
  }

  // Block style ---------------------------------------------------------------------------------------------------------

  /** What begins here, on a line of its own or after `- `. */
  #readBlock({ parent, depth }: Nesting): YamlValue {
    this.#refuseDepth(depth);
    this.#refuseMarkers();
    if (this.#isAtDash()) return this.#readSequence({ parent: this.#column, depth });
    const start = this.#at;
    if (!this.#isAtFlow()) {
      this.#readScalar(false);
      const isKey = this.#isAtColon(false);
      this.#at = start;
      if (isKey) return this.#readMapping({ parent: this.#column, depth });
    }
    return this.#readInline({ parent, depth });
  }

  #readMapping({ parent, depth }: Nesting): YamlValue {
    const mapping = this.#begin<Record<string, YamlValue>>({});
    do {
      const key = this.#readKey(mapping, false);
      const line = this.#line;
      this.#skipBlanks();
      assign(mapping, key, this.#readMember({ parent, depth: depth + 1 }, line));
    } while (this.#continuesAt(parent));
    return mapping;
  }

  /** The value of a member whose key stands on the given line, at the column `parent`. */
  #readMember({ parent, depth }: Nesting, line: number): YamlValue {
    if (this.#isAtEnd) return null;
    if (this.#line === line) {
      if (this.#isAtDash()) this.#refuse('a list beside its key', 'Begin it on the next line.');
      return this.#readInline({ parent, depth });
    }
    // A list may stand at the column of the key that it belongs to.
    const isOwn = this.#column > parent || (this.#column === parent && this.#isAtDash());
    return isOwn ? this.#readBlock({ parent, depth }) : null;
  }

  #readSequence({ parent, depth }: Nesting): YamlValue {
    const sequence = this.#begin<YamlValue[]>([]);
    do {
      // At the column of the key that the list belongs to, the next key follows it.
      if (!this.#isAtDash()) return sequence;
      this.#note(sequence, String(sequence.length));
      const line = this.#line;
      this.#at += 1;
      this.#skipBlanks();
      const isEmpty = this.#isAtEnd || (this.#line !== line && this.#column <= parent);
      sequence.push(isEmpty ? null : this.#readBlock({ parent, depth: depth + 1 }));
    } while (this.#continuesAt(parent));
    return sequence;
  }

  /** A scalar or a flow collection, and nothing more on its line. */
  #readInline({ parent, depth }: Nesting): YamlValue {
    let value: YamlValue;
    if (this.#isAtFlow()) {
      this.#allowsTabs = parent === -1;
      value = this.#readFlow({ parent, depth, isOutermost: true });
      this.#allowsTabs = false;
    } else {
      value = this.#readScalar(false);
      if (this.#isAtColon(false))
        this.#refuse('a second key on one line', `Begin a mapping on the next line. ${QUOTES}`);
    }
    const line = this.#line;
    this.#skipBlanks();
    if (!this.#isAtEnd && this.#line === line) this.#refuseRest();
    return value;
  }

  /** Whether the next line stands at the column. */
  #continuesAt(column: number): boolean {
    if (this.#isAtEnd) return false;
    this.#refuseMarkers();
    if (this.#column > column) this.#refuseRest();
    return this.#column === column;
  }

  // Flow style ----------------------------------------------------------------------------------------------------------

  #readFlow(nesting: FlowNesting): YamlValue {
    this.#refuseDepth(nesting.depth);
    const isList = this.#text[this.#at] === '[';
    const close = isList ? ']' : '}';
    const list: YamlValue[] = [];
    const mapping: Record<string, YamlValue> = {};
    const collection = this.#begin(isList ? list : mapping);
    this.#at += 1;
    this.#skipInFlow(nesting, close);
    while (this.#text[this.#at] !== close) {
      if (isList) {
        this.#note(list, String(list.length));
        list.push(this.#readInFlow(nesting));
      } else {
        const key = this.#readKey(mapping, true);
        this.#skipInFlow(nesting, close);
        const isEmpty = this.#text[this.#at] === ',' || this.#text[this.#at] === close;
        assign(mapping, key, isEmpty ? null : this.#readInFlow(nesting));
      }
      this.#skipInFlow(nesting, close);
      if (this.#text[this.#at] === ',') {
        this.#at += 1;
        this.#skipInFlow(nesting, close);
      } else if (this.#text[this.#at] !== close) this.#refuseUnseparated(close);
    }
    this.#at += 1;
    return collection;
  }

  #readInFlow({ parent, depth }: FlowNesting): YamlValue {
    return this.#isAtFlow() ? this.#readFlow({ parent, depth: depth + 1, isOutermost: false }) : this.#readScalar(true);
  }

  #skipInFlow({ parent, isOutermost }: FlowNesting, close: string): void {
    const line = this.#line;
    this.#skipBlanks();
    if (this.#isAtEnd) this.#refuse(`the end, before ${close}`, `Close what is open with ${close}.`);
    this.#refuseMarkers();
    // The last bracket may stand below the key that the collection belongs to.
    const isLast = isOutermost && this.#text[this.#at] === close;
    if (this.#line === line || this.#column > parent - (isLast ? 1 : 0)) return;
    this.#refuse(
      'a line of a flow collection that is not indented',
      'Indent it further than the key that the collection belongs to.',
    );
  }

  // Keys and scalars ----------------------------------------------------------------------------------------------------

  /** A key and its colon. */
  #readKey(mapping: Readonly<Record<string, YamlValue>>, isInFlow: boolean): string {
    const start = this.#at;
    if (this.#isAtFlow()) this.#refuse('a collection for a key', 'Keys are texts.');
    if (this.#isAtDash()) this.#refuse('an item of a list among members of a mapping', 'Write key: value.');
    const key = this.#readScalar(isInFlow);
    const isQuoted = `"'`.includes(this.#text[start] as string);
    if (this.#at - start > KEY_LENGTH) this.#refuse(`a key of ${this.#at - start} characters`, 'Shorten it.', start);
    if (!this.#isAtColon(isInFlow, isQuoted)) {
      this.#refuse('a text where a key was expected', 'Write key: value, with a space after the colon.', start);
    }
    if (typeof key !== 'string') this.#refuse('a key that is no text', 'Put it in quotes.', start);
    if (key === '<<' && !isQuoted) this.#refuse('a merge key', 'Write the members out.', start);
    if (Object.hasOwn(mapping, key))
      this.#refuse(`the key ${key} for the second time`, 'Remove one of the two.', start);
    this.#note(mapping, key);
    this.#at += 1;
    return key;
  }

  #readScalar(isInFlow: boolean): YamlValue {
    const first = this.#text[this.#at];
    if (first === '"') return this.#readDoubleQuoted();
    return first === "'" ? this.#take(SINGLE_QUOTED).slice(1, -1).replaceAll("''", "'") : this.#readPlain(isInFlow);
  }

  #readDoubleQuoted(): string {
    const start = this.#at;
    const quoted = this.#take(DOUBLE_QUOTED);
    return quoted.slice(1, -1).replace(ESCAPE, (escape: string, ...found: (string | undefined)[]) => {
      const [two, four, eight, letter] = found;
      const digits = two ?? four ?? eight;
      const code = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
      const text = code <= 0x10_ffff ? String.fromCodePoint(code) : ESCAPES.get(letter);
      const remedy = String.raw`Write \\ for a backslash, or put the text in single quotes.`;
      return text ?? this.#refuse(`the escape ${escape}`, remedy, start + 1 + Number(found[4]));
    });
  }

  #take(quoted: RegExp): string {
    quoted.lastIndex = this.#at;
    const [text] = quoted.exec(this.#text) ?? [];
    if (text === undefined) {
      const remedy = String.raw`Close it on the same line; in double quotes, \n is a new line.`;
      return this.#refuse('a text in quotes that does not end on its line', remedy);
    }
    this.#at += text.length;
    return text;
  }

  #readPlain(isInFlow: boolean): YamlValue {
    const start = this.#at;
    const first = this.#text[start] as string;
    const refused = REFUSED_STARTS.get(first);
    if (refused !== undefined) this.#refuse(...refused);
    if (first === '-' && this.#isBlank(start + 1, isInFlow)) this.#refuse('a lone -', QUOTES);
    let end = start;
    for (let index = start; !this.#endsPlain(index, isInFlow); index += 1) {
      if (this.#text[index] !== ' ') end = index + 1;
    }
    this.#at = end;
    const text = this.#text.slice(start, end);
    this.#refuseControls(text, UNPRINTABLE_IF_PLAIN, start);
    return this.#resolve(text, start);
  }

  #endsPlain(index: number, isInFlow: boolean): boolean {
    const unit = this.#text[index];
    if (unit === undefined || unit === '\n' || unit === '\t') return true;
    if (unit === ':') return this.#isBlank(index + 1, isInFlow);
    if (unit === ' ') return this.#text[index + 1] === '#';
    return isInFlow && FLOW_INDICATORS.includes(unit);
  }

  /** What the core schema of YAML 1.2.2 (10.3) makes of a plain text. */
  #resolve(text: string, start: number): YamlValue {
    if (/^(?:~|null|Null|NULL)$/.test(text)) return null;
    if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return text.length === 4;
    if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
    if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
    if (/^[-+]?0[0-9]+$/.test(text)) {
      // The distribution of AWS for Python reads it with PyYAML, which is of YAML 1.1.
      this.#refuse('a number that is octal to YAML 1.1 and decimal to 1.2', 'Take the zero before it away.', start);
    }
    if (/^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/.test(text)) {
      if (Number.isSafeInteger(Number(text))) return Number(text);
      this.#refuse('a whole number of more digits than a number keeps', 'Put it in quotes.', start);
    }
    return /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : text;
  }

  // Places --------------------------------------------------------------------------------------------------------------

  get #column(): number {
    return this.#at - this.#lineStart;
  }

  get #isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  #isAtFlow(): boolean {
    return this.#text[this.#at] === '[' || this.#text[this.#at] === '{';
  }

  #isAtDash(): boolean {
    return this.#text[this.#at] === '-' && this.#isBlank(this.#at + 1, false);
  }

  /** Goes to the colon of a key, if one follows on this line. In a flow collection, that of a key in quotes needs no space behind it. */
  #isAtColon(isInFlow: boolean, isQuoted = false): boolean {
    let index = this.#at;
    while (this.#text[index] === ' ') index += 1;
    if (this.#text[index] !== ':' || !((isInFlow && isQuoted) || this.#isBlank(index + 1, isInFlow))) return false;
    this.#at = index;
    return true;
  }

  #isAtMarker(marker: string): boolean {
    return this.#column === 0 && this.#text.startsWith(marker, this.#at) && this.#isBlank(this.#at + 3, false);
  }

  /** Whether an indicator before the index is one: where no text goes on. */
  #isBlank(index: number, isInFlow: boolean): boolean {
    const unit = this.#text[index];
    return unit === undefined || ' \n\t'.includes(unit) || (isInFlow && FLOW_INDICATORS.includes(unit));
  }

  /** Goes to what comes next, over spaces, comments and ends of lines. */
  #skipBlanks(): void {
    for (;;) {
      const unit = this.#text[this.#at];
      if (unit === '#' && (this.#column === 0 || ' \t'.includes(this.#text[this.#at - 1] as string))) {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (unit === '\n') {
        this.#at += 1;
        this.#line += 1;
        this.#lineStart = this.#at;
      } else if (unit === '\t' && !this.#allowsTabs) this.#refuse('a tab', 'Write spaces.');
      else if (unit === ' ' || unit === '\t') this.#at += 1;
      else return;
    }
  }

  #begin<Collection extends object>(collection: Collection): Collection {
    this.#lines.set(collection, new Map());
    return collection;
  }

  #note(collection: object, member: string): void {
    this.#lines.get(collection)?.set(member, this.#line);
  }

  // Refusals ------------------------------------------------------------------------------------------------------------

  #refuseControls(text: string, refused: RegExp, start: number): void {
    const found = text.search(refused);
    if (found === -1) return;
    const at = start + found;
    const code = this.#text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    this.#refuse(
      `the control character U+${code}`,
      String.raw`Write it as an escape in double quotes: "\u${code}".`,
      at,
    );
  }

  #refuseMarkers(): void {
    if (!this.#isAtMarker('---') && !this.#isAtMarker('...')) return;
    this.#refuse('the mark of another document, or of the end', 'Write one document; remove the line.');
  }

  #refuseDepth(depth: number): void {
    if (depth > DEPTH) this.#refuse(`more than ${DEPTH} levels of nesting`, 'Nest less.');
  }

  #refuseUnseparated(close: string): never {
    if (this.#text[this.#at] === ':' && close === ']') this.#refuse('a key in a list', 'Write { key: value }.');
    if (this.#text[this.#at] === ':') this.#refuse('a second colon in one member', `Write { key: value }. ${QUOTES}`);
    this.#refuse(
      'something that belongs to no item',
      `Write a comma or ${close} before it, and each text on one line.`,
    );
  }

  #refuseRest(): never {
    const remedy = 'Write each text on one line, in quotes if need be, and indent all members of a collection alike.';
    this.#refuse('something that belongs to nothing before it', remedy);
  }

  #refuse(what: string, remedy: string, at = this.#at): never {
    const before = this.#text.slice(0, at).split('\n');
    throw new YamlRefusal({ line: before.length, column: (before.at(-1) as string).length + 1, what, remedy });
  }
}

function isCollection(value: YamlValue): value is YamlValue[] | { [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null;
}

/** An assignment to `__proto__` would change what the mapping inherits instead. */
function assign(mapping: Record<string, YamlValue>, key: string, value: YamlValue): void {
  Object.defineProperty(mapping, key, { value, configurable: true, enumerable: true, writable: true });
}
