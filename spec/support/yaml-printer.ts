import * as fc from 'fast-check';
import type { YamlValue } from '#lib/configuration/yaml.js';

/** How to write: numbers that are taken in turn, each for one choice. */
export type Style = readonly number[];

export const style: fc.Arbitrary<Style> = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 40 });

/** The value as a document of YAML, in one of the very many ways to write it. */
export function printYaml(value: YamlValue, choices: Style): string {
  return new Printer(choices).print(value);
}

class Printer {
  readonly #choices: Style;
  #taken = 0;

  constructor(choices: Style) {
    this.#choices = choices;
  }

  print(value: YamlValue): string {
    const start = this.#pick('', '', '---\n', '# a comment\n\n', '\n--- # here\n\n');
    const column = this.#pick(0, 0, 2);
    const text =
      start + this.#node(value, { column, isOnOwnLine: true }) + this.#pick('', '\n', ' # end', '\n\n# end\n');
    return this.#pick(false, false, true) ? text.replaceAll('\n', '\r\n') : text;
  }

  #pick<Way>(...ways: readonly Way[]): Way {
    const choice = this.#choices[this.#taken % this.#choices.length] as number;
    this.#taken += 1;
    return ways[(choice + this.#taken) % ways.length] as Way;
  }

  /** A value at a column of its own line, with the spaces before it; or behind its key or dash. */
  #node(value: YamlValue, { column, isOnOwnLine }: { column: number; isOnOwnLine: boolean }): string {
    const indent = isOnOwnLine ? ' '.repeat(column) : '';
    if (!isCollection(value)) return indent + this.#scalar(value, false);
    if (Object.keys(value).length === 0 || this.#pick(false, false, true))
      return indent + this.#flow(value, column + 1);
    return Array.isArray(value) ? this.#sequence(value, column, indent) : this.#mapping(value, column, indent);
  }

  #mapping(value: { [key: string]: YamlValue }, column: number, first: string): string {
    const members = Object.entries(value).map(([key, member]) => {
      const colon = `${this.#key(key)}${this.#pick('', '', ' ')}:`;
      if (member === null && this.#pick(false, true)) return colon + this.#pick('', ' ', ' # nothing');
      const isBlock = isCollection(member) && Object.keys(member).length > 0;
      if (!isBlock && this.#pick(true, true, false)) {
        return `${colon}${this.#pick(' ', '  ')}${isCollection(member) ? this.#flow(member, column + 1) : this.#scalar(member, false)}`;
      }
      const deeper = Array.isArray(member) && isBlock ? this.#pick(0, 1, 2, 4) : this.#pick(1, 2, 4);
      const text = this.#node(member, { column: column + deeper, isOnOwnLine: true });
      // What became a flow collection has to stand further to the right than its key.
      const isFlow = /^ *[[{]/.test(text);
      return `${colon}${this.#lineEnd()}${isFlow && deeper === 0 ? ` ${text}` : text}`;
    });
    return this.#lines(members, column, first);
  }

  #sequence(value: readonly YamlValue[], column: number, first: string): string {
    const items = value.map((item) => {
      if (item === null && this.#pick(false, true)) return this.#pick('-', '- ', '- # nothing');
      const spaces = this.#pick(1, 1, 3);
      if (this.#pick(true, true, false)) {
        return `-${' '.repeat(spaces)}${this.#node(item, { column: column + 1 + spaces, isOnOwnLine: false })}`;
      }
      return `-${this.#lineEnd()}${this.#node(item, { column: column + 1 + spaces, isOnOwnLine: true })}`;
    });
    return this.#lines(items, column, first);
  }

  #lines(entries: readonly string[], column: number, first: string): string {
    return first + entries.join(this.#lineEnd() + ' '.repeat(column));
  }

  #lineEnd(): string {
    return this.#pick('\n', '\n', '\n', '  \n', ' # why: [\n', '\n\n', '\n # "a\n');
  }

  #flow(value: YamlValue, column: number): string {
    if (!isCollection(value)) return this.#scalar(value, true);
    const gap = (): string => this.#pick('', '', ' ', `\n${' '.repeat(column)}`, ` # {\n${' '.repeat(column + 2)}`);
    const parts = Array.isArray(value)
      ? value.map((item) => gap() + this.#flow(item, column))
      : Object.entries(value).map(([key, member]) => {
          const colon = `${gap()}${this.#key(key)}:`;
          return member === null && this.#pick(false, true) ? colon : `${colon} ${gap()}${this.#flow(member, column)}`;
        });
    const last = parts.length > 0 ? this.#pick('', '', ',') : '';
    const inner = parts.map((part) => part + this.#pick('', '', ' ')).join(',') + last + gap();
    return Array.isArray(value) ? `[${inner}]` : `{${inner}}`;
  }

  #key(key: string): string {
    const isPlain = /^[a-z]+(?: [a-z]+)*$/i.test(key) && !/^(?:null|true|false)$/i.test(key);
    return isPlain && this.#pick(true, false) ? key : this.#quoted(key);
  }

  #scalar(value: YamlValue, isInFlow: boolean): string {
    if (value === null) return this.#pick('null', '~', 'NULL', 'Null');
    if (typeof value === 'boolean') return this.#pick(`${value}`, `${value}`.toUpperCase());
    if (typeof value === 'number') return this.#number(value);
    const text = value as string;
    const isPlain = isInFlow ? /^[a-z/][\w/$^.\\-]*(?: [\w/^(]+)*$/i : /^[a-z/][\w/$^.\\,[\]{}-]*(?: [\w/^(,\]]+)*$/i;
    if (isPlain.test(text) && !/^(?:null|true|false)$/i.test(text) && this.#pick(true, false)) return text;
    return this.#quoted(text);
  }

  #number(value: number): string {
    if (Number.isNaN(value)) return this.#pick('.nan', '.NaN', '.NAN');
    if (!Number.isFinite(value)) return (value < 0 ? '-' : this.#pick('', '+')) + this.#pick('.inf', '.Inf', '.INF');
    if (Object.is(value, -0)) return '-0';
    if (!Number.isInteger(value)) return String(value);
    if (!Number.isSafeInteger(value)) return value.toExponential();
    const radix =
      value >= 0 ? this.#pick(String(value), `0x${value.toString(16)}`, `0o${value.toString(8)}`) : String(value);
    return this.#pick(String(value), radix);
  }

  #quoted(text: string): string {
    const isPrintable = /^[ -\uFFFF]*$/.test(text);
    if (isPrintable && this.#pick(true, false)) return `'${text.replaceAll("'", "''")}'`;
    const escaped = Array.from({ length: text.length }, (_, index) => this.#unit(text[index] as string));
    return `"${escaped.join('')}"`;
  }

  #unit(unit: string): string {
    if (unit === '"' || unit === '\\') return `\\${unit}`;
    const code = unit.charCodeAt(0).toString(16);
    if (/[ -\uFFFF]/.test(unit) && this.#pick(true, true, true, false)) return unit;
    if (unit === '\n' && this.#pick(true, false)) return String.raw`\n`;
    return code.length <= 2 && this.#pick(true, false)
      ? String.raw`\x${code.padStart(2, '0')}`
      : this.#pick(String.raw`\u${code.padStart(4, '0')}`, String.raw`\U${code.toUpperCase().padStart(8, '0')}`);
  }
}

function isCollection(value: YamlValue): value is YamlValue[] | { [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null;
}
