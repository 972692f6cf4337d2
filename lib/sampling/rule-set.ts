import { PatternSet, type RulePattern } from './pattern-set.js';
import type { SamplingRequest } from './sampler.js';

/**
 * What a request has to be for a rule to be about it. Each member is a pattern: `*` stands for any text, `?` for one character, all
 * else for itself in either case. A pattern that is absent, or `*`, is met by anything, known or not; every other one by no text
 * that is not known.
 */
export interface RuleCriteria {
  readonly service?: string | undefined;
  readonly serviceType?: string | undefined;
  /** One without a port is met by every port, and by none. */
  readonly host?: string | undefined;
  readonly httpMethod?: string | undefined;
  /** Is held to what comes before the query and the fragment. */
  readonly urlPath?: string | undefined;
  readonly resourceArn?: string | undefined;
  readonly operation?: string | undefined;
  readonly className?: string | undefined;
  readonly methodName?: string | undefined;
  readonly userAgent?: string | undefined;
  /** All of them have to be there and match, the text of a number or a boolean too; `*` is any value, but not none. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

const MEMBERS = [
  'httpMethod',
  'urlPath',
  'host',
  'service',
  'operation',
  'className',
  'methodName',
  'serviceType',
  'userAgent',
  'resourceArn',
] as const satisfies readonly (keyof RuleCriteria & keyof SamplingRequest)[];

/** A member that some rule asks for. */
interface Column {
  readonly read: (request: SamplingRequest) => string | undefined;
  readonly patterns: PatternSet;
}

/** Rules in the order in which they are asked. What is found costs the length of the request's texts, whatever the number of rules. */
export class RuleSet<Rule> {
  readonly #rules: readonly Rule[];
  readonly #columns: readonly Column[];
  /** Of each column, where its table has the answer. */
  readonly #found: Int32Array;

  constructor(entries: readonly { readonly criteria: RuleCriteria; readonly rule: Rule }[]) {
    const criteria = entries.map((entry) => entry.criteria);
    this.#rules = entries.map(({ rule }) => rule);
    this.#columns = [...memberColumns(criteria), ...attributeColumns(criteria)];
    this.#found = new Int32Array(this.#columns.length);
  }

  /** The first rule whose criteria the request meets. */
  find(request: SamplingRequest): Rule | undefined {
    const columns = this.#columns;
    const found = this.#found;
    for (let word = 0; word << 5 < this.#rules.length; word += 1) {
      let candidates = -1;
      for (let index = 0; index < columns.length; index += 1) {
        const { read, patterns } = columns[index] as Column;
        if (word === 0) found[index] = patterns.find(read(request)) + patterns.masks;
        candidates &= patterns.table[(found[index] as number) + word] as number;
      }
      // Bits above those of the rules are never taken away, and find no rule.
      if (candidates !== 0) return this.#rules[(word << 5) + 31 - Math.clz32(candidates & -candidates)];
    }
    return undefined;
  }
}

function memberColumns(criteria: readonly RuleCriteria[]): Column[] {
  return MEMBERS.flatMap((member) => {
    const patterns = criteria.flatMap((each, rule) => {
      const pattern = each[member];
      if (pattern === undefined || pattern === '*') return [];
      return (member === 'host' ? withPorts(pattern) : [pattern]).map((one): RulePattern => ({ rule, pattern: one }));
    });
    if (patterns.length === 0) return [];
    const isPath = member === 'urlPath';
    const options = { ruleCount: criteria.length, isPath, repeats: !isPath };
    return [{ read: READERS[member], patterns: new PatternSet(patterns, options) }];
  });
}

function attributeColumns(criteria: readonly RuleCriteria[]): Column[] {
  const patternsOf = new Map<string, RulePattern[]>();
  for (const [rule, { attributes = {} }] of criteria.entries()) {
    for (const [key, pattern] of Object.entries(attributes)) {
      const patterns = patternsOf.get(key);
      if (patterns === undefined) patternsOf.set(key, [{ rule, pattern }]);
      else patterns.push({ rule, pattern });
    }
  }
  return Array.from(patternsOf, ([key, patterns]) => {
    const read = ({ attributes }: SamplingRequest): string | undefined => attributeOf(attributes, key);
    return { read, patterns: new PatternSet(patterns, { ruleCount: criteria.length }) };
  });
}

/** The Host header has a port where that is not the usual one. A colon within brackets belongs to an IPv6 address. */
function withPorts(pattern: string): readonly string[] {
  const hasPort = /(?:^[^[]*|\]):[\d*?]+$/.test(pattern);
  return hasPort ? [pattern] : [pattern, `${pattern}:*`];
}

const READERS: Readonly<Record<(typeof MEMBERS)[number], Column['read']>> = {
  httpMethod: (request) => textOf(request.httpMethod),
  urlPath: (request) => textOf(request.urlPath),
  host: (request) => textOf(request.host),
  service: (request) => textOf(request.service),
  operation: (request) => textOf(request.operation),
  className: (request) => textOf(request.className),
  methodName: (request) => textOf(request.methodName),
  serviceType: (request) => textOf(request.serviceType),
  userAgent: (request) => textOf(request.userAgent),
  resourceArn: (request) => textOf(request.resourceArn),
};

/** What throws when it is read is not known. */
function attributeOf(attributes: SamplingRequest['attributes'] | null, key: string): string | undefined {
  if (attributes === undefined || attributes === null) return undefined;
  try {
    return Object.hasOwn(attributes, key) ? textOf(attributes[key]) : undefined;
  } catch {
    return undefined;
  }
}

/** Who calls from JavaScript may give `null` for what is not known, or an object that has no text. */
function textOf(value: string | number | boolean | null | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  try {
    return String(value);
  } catch {
    return undefined;
  }
}
