import type { RuleCriteria } from '../sampling/rule-set.js';
import { checkOwn, hasMembers, printGiven, type OptionCheck } from './option.js';

const PATTERN = 'a text with * for any text and ? for one character';

/** As many as the longest that X-Ray takes, of a ResourceARN; all patterns of a kind are held to each request. */
const PATTERN_UNITS = 500;

/** A pattern that some text of its kind can meet; `isPossible` says it of one that is not empty. */
function pattern(
  example: string,
  isPossible: (text: string) => boolean = () => true,
  { kind = '', remedyFor }: { kind?: string; remedyFor?: (text: string) => string | undefined } = {},
): OptionCheck {
  return (value, option) => {
    if (typeof value === 'string' && value.length > PATTERN_UNITS) {
      const allowed = `${PATTERN} of at most ${PATTERN_UNITS} characters`;
      const remedy = `It has ${value.length}: write its beginning and a *.`;
      return [{ option, given: printGiven(value), allowed, remedy }];
    }
    if (typeof value === 'string' && value.trim() !== '' && isPossible(value)) return [];
    const remedy = (typeof value === 'string' && value.trim() !== '' ? remedyFor?.(value) : undefined) ?? example;
    return [{ option, given: printGiven(value), allowed: PATTERN + kind, remedy }];
  };
}

/** What comes after the query's question mark cannot be told from a wildcard, but no path has `?page=`. */
const hasQuery = (path: string): boolean => /#|\?[^/]*=/.test(path);

const remedyForPath = (path: string): string => `Write '${barePath(path.replace(/^[A-Z]+\s+(?=\/)/, ''))}'.`;

/** The path that is meant by a URL, or by a path with a query. */
export function barePath(text: string): string {
  const afterHost = text.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  const isCut = afterHost !== text || hasQuery(text);
  return (isCut ? afterHost.replace(/[?#].*$/, '') : text).replace(/^(?![/*])/, '/');
}

/** What local rules may ask for: nothing tells yet what a service runs on, nor its ARN. */
export type LocalCriteria = Omit<RuleCriteria, 'serviceType' | 'resourceArn'>;

/** What each member of a rule's criteria takes, in options and in files. */
export const CRITERIA = {
  service: pattern("Write the name of a segment, such as 'shop*'."),
  host: pattern("Write 'api.example.com', or '*.example.com'.", (text) => !/[/\s@]/.test(text), {
    kind: ' that a Host header can meet',
    remedyFor: (text) => {
      const [, host] = /^(?:[a-z]+:)?\/\/([^/\s@]+)/i.exec(text) ?? [];
      return host === undefined ? undefined : `Write '${host}'.`;
    },
  }),
  httpMethod: pattern("Write 'GET'; each method needs a rule of its own.", (text) => /^[a-z*?-]+$/i.test(text), {
    kind: ' that a method can meet',
  }),
  urlPath: pattern("Write '/orders/*'.", (text) => /^[/*?]/.test(text) && !hasQuery(text), {
    kind: ' that a path from / on can meet, without query and fragment',
    remedyFor: remedyForPath,
  }),
  operation: pattern("Write what is traced, such as 'POST /orders'."),
  className: pattern("Write the name of a class with @TracedTask, such as 'Orders'."),
  methodName: pattern("Write the name of a method with @TracedTask, such as 'settle*'."),
  userAgent: pattern("Write 'ELB-HealthChecker/*'."),
  attributes: (value, option) => {
    if (!hasMembers(value)) {
      const remedy = "Write { tenant: 'gold*' }.";
      return [{ option, given: printGiven(value), allowed: 'an object of patterns', remedy }];
    }
    const problems = checkOwn(value, option);
    if (problems.length > 0) return problems;
    return Object.entries(value).flatMap(([key, one]) =>
      pattern(['number', 'boolean'].includes(typeof one) ? `Write '${String(one)}'.` : "Write '*' for any value.")(
        one,
        `${option}.${key}`,
      ),
    );
  },
} as const satisfies Readonly<Record<keyof LocalCriteria, OptionCheck>>;

/** What the members are called elsewhere, in the documents of X-Ray among others. */
export const CRITERIA_ELSEWHERE: Readonly<Record<string, string | undefined>> = {
  servicename: 'service',
  // Not what it resembles: the service's name is another thing.
  servicetype: undefined,
  hostname: 'host',
  method: 'httpMethod',
  verb: 'httpMethod',
  path: 'urlPath',
  url: 'urlPath',
  class: 'className',
};

/** The criteria that are in `given`, frozen; those that anything meets are left out. */
export function criteriaOf(given: RuleCriteria): RuleCriteria {
  const { attributes } = given;
  const patterns = (Object.keys(CRITERIA) as (keyof typeof CRITERIA)[])
    .filter((member) => member !== 'attributes' && given[member] !== undefined && given[member] !== '*')
    .map((member) => [member, given[member]]);
  const hasAttributes = attributes !== undefined && Object.keys(attributes).length > 0;
  return Object.freeze({
    ...Object.fromEntries(patterns),
    ...(hasAttributes && { attributes: Object.freeze({ ...attributes }) }),
  });
}
