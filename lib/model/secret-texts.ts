import { isColumn, isSpared, KEY_LIMIT, type Secrecy } from './secret-keys.js';

/** Where in a text a secret stands. */
export type Span = readonly [start: number, end: number];

/** What replaces a secret. */
export const REDACTED = '[redacted]';

/** Whether a key names secrets. */
export type KeyJudge = (key: string) => Secrecy;

/** What a text has in it, as far as it matters to what is looked for: bits of {@link Trait}. */
export type Traits = number;

/** Each a reason to look closer; found in one pass over the units, as most texts have none. */
export const Trait = {
  /** `=`, `:`, or `%`, which may stand for them. */
  separator: 1,
  quote: 2,
  angle: 4,
  at: 8,
  dash: 16,
  blank: 32,
  word: 64,
  /** JSON writes it otherwise than it is. */
  escape: 128,
  /** Sixteen letters, digits, dots, dashes and underscores on end. */
  run: 256,
} as const;

/** What every secret has about it that a text shows. */
export const SUSPICIOUS: Traits =
  Trait.separator | Trait.quote | Trait.angle | Trait.at | Trait.dash | Trait.blank | Trait.run;

const RUN_UNITS = 16;
const TRAITS_OF_UNIT = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  return (
    ('=:%'.includes(character) ? Trait.separator : 0) |
    ('"\'`'.includes(character) ? Trait.quote : 0) |
    (character === '<' ? Trait.angle : 0) |
    (character === '@' ? Trait.at : 0) |
    (character === '-' ? Trait.dash : 0) |
    ('\t\n\v\f\r +%'.includes(character) ? Trait.blank : 0) |
    (/[\w.-]/.test(character) ? Trait.word : 0) |
    ('"\\'.includes(character) || unit < 0x20 ? Trait.escape : 0)
  );
});

/** A table and no expressions: half the time of the `JSON.stringify` that a text without `Trait.escape` is spared. */
export function traitsOf(text: string): Traits {
  let traits = 0;
  let run = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const own = unit < 128 ? (TRAITS_OF_UNIT[unit] as number) : Trait.escape;
    run = (own & Trait.word) === 0 ? 0 : run + 1;
    if (run === RUN_UNITS) traits |= Trait.run;
    traits |= own;
  }
  return traits;
}

/**
 * Secrets that show by their form: credentials in URLs and after `Bearer` and `Basic`, private keys, JSON web tokens, keys of
 * makers who gave them a prefix, passwords in SQL. In no order; they may overlap. Linear in the text, whatever it holds:
 * expressions are bounded, or begin where no other match of theirs can.
 */
export function findByForm(text: string, traits: Traits, spans: Span[]): void {
  if (traits & Trait.at && text.includes('://')) findUrlCredentials(text, spans);
  if (traits & Trait.separator && text.includes('%40')) findEncodedCredentials(text, spans);
  if (traits & Trait.run && KNOWN_BEGINNING.test(text)) findKnownTokens(text, spans);
  if (traits & Trait.dash && text.includes('-----BEGIN')) findPrivateKeys(text, spans);
  if (!(traits & Trait.blank)) return;
  if (SCHEME_WORD.test(text)) findSchemes(text, spans);
  if (SQL_WORD.test(text)) findSql(text, spans);
  if (traits & Trait.dash && text.includes('curl')) findCurlUsers(text, spans);
}

/**
 * The values of secret keys in JSON, forms, queries, headers, connection strings, command lines and XML, in no order. Linear in
 * the text too.
 */
export function findByKey(text: string, traits: Traits, secrecyOf: KeyJudge, spans: Span[]): void {
  if (traits & (Trait.separator | Trait.quote)) findBySeparator(text, secrecyOf, spans);
  if (traits & Trait.dash && traits & Trait.blank) findAfter(text, COMMAND_LINE, secrecyOf, spans);
  if (traits & Trait.angle) findElements(text, secrecyOf, spans);
  if (!(traits & Trait.quote)) return;
  if (text.includes('alue')) findNamed(text, secrecyOf, spans);
  if (text.includes('name=')) findParts(text, secrecyOf, spans);
  const isCompared =
    traits & Trait.blank && (COMPARISON_WORD.test(text) || (traits & Trait.angle && /<=?>/.test(text)));
  if (isCompared) findComparisons(text, secrecyOf, spans);
}

const SCHEME_WORD = /bearer|basic/i;
const SQL_WORD = /password|identified/i;

/** The first `limit` units of the text, with each span that begins in them replaced by the mark. */
export function redactSpans(text: string, spans: readonly Span[], limit: number): string {
  let redacted = '';
  let end = 0;
  for (const [start, stop] of spans.toSorted(([one], [other]) => one - other)) {
    if (start >= limit) break;
    if (start > end || redacted === '') redacted += text.slice(end, Math.max(end, start)) + REDACTED;
    end = Math.max(end, stop);
  }
  return end < limit ? redacted + text.slice(end, limit) : redacted;
}

function findPrivateKeys(text: string, spans: Span[]): void {
  for (let start = text.indexOf('-----BEGIN'); start >= 0; start = text.indexOf('-----BEGIN', start + 1)) {
    if (!text.slice(start, start + 60).includes('PRIVATE KEY')) continue;
    const close = text.indexOf('-----END', start);
    const end = close < 0 ? text.length : close;
    spans.push([start, end]);
    start = end;
  }
}

/** A quote ends a value where nothing of that value can follow: `encodeURIComponent` and `URL` leave `'` as it is. */
const AFTER_SCHEME = /[\s"<>`\\^{}|]|'(?=[\s,;:)\]}]|$)/g;

function findUrlCredentials(text: string, spans: Span[]): void {
  let white = 0;
  for (let at = text.indexOf('://'); at >= 0;) {
    const start = at + 3;
    // Of URLs in each other, as in a query, the end is looked for once.
    if (white < start) {
      AFTER_SCHEME.lastIndex = start;
      white = AFTER_SCHEME.exec(text)?.index ?? text.length;
    }
    const next = text.indexOf('://', start);
    const url = text.slice(start, Math.min(white, next < 0 ? text.length : next));
    const end = credentialsEnd(url);
    if (end > 0) spans.push([start, start + end]);
    at = next;
  }
}

/** Length of `user:password` at the beginning of a URL without its scheme; 0 where there is none. */
function credentialsEnd(url: string): number {
  const slash = url.search(/[/?#]/);
  const authority = slash < 0 ? url : url.slice(0, slash);
  const at = authority.lastIndexOf('@');
  if (at >= 0) return at;
  // A password in which a slash was left as it is: what follows the colon is no port then.
  const colon = authority.indexOf(':');
  if (colon < 0 || slash < 0 || authority.startsWith('[') || /^\d*$/.test(authority.slice(colon + 1))) return 0;
  return Math.max(0, url.lastIndexOf('@'));
}

const ENCODED_URL = /%3a%2f%2f/gi;
const ENCODED_AUTHORITY_END = /[\s"<>`\\^{}|&]|'(?=[\s,;:)\]}]|$)|%(?:2f|3f|23|26|22)|$/gi;

/** Of URLs in the queries of others. */
function findEncodedCredentials(text: string, spans: Span[]): void {
  let end = 0;
  for (const { index } of text.matchAll(ENCODED_URL)) {
    const start = index + '%3a%2f%2f'.length;
    if (start <= end) continue;
    ENCODED_AUTHORITY_END.lastIndex = start;
    end = ENCODED_AUTHORITY_END.exec(text)?.index ?? text.length;
    const at = text.slice(start, end).lastIndexOf('%40');
    if (at > 0) spans.push([start, start + at]);
  }
}

const SCHEME = /\b(bearer|basic)(?:[ \t+]|%20){1,4}([\w.~+/=%:-]+)/gi;
/** What prose says after "bearer". */
const PROSE =
  /^(?:tokens?|auth|authentication|authorization|scheme|realm=?|error=?|of|is|was|header|credentials?|format|or|and|in|not|must|required)[.:]*$/i;

function findSchemes(text: string, spans: Span[]): void {
  for (const match of text.matchAll(SCHEME)) {
    const [whole, scheme = '', token = ''] = match;
    const isSecret = /^bearer$/i.test(scheme) ? !PROSE.test(token) : isBasic(token);
    if (isSecret) spans.push([match.index + whole.length - token.length, match.index + whole.length]);
  }
}

/** Whether it is base64 of `user:password`, as RFC 7617 has it, and not a word such as in "basic facts". */
function isBasic(token: string): boolean {
  return Buffer.from(token.slice(0, 400), 'base64').includes(0x3a);
}

const KNOWN_BEGINNING =
  /eyJ|A[KS]IA|gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_(?:live|test)_|sk-|whsec_|AIza|ya29\.|npm_|SG\./;
const RUN = /[\w.-]{16,}/g;
const KNOWN =
  /(?<![A-Za-z0-9])(?:A[KS]IA[A-Z0-9]{16}(?![A-Z0-9])|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|[rs]k_(?:live|test)_\w{10,}|sk-(?=[\w-]{0,64}\d)[\w-]{20,}|whsec_\w{16,}|AIza[\w-]{30,}|ya29\.[\w-]{16,}|npm_[A-Za-z0-9]{30,}|SG\.[\w-]{16,})/g;

/** Keys whose makers gave them a prefix, and JSON web tokens: `eyJ` is the base64 of `{"`. */
function findKnownTokens(text: string, spans: Span[]): void {
  for (const { 0: run, index } of text.matchAll(RUN)) {
    for (const match of run.matchAll(KNOWN)) spans.push([index + match.index, index + match.index + match[0].length]);
    const jwt = run.indexOf('eyJ');
    if (jwt >= 0 && run.lastIndexOf('.') >= jwt + 8) spans.push([index + jwt, index + run.length]);
  }
}

/** Between a key and its value; a comma only behind a quoted key, as in `["password","x"]`. */
const SEPARATOR = /[=:]|%3[AaDd]|["']\s{0,4},/g;
const COMMAND_LINE = /(?<![\w-])--?([A-Za-z][\w-]{1,63})[ \t]{1,4}(?!-)(?=["']?\S)/g;
const ELEMENT = /<(?:[\w.-]{1,32}:)?([\w.-]{1,64})(?: [^<>]{0,256})?>(?:(?=[^<])|<!\[CDATA\[)/g;
const SQL =
  /\b(?:password|identified[ \t\n]{1,4}(?:with[ \t\n]{1,4}[\w"']{1,64}[ \t\n]{1,4})?(?:by|as)(?:[ \t\n]{1,4}(?:password|values))?)(?:\s{0,4}\(\s{0,4}|\s{1,4})(?=(['"])?)/gi;
/** `SET PASSWORD FOR 'bob'@'%' = `. */
const SET_PASSWORD =
  /\bset[ \t\n]{1,4}password[ \t\n]{1,4}for\b[^=;]{1,160}=[ \t\n]{0,4}(?:\w{1,32}[ \t]{0,4}\([ \t]{0,4})?(?=['"])/gi;
const COMPARISON_WORD = /\s(?:i?like|in|between)[\s('"]/i;
/** A key and what it is compared with by words, or by signs that are no separators. */
const COMPARISON =
  /(?<![\w$.])["`[]?([\w$.]{1,64})["`\]]?\s{1,4}(?:not\s{1,4})?(?:(?:i?like|in|between)(?=[\s('"])|<>|<=>)\s{0,4}(?:\(\s{0,4})?(?=N?['"])/gi;
const NEXT_VALUE = /["'\\]{0,2}\s{0,4}(?:,|\band\b)\s{0,4}(?=N?['"])/iy;

function findElements(text: string, secrecyOf: KeyJudge, spans: Span[]): void {
  for (const match of text.matchAll(ELEMENT)) {
    if (secrecyOf(match[1] as string) === 'none') continue;
    const start = match.index + match[0].length;
    const end = text.indexOf(match[0].endsWith('[CDATA[') ? ']]>' : '<', start);
    spans.push([start, end < 0 ? text.length : end]);
  }
}

function findAfter(text: string, expression: RegExp, secrecyOf: KeyJudge, spans: Span[]): void {
  let end = 0;
  for (const match of text.matchAll(expression)) {
    const key = match[1] as string;
    const secrecy = match.index < end ? 'none' : secrecyOf(key);
    const from = match.index + match[0].length;
    if (secrecy !== 'none') end = addValue(text, { key, secrecy, from, mark: ' ' }, spans);
  }
}

/** `password LIKE 'a%'`, `password IN ('a', 'b')`. */
function findComparisons(text: string, secrecyOf: KeyJudge, spans: Span[]): void {
  let end = 0;
  for (const match of text.matchAll(COMPARISON)) {
    const secrecy = match.index < end ? 'none' : secrecyInText(match[1] as string, secrecyOf);
    if (secrecy === 'none') continue;
    let from: number | undefined = match.index + match[0].length;
    while (from !== undefined) {
      end = addValue(text, { key: '', secrecy, from, mark: '=' }, spans);
      NEXT_VALUE.lastIndex = end;
      const next = NEXT_VALUE.exec(text);
      from = next === null ? undefined : end + next[0].length;
    }
  }
}

const ROLES =
  /[{}]|(?<![\w$.-])(?:\\{0,8}["'`])?(name|key|header|headername|field|property|path|param|values?)(?:\\{0,8}["'`])?\s{0,4}:/gi;
const VALUE_TEXT = /\s{0,4}\\{0,8}["'`]/y;
const NAME_TEXT = /\s{0,4}\\{0,8}["'`]([^"'`\\]{1,64})\\{0,8}["'`]/y;
/** Objects in each other whose members are told apart. */
const OBJECTS = 16;

/** What is known of an object in a text: whether a member named a secret, and where the member `value` begins. */
interface Named {
  secret?: Keyed | undefined;
  value?: number | undefined;
  /** Where the text in quotes ends that is that value: a brace in it ends no object. */
  valueEnd?: number;
}

/** `"name":"Authorization","value":"…"` of a header as HAR and Postman write it, in any order. */
function findNamed(text: string, secrecyOf: KeyJudge, spans: Span[]): void {
  const objects: Named[] = [{}];
  let end = 0;
  for (const match of text.matchAll(ROLES)) {
    if (match.index < end) continue;
    const object = objects.at(-1) as Named;
    if (match[0] === '{') {
      objects.push({});
      if (objects.length > OBJECTS) objects.shift();
    } else if (match[0] !== '}') {
      end = Math.max(end, takeRole(text, match, { object, secrecyOf, spans, end }));
    } else if (match.index >= (object.valueEnd ?? 0)) {
      objects.pop();
      if (objects.length === 0) objects.push({});
    }
  }
}

/** Answers where to go on. */
function takeRole(
  text: string,
  match: RegExpExecArray,
  {
    object,
    secrecyOf,
    spans,
    end,
  }: { readonly object: Named; readonly secrecyOf: KeyJudge; readonly spans: Span[]; readonly end: number },
): number {
  const from = match.index + match[0].length;
  if (/^values?$/i.test(match[1] as string)) {
    if (object.secret !== undefined) return addValue(text, { ...object.secret, from }, spans);
    object.value = from;
    VALUE_TEXT.lastIndex = from;
    const [whole = ''] = VALUE_TEXT.exec(text) ?? [];
    const opening = from + whole.length - 1;
    if (whole !== '' && from >= (object.valueEnd ?? 0)) {
      object.valueEnd = closingQuote(text, opening, whole.trimStart().length - 1);
    }
    return from;
  }
  NAME_TEXT.lastIndex = from;
  const name = NAME_TEXT.exec(text);
  const key = name?.[1] ?? '';
  if (name === null || secrecyOf(key) === 'none') return from;
  const before = object.value;
  object.value = undefined;
  object.secret = { key, secrecy: 'all', from, mark: ' ' };
  // What was looked through once is not again, or a text of many such would take long.
  return before === undefined || before < end ? from : addValue(text, { ...object.secret, from: before }, spans);
}

const PART = /\bname=\\{0,8}"([^"\\\r\n]{1,64})\\{0,8}"/g;
const BLANK_LINE = /\r?\n\r?\n|(\\{1,4})(?:r\1)?n\1(?:r\1)?n/;
const PART_END = /(?:\r?\n|\\{1,4}[rn])--|$/g;

/** The parts of `multipart/form-data`. */
function findParts(text: string, secrecyOf: KeyJudge, spans: Span[]): void {
  let end = 0;
  for (const match of text.matchAll(PART)) {
    if (match.index < end || secrecyInText(match[1] as string, secrecyOf) === 'none') continue;
    const after = match.index + match[0].length;
    const blank = BLANK_LINE.exec(text.slice(after, after + 512));
    if (blank === null) continue;
    const start = after + blank.index + blank[0].length;
    PART_END.lastIndex = start;
    end = PART_END.exec(text)?.index ?? text.length;
    if (end > start) spans.push([start, end]);
  }
}

const CURL_USER = /(?<![\w-])(?:-[uU]|--(?:proxy-)?user)[ \t=]{0,4}(["']?)[^\s:"'/]{0,128}:(?=[^\s:])/g;

/** `curl -u user:password`. */
function findCurlUsers(text: string, spans: Span[]): void {
  let end = 0;
  for (const match of text.matchAll(CURL_USER)) {
    if (match.index < end) continue;
    const start = match.index + match[0].length;
    CURL_USER_END.lastIndex = start;
    end = match[1] === '' ? (CURL_USER_END.exec(text)?.index ?? text.length) : text.indexOf(match[1] as string, start);
    if (end < 0) end = text.length;
    spans.push([start, end]);
  }
}

const CURL_USER_END = /[\s"`]|'(?=[\s,;)\]}]|$)|$/g;

function findSql(text: string, spans: Span[]): void {
  for (const match of text.matchAll(SET_PASSWORD)) {
    addValue(text, { key: '', secrecy: 'all', from: match.index + match[0].length, mark: ' ' }, spans);
  }
  let end = 0;
  for (const match of text.matchAll(SQL)) {
    const from = match.index + match[0].length;
    // Without quotes it is a value after IDENTIFIED BY alone; after PASSWORD it may be a column.
    const isValue = match.index >= end && (match[1] !== undefined || /^i/i.test(match[0]));
    if (isValue) end = addValue(text, { key: 'password', secrecy: 'all', from, mark: ' ' }, spans);
  }
}

interface Keyed {
  readonly key: string;
  readonly secrecy: Secrecy;
  /** Where the value is expected. */
  readonly from: number;
  /** What stands between key and value. */
  readonly mark: string;
  /** Where the key begins, where it is not of another place. */
  readonly first?: number;
}

function findBySeparator(text: string, secrecyOf: KeyJudge, spans: Span[]): void {
  let from = 0;
  for (;;) {
    SEPARATOR.lastIndex = from;
    const match = SEPARATOR.exec(text);
    if (match === null) return;
    from = match.index + match[0].length;
    const mark = match[0].at(-1) === ',' ? ',' : match[0];
    const { key, first } = keyBefore(text, mark === ',' ? match.index + 1 : match.index);
    if (key === '' || (mark === ',' && !isItem(text, first))) continue;
    // The letter of an escape, as in `\npin: 1`, is none of the key, unless it makes one: `\token`.
    if (text[first - 1] === '\\' && /^[nrt]./.test(key)) {
      const rest = key.slice(1);
      const secrecy = secrecyInText(rest, secrecyOf);
      if (secrecy !== 'none') {
        from = addValue(text, { key: rest, secrecy, from, mark, first: first + 1 }, spans);
        continue;
      }
    }
    const secrecy = secrecyInText(isSignature(text, first, key) ? 'url_signature' : key, secrecyOf);
    if (secrecy !== 'none') from = addValue(text, { key, secrecy, from, mark, first }, spans);
  }
}

/** Whether the key is that of a query: `Signature` opens what is signed there, and is a function's elsewhere. */
function isSignature(text: string, first: number, key: string): boolean {
  if (key.length < 9 || !'eE'.includes(key.at(-1) as string) || !/(?:^|%26|%3f)signature$/i.test(key)) return false;
  return key.startsWith('%') || text[first - 1] === '&' || text[first - 1] === '?';
}

/** Whether what begins at `first`, behind its quote, is an item of a list and not the value of another key. */
function isItem(text: string, first: number): boolean {
  const before = text.slice(Math.max(0, first - 16), first).replace(/[\s"'\\]{1,16}$/, '');
  return before === '' || before.endsWith('[') || before.endsWith(',');
}

/** The name that ends at `end`, without blanks, quotes and the backslashes of quotes in quotes. */
function keyBefore(text: string, end: number): { readonly key: string; readonly first: number } {
  let last = end;
  while (last > 0 && end - last < 32 && isAroundKey(text.charCodeAt(last - 1))) last -= 1;
  let first = last;
  while (first > 0 && last - first < KEY_LIMIT && isKeyUnit(text.charCodeAt(first - 1))) first -= 1;
  return { key: text.slice(first, last), first };
}

/** A blank, a quote or a backslash. */
function isAroundKey(unit: number): boolean {
  return (
    unit === 0x20 || unit === 0x21 || unit === 0x09 || unit === 0x22 || unit === 0x27 || unit === 0x60 || unit === 0x5c
  );
}

function isKeyUnit(unit: number): boolean {
  if (unit >= 128 || ((TRAITS_OF_UNIT[unit] as number) & Trait.word) !== 0) return true;
  return unit === 0x24 || unit === 0x25 || unit === 0x5b || unit === 0x5d; // $ % [ ]
}

/** The secrecy of `a[password]`, `a%5Bpassword%5D` and `a.password` is that of their last name. */
function secrecyInText(key: string, secrecyOf: KeyJudge): Secrecy {
  const whole = secrecyOf(key);
  if (whole !== 'none' || !/[%.[\]$]/.test(key)) return whole;
  const names = key.split(/%[0-9A-Fa-f]{2}|[.[\]$%]/).filter((name) => name !== '');
  const last = names.at(-1);
  return last === undefined || last === key ? 'none' : secrecyOf(last);
}

/** `N'…'`, `E'…'` and `crypt('…'`. */
const SQL_PREFIX = /(?:[NEXB]|(?:\w{1,32}\(\s{0,4}){1,3})(?=')/iy;

/** Adds the value that begins about `from`, if it is a secret; answers where to go on. */
function addValue(text: string, keyed: Keyed, spans: Span[]): number {
  const { from } = keyed;
  let start = from;
  if (keyed.mark === ':' && text[start] === ':') {
    // LDIF has two colons and a blank before base64; without a blank it is a cast or a member.
    start += 1;
    if (!/\s/.test(text[start] ?? ' ')) return start;
  }
  const blanks = keyed.mark === ',' ? ' \t\r\n' : ' \t=>';
  while (start - from < 64 && blanks.includes(text[start] ?? 'x')) start += 1;
  SQL_PREFIX.lastIndex = start;
  if (keyed.mark === '=') start += SQL_PREFIX.exec(text)?.[0].length ?? 0;
  let quote = start;
  while (quote - start < 16 && text[quote] === '\\') quote += 1;
  const opening = text[quote] ?? '';
  const isQuoted = opening !== '' && '"\'`'.includes(opening);
  if (keyed.mark === ',' && !isQuoted) return from;
  let end: number;
  if (isQuoted) {
    end = closingQuote(text, quote, quote - start);
    // A cookie whose name is in quotes, and not the header.
    if (isLine(keyed) && /^["'`][;=]/.test(text.slice(end, end + 2))) end = lineEnd(text, start, keyed);
    start = quote + 1;
  } else if ('{['.includes(opening || 'x')) {
    if (text.startsWith(REDACTED, start)) return start + REDACTED.length;
    end = closingBracket(text, start);
    if (isLine(keyed) && text[end] === ';') end = lineEnd(text, end, keyed);
  } else {
    end = unquotedEnd(text, start, keyed);
  }
  const value = text.slice(start, Math.min(end, start + 24));
  const isSecret =
    (isQuoted ? value !== '' : /[\p{L}\p{N}]/u.test(text.slice(start, end))) &&
    !isHarmlessValue(value, keyed, isQuoted, keyed.mark === ':' && text[(keyed.first ?? 0) - 1] === '"') &&
    value !== REDACTED;
  if (isSecret) spans.push([start, end]);
  return Math.max(end, from);
}

/** A number of JSON is a count where a text would be a secret; what SQL has for a parameter is none. */
function isHarmlessValue(value: string, { secrecy, mark }: Keyed, isQuoted: boolean, isJson: boolean): boolean {
  if (mark === ',') return isColumn(value);
  if (isQuoted) return isSpared(value, secrecy);
  if (isJson && secrecy === 'texts' && /^\d+$/.test(value)) return true;
  if (/^(?:true|false|null|undefined|none)$/i.test(value) || PARAMETER.test(value)) return true;
  return isSpared(value, secrecy);
}

/** `$1`, `:password`, `@NewPassword`. */
const PARAMETER = /^(?:\$\d{1,3}|[:@]\w{0,16}(?:password|passwd|pwd|pass|secret|token|key|hash|p\d{1,2}))$/i;

/** Where the text in quotes ends: at a quote behind as many backslashes as the first, or fewer; a doubled `'` goes on. */
function closingQuote(text: string, opening: number, level: number): number {
  const quote = text[opening];
  let slashes = 0;
  for (let at = opening + 1; at < text.length; at += 1) {
    const unit = text[at];
    if (unit === '\\') slashes += 1;
    else if (unit === quote && (level === 0 ? slashes % 2 === 0 : slashes <= level)) {
      const isShell = quote === "'" && level === 0 && text.startsWith("\\''", at + 1);
      const isDoubled = quote !== '`' && level === 0 && text[at + 1] === quote && at > opening + 1;
      if (!isShell && !isDoubled) return at - Math.min(level, slashes);
      at += isShell ? 3 : 1;
      slashes = 0;
    } else slashes = 0;
  }
  return text.length;
}

/** Where the object or list ends that begins at `opening`; the end of the text where it does not. */
function closingBracket(text: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < text.length; at += 1) {
    const unit = text[at] as string;
    if (unit === '{' || unit === '[') depth += 1;
    else if (unit === '"' || unit === "'" || unit === '`') {
      let level = 0;
      while (level < 16 && text[at - 1 - level] === '\\') level += 1;
      at = closingQuote(text, at, level);
      while (text[at] === '\\') at += 1;
    } else if (unit === '}' || unit === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function encodedQuoteEnd(text: string, start: number): number {
  ENCODED_QUOTE_END.lastIndex = start;
  let match = ENCODED_QUOTE_END.exec(text);
  while (match !== null && /^%5c/i.test(match[0])) match = ENCODED_QUOTE_END.exec(text);
  return match?.index ?? text.length;
}

/** To the end of the line, or of the quotes around it, if any: a cookie may have quotes of its own. */
const LINE_END = /[\r\n]|\\{1,4}[rn]|$/g;
const QUOTED_LINE_END = /[\r\n]|\\{1,4}[rn]|(\\{0,8})(["'`])(?=[\s,}\])]|$)|$/g;
const FORM_LINE_END = /[\r\n&]|\\[rn]|\\{0,8}["'`](?=[\s,}\])]|$)|$/g;
/** Units before a key in which its line is looked for. */
const LINE_UNITS = 256;

/** Whether the value goes on to the end of the line, whatever stands in it. */
function isLine({ key, mark, first }: Keyed): boolean {
  return first !== undefined && mark === ':' && /(?:authorization|cookies?)$/i.test(key);
}

function lineEnd(text: string, start: number, { first = 0 }: Keyed): number {
  const quote = quoteAround(text, first);
  const expression = quote === undefined ? LINE_END : QUOTED_LINE_END;
  expression.lastIndex = start;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    const [whole, slashes = '', mark] = match;
    // An escaped quote is within the text, and so is one of another kind.
    if (mark === undefined || quote === 'any' || (mark === quote?.mark && slashes.length <= quote.level)) {
      return match.index;
    }
    expression.lastIndex = match.index + Math.max(1, whole.length);
  }
  return text.length;
}

interface Quote {
  readonly mark: string;
  readonly level: number;
}

/** The quote that is open at `end`, of its line; `any` where the line is too long to tell. */
function quoteAround(text: string, end: number): Quote | 'any' | undefined {
  const before = text.slice(Math.max(0, end - LINE_UNITS), end);
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  let open: Quote | undefined;
  for (const [whole] of line.matchAll(/\\{0,8}["'`]/g)) {
    const quote = { mark: whole.at(-1) as string, level: whole.length - 1 };
    if (open === undefined) open = quote;
    else if (open.mark === quote.mark && quote.level <= open.level) open = undefined;
  }
  return line.length === LINE_UNITS ? 'any' : open;
}

/** Of `Password=two words;` in a connection string: its keys are parted by semicolons, and its values have blanks. */
const CONNECTION_VALUE = /[^;&"'`\r\n<>]{1,256}(?=;|$)/y;
/** Of `password: correct horse` at the beginning of a line, to the end of it, a comment, or the next key. */
const YAML_END =
  /[\r\n]|\s#|\\{1,4}[rn]|[,;](?=\s{0,4}(?:[\r\n]|$))|[,;&]\s{0,4}(?=["'\w.-]{1,64}\s?[:=])|["`](?=[\s,}\])]|$)|'(?=[,}\])])|$/g;

function connectionEnd(text: string, start: number, first: number): number | undefined {
  const isFirst = first === 0 || text[first - 1] === '"' || text[first - 1] === "'";
  const isNext = /;[ \t]?$/.test(text.slice(Math.max(0, first - 2), first));
  if (!isFirst && !isNext) return undefined;
  CONNECTION_VALUE.lastIndex = start;
  const match = CONNECTION_VALUE.exec(text);
  if (match === null) return undefined;
  const end = start + match[0].length;
  return end < text.length || text[first - 1] === ';' ? end : undefined;
}

/** Whether nothing but blanks, and what begins an item of a list, stands between the key and the beginning of its line. */
function isAtLineStart(text: string, first: number): boolean {
  return /(?:^|[\r\n]|\\[rn])(?:[ \t]{0,60}(?:- {1,4})?)$/.test(text.slice(Math.max(0, first - 64), first));
}

const ENCODED_END = /[\s&"<>]|'(?=[\s,;)\]}]|$)|%2[26cC]|%7[dD]|$/g;
/** Behind `%22` the text in quotes goes on to the next that no `%5C` escapes. */
const ENCODED_QUOTE_END = /%5[cC]%(?:22|5[cC])|%22|[\s&"<>]|$/g;
const VALUE_END =
  /[\s&;"`<>]|'(?=[\s,;&)\]}<>"]|$)|,(?=[\s"]|[\w.-]{1,64}[=:]|$)|[}\])]{1,8}(?=[\s,"';]|$)|\\[nrt"']|$/g;

function unquotedEnd(text: string, start: number, keyed: Keyed): number {
  const { key, mark, first } = keyed;
  if (isLine(keyed)) return lineEnd(text, start, keyed);
  let end = VALUE_END;
  if (mark.length > 1) {
    end = ENCODED_END;
    if (text.startsWith('%22', start)) return encodedQuoteEnd(text, start + 3);
  } else if (mark === '=' && /(?:authorization|cookies?)$/i.test(key)) {
    end = FORM_LINE_END;
  } else if (mark === '=' && first !== undefined) {
    const connection = connectionEnd(text, start, first);
    if (connection !== undefined) return connection;
  } else if (mark === ':' && first !== undefined && /\s/.test(text[start - 1] ?? 'x') && isAtLineStart(text, first)) {
    end = YAML_END;
  }
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}
