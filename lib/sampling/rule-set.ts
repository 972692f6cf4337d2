import type { SamplingRequest } from './sampler.js';

/**
 * What a request has to be for a rule to be about it. Each member is a pattern: `*` stands for any text, `?` for one character, all
 * else for itself in either case. A pattern that is absent, or `*`, is met by anything, known or not; every other one by no text
 * that is not known.
 */
export interface RuleCriteria {
  readonly service?: string | undefined;
  readonly serviceType?: string | undefined;
  readonly host?: string | undefined;
  readonly httpMethod?: string | undefined;
  readonly urlPath?: string | undefined;
  readonly resourceArn?: string | undefined;
  readonly operation?: string | undefined;
  readonly className?: string | undefined;
  readonly methodName?: string | undefined;
  readonly userAgent?: string | undefined;
  /** All of them have to be there and match. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Rules in the order in which they are asked. */
export class RuleSet<Rule> {
  readonly #entries: readonly { readonly criteria: RuleCriteria; readonly rule: Rule }[];

  constructor(entries: readonly { readonly criteria: RuleCriteria; readonly rule: Rule }[]) {
    this.#entries = entries;
  }

  /** The first rule whose criteria the request meets. */
  find(request: SamplingRequest): Rule | undefined {
    return this.#entries.find(({ criteria }) => meets(request, criteria))?.rule;
  }
}

function meets(request: SamplingRequest, criteria: RuleCriteria): boolean {
  const { attributes = {}, ...patterns } = criteria;
  return (
    Object.entries(patterns).every(([member, pattern]) => matches(pattern, request[member as keyof typeof patterns])) &&
    Object.entries(attributes).every(([key, pattern]) => matches(pattern, request.attributes?.[key]))
  );
}

function matches(pattern: string | undefined, value: string | number | boolean | undefined): boolean {
  if (pattern === undefined || pattern === '*') return true;
  if (value === undefined) return false;
  const source = pattern.replaceAll(/[^*?]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is').test(String(value));
}
