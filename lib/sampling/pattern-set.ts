/** A pattern and the rule, by its number, that asks for it. A rule may have several: one that matches is enough. */
export interface RulePattern {
  readonly rule: number;
  readonly pattern: string;
}

const ANY_TEXT = -1;
const ANY_CHARACTER = -2;
const END = -3;
/** The class of all characters that no pattern names. */
const OTHER = 0;
/** The class of what ends a path. It leads nowhere: the answer is that of the state before it. */
const STOP = 1;

const QUESTION_MARK = 63;
const HASH = 35;
const DOTLESS_I = 0x1_31;

/** The rows of the table that are no states. Nothing leads to row 0, so 0 in a cell means that its state is still to be made. */
const SCRATCH = 0;
const UNKNOWN = 1;
const FIRST = 2;
/** A megabyte: the states that 200 rules with paths of 30 characters can get into. */
const CELLS = 2 ** 18;
/**
 * What the states may weigh together: of `*a????` a text can get into a state for every choice of the places behind the `*`, and each
 * has as many places as the pattern has characters. Half a megabyte, and not twice that for the keys.
 */
const WEIGHT = 2 ** 17;
/** What a state weighs beside its places: an entry of a map and two objects, which is as much memory. */
const STATE_WEIGHT = 8;
/** Places that one text may go on from where that is not known yet: 1 ms. What is made stays, so that the next text gets further. */
const STEPS = 2 ** 13;
/** Texts whose rows are remembered, and UTF-16 units of one. */
const TEXTS = 256;
const UNITS = 200;

/**
 * Patterns that are all tried at once: an automaton goes through the text a single time, whatever the number of patterns, and stops
 * where the rest cannot change the answer. Its states are made when a text first needs them. A text that would need too many of them,
 * and every one that needs another when there is no room for more, is matched pattern by pattern, in the product of both lengths at
 * most. Never throws.
 *
 * The answer is a row of `table`: from `row + masks` on it holds a bit for each rule, 32 of them in each number.
 */
export class PatternSet {
  /** Of a state: the next row for each class of characters, bitwise not where the answer is settled; then the rules that match here. */
  table: Int32Array;
  /** Where in a row the bits of the rules begin. */
  readonly masks: number;
  readonly #stride: number;
  readonly #words: number;
  readonly #cells: number;
  /** The symbols of all patterns, one after the other, each with an end: a class of characters or one of the constants above. */
  readonly #symbols: Int32Array;
  readonly #starts: readonly number[];
  /** For each symbol, the number of its pattern. */
  readonly #patternOf: Int32Array;
  readonly #ruleOf: readonly number[];
  /** The rules that ask for nothing here. */
  readonly #unasked: Int32Array;
  readonly #ascii = new Int16Array(128);
  readonly #classes = new Map<string, number>();
  /** For each row, where in its patterns a text can be that got there. */
  readonly #places: Int32Array[] = [];
  readonly #rows = new Map<string, number>();
  /** The rows of texts that came before, the first of them; `undefined` where most texts are new. */
  readonly #remembered: Map<string, number> | undefined;
  #weight = 0;
  /** Places that a text may go on from. */
  readonly #steps: number;

  /**
   * @param patterns in any order; the rules below `ruleCount` that have none are met by everything
   * @param options.isPath what follows `?` or `#` in a text is no part of it
   * @param options.repeats the texts are the same few again and again
   * @param options.cells numbers that the table may hold
   */
  constructor(
    patterns: readonly RulePattern[],
    {
      ruleCount,
      isPath = false,
      repeats = false,
      cells = CELLS,
    }: { ruleCount: number; isPath?: boolean; repeats?: boolean; cells?: number },
  ) {
    const symbols: number[] = [];
    const patternOf: number[] = [];
    this.#ruleOf = patterns.map(({ rule }) => rule);
    this.#starts = patterns.map(({ pattern }, index) => {
      const start = symbols.length;
      for (const character of pattern) {
        const symbol = this.#symbolOf(character);
        if (symbol !== ANY_TEXT || symbols.length === start || symbols.at(-1) !== ANY_TEXT) symbols.push(symbol);
      }
      symbols.push(END);
      while (patternOf.length < symbols.length) patternOf.push(index);
      return start;
    });
    this.#symbols = Int32Array.from(symbols);
    this.#patternOf = Int32Array.from(patternOf);
    for (const [folded, made] of this.#classes) {
      if (folded.length > 1 || folded.charCodeAt(0) > 127) continue;
      this.#ascii[folded.charCodeAt(0)] = made;
      this.#ascii[folded.toUpperCase().charCodeAt(0)] = made;
    }
    if (isPath) this.#ascii.fill(STOP, QUESTION_MARK, QUESTION_MARK + 1).fill(STOP, HASH, HASH + 1);

    this.#words = Math.ceil(ruleCount / 32);
    this.masks = this.#classes.size + STOP + 1;
    this.#stride = this.masks + this.#words;
    this.#cells = cells;
    if (repeats) this.#remembered = new Map();
    this.#unasked = new Int32Array(this.#words).fill(-1);
    for (const { rule } of patterns)
      this.#unasked[rule >> 5] = (this.#unasked[rule >> 5] as number) & ~(1 << (rule & 31));
    this.table = new Int32Array(4 * this.#stride);
    this.table.set(this.#unasked, UNKNOWN * this.#stride + this.masks);
    const nowhere = new Int32Array(0);
    this.#places.push(nowhere, nowhere);
    const first = this.#starts.flatMap((start) => this.#arrive(start));
    this.#rowOf(first);
    // However many patterns there are: where none has a `*`, no state has more places than the first.
    this.#steps = Math.max(STEPS, first.length);
  }

  /** Places that the states hold which have been made, and 8 for each of them: no more than 131,072 beyond the first. */
  get weight(): number {
    return this.#weight;
  }

  /** The row that tells which rules the text meets; `undefined` meets those alone that ask for nothing here. */
  find(text: string | undefined): number {
    if (text === undefined) return UNKNOWN * this.#stride;
    return this.#remembered?.get(text) ?? this.#read(text);
  }

  #read(text: string): number {
    const row = this.#walk(text);
    const remembered = this.#remembered;
    if (remembered !== undefined && remembered.size < TEXTS && text.length <= UNITS && row !== SCRATCH) {
      // A text that was cut from a larger one keeps that alive; a copy does not.
      remembered.set(JSON.parse(JSON.stringify(text)) as string, row);
    }
    return row;
  }

  #walk(text: string): number {
    const ascii = this.#ascii;
    let { table } = this;
    let row = FIRST * this.#stride;
    let steps = this.#steps;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      let symbol: number;
      if (code < 128) {
        symbol = ascii[code] as number;
      } else {
        const character = String.fromCodePoint(text.codePointAt(index) as number);
        index += character.length - 1;
        symbol = this.#classes.get(fold(character)) ?? OTHER;
      }
      let next = table[row + symbol] as number;
      if (next <= 0) {
        if (next < 0) return ~next;
        steps -= (this.#places[row / this.#stride] as Int32Array).length;
        next = steps < 0 ? 0 : this.#makeNext(row, symbol);
        if (next < 0) return ~next;
        if (next === 0) return this.#findEach(text);
        ({ table } = this);
      }
      row = next;
    }
    return row;
  }

  #symbolOf(character: string): number {
    if (character === '*') return ANY_TEXT;
    if (character === '?') return ANY_CHARACTER;
    const folded = fold(character);
    const known = this.#classes.get(folded);
    if (known !== undefined) return known;
    const made = this.#classes.size + STOP + 1;
    this.#classes.set(folded, made);
    return made;
  }

  /** The places that a text is in when it has come to this one: any text may be none. */
  #arrive(place: number): readonly number[] {
    return this.#symbols[place] === ANY_TEXT ? [place, place + 1] : [place];
  }

  /** Where `symbol` leads from `row`, as it stands in the table; 0 where the table is full. */
  #makeNext(row: number, symbol: number): number {
    const reached: number[] = [];
    for (const place of this.#places[row / this.#stride] as Int32Array) {
      const wanted = this.#symbols[place];
      if (wanted === ANY_TEXT) reached.push(...this.#arrive(place));
      else if (wanted === ANY_CHARACTER || wanted === symbol) reached.push(...this.#arrive(place + 1));
    }
    const next = this.#rowOf(reached);
    if (next !== 0) this.table[row + symbol] = next;
    return next;
  }

  /** The row of the state that is in these places, as it stands in the table. */
  #rowOf(reached: readonly number[]): number {
    const places = this.#tellingOf(reached);
    const key = places.join();
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#places.length * this.#stride;
    const weight = this.#weight + places.length + STATE_WEIGHT;
    if ((row + this.#stride > this.#cells || weight > WEIGHT) && this.#places.length > FIRST) return 0;
    this.#weight = weight;
    if (row + this.#stride > this.table.length) {
      const larger = new Int32Array(2 * this.table.length);
      larger.set(this.table);
      this.table = larger;
    }
    this.#places.push(Int32Array.from(places));
    this.table[row + STOP] = ~row;
    this.#writeMasks(
      row,
      places.filter((place) => this.#symbols[place] === END),
    );
    const next = places.every((place) => this.#isLasting(place)) ? ~row : row;
    this.#rows.set(key, next);
    return next;
  }

  /**
   * The places in order, each once, without those that tell nothing: what a pattern could still take from a place before one of its
   * `*`, it can as well take from there.
   */
  #tellingOf(reached: readonly number[]): number[] {
    const telling: number[] = [];
    let passed = -1;
    for (const place of [...new Set(reached)].toSorted((one, other) => other - one)) {
      if (this.#patternOf[place] === passed) continue;
      telling.push(place);
      if (this.#symbols[place] === ANY_TEXT) passed = this.#patternOf[place] as number;
    }
    return telling.toReversed();
  }

  /** Whether nothing that may follow leads away from this place: it belongs to a `*` at the end of its pattern. */
  #isLasting(place: number): boolean {
    if (this.#symbols[place] === ANY_TEXT) return this.#symbols[place + 1] === END;
    const isFirst = this.#starts[this.#patternOf[place] as number] === place;
    return this.#symbols[place] === END && !isFirst && this.#symbols[place - 1] === ANY_TEXT;
  }

  #writeMasks(row: number, ends: readonly number[]): void {
    const { table } = this;
    table.set(this.#unasked, row + this.masks);
    for (const place of ends) {
      const rule = this.#ruleOf[this.#patternOf[place] as number] as number;
      const word = row + this.masks + (rule >> 5);
      table[word] = (table[word] as number) | (1 << (rule & 31));
    }
  }

  /** Without the table, pattern by pattern. */
  #findEach(text: string): number {
    const symbols: number[] = [];
    for (const character of text) {
      const code = character.charCodeAt(0);
      const symbol = code < 128 ? (this.#ascii[code] as number) : (this.#classes.get(fold(character)) ?? OTHER);
      if (symbol === STOP) break;
      symbols.push(symbol);
    }
    const matching = this.#starts.filter((start) => this.#matches(start, symbols));
    this.#writeMasks(SCRATCH, matching);
    return SCRATCH;
  }

  /** When a text goes on otherwise than the pattern, only the latest `*` can take more of it. */
  #matches(start: number, text: readonly number[]): boolean {
    const symbols = this.#symbols;
    let place = start;
    let index = 0;
    let afterAnyText = -1;
    let resumeAt = 0;
    while (index < text.length) {
      const wanted = symbols[place];
      if (wanted === ANY_TEXT) {
        place += 1;
        afterAnyText = place;
        resumeAt = index;
      } else if (wanted === ANY_CHARACTER || wanted === text[index]) {
        place += 1;
        index += 1;
      } else if (afterAnyText >= 0) {
        resumeAt += 1;
        place = afterAnyText;
        index = resumeAt;
      } else return false;
    }
    if (symbols[place] === ANY_TEXT) place += 1;
    return symbols[place] === END;
  }
}

/**
 * A text that characters share which differ only in their case. The Turkish dotless i is no small I, as in Unicode's case folding:
 * https://www.unicode.org/Public/UCD/latest/ucd/CaseFolding.txt
 */
function fold(character: string): string {
  if (character.codePointAt(0) === DOTLESS_I) return character;
  return character.toLowerCase().toUpperCase().toLowerCase();
}
