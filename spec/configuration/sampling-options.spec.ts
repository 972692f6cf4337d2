import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describeOptions, resolveOptions } from '#lib/configuration/resolve.js';
import type { ResolvedSampling, Sampling } from '#lib/configuration/sampling-options.js';
import type { TracingOptions } from '#lib/configuration/tracing-options.js';
import { ConfigurationError, type ConfigurationProblem } from '#lib/foundation/errors.js';
import { isDeepFrozen } from '../support/frozen.js';

const resolve = (sampling: unknown): ResolvedSampling =>
  resolveOptions({ sampling } as TracingOptions, {}).values.sampling;

function problemsOf(sampling: unknown): readonly ConfigurationProblem[] {
  try {
    resolve(sampling);
  } catch (error) {
    expect(error).to.be.an.instanceOf(ConfigurationError);
    return (error as ConfigurationError).problems;
  }
  return [];
}

function described(sampling: unknown): string {
  const lines = describeOptions(resolveOptions({ sampling } as TracingOptions, {})).split('\n');
  return lines.find((line) => line.startsWith('sampling '))?.replace(/^sampling +(.*) {2}\(\w+\)$/, '$1') ?? '';
}

/** A row of bad input: the option that is named, what was given, and what is said of it. */
type Refusal = readonly [option: string, sampling: unknown, given: string | RegExp, allowed: RegExp, remedy: RegExp];

function refuse([option, sampling, given, allowed, remedy]: Refusal): void {
  const [problem, ...others] = problemsOf(sampling);

  expect(others).to.deep.equal([]);
  expect(problem).to.include({ option });
  if (typeof given === 'string') expect(problem?.given).to.equal(given);
  else expect(problem?.given).to.match(given);
  expect(problem?.allowed).to.match(allowed);
  expect(problem?.remedy).to.match(remedy);
}

const DEFAULT = { rate: 0.05, perSecond: 1 };
const sampler = { isSampled: () => true };

describe('The option sampling', () => {
  const right: readonly [sampling: unknown, resolved: unknown, printed: string][] = [
    [
      undefined,
      { central: 'auto', local: { rules: [], default: DEFAULT } },
      'central where the daemon serves rules, else { rate: 0.05, perSecond: 1 }',
    ],
    ['all', { central: false, local: 'all' }, 'all'],
    ['none', { central: false, local: 'none' }, 'none'],
    [sampler, { central: false, local: sampler }, '{ isSampled: [Function: isSampled] }'],
    [{ rate: 0 }, { central: false, local: { rules: [], default: { rate: 0 } } }, '{ rate: 0 }'],
    [
      { rate: 1, perSecond: 0 },
      { central: false, local: { rules: [], default: { rate: 1, perSecond: 0 } } },
      '{ rate: 1, perSecond: 0 }',
    ],
    [
      { perMinute: 0 },
      { central: false, local: { rules: [], default: { rate: 0, perMinute: 0 } } },
      '{ rate: 0, perMinute: 0 }',
    ],
    [
      { perMinute: 6, rate: 0.1, central: 'auto' },
      { central: 'auto', local: { rules: [], default: { rate: 0.1, perMinute: 6 } } },
      'central where the daemon serves rules, else { rate: 0.1, perMinute: 6 }',
    ],
    [
      { central: true },
      { central: true, local: { rules: [], default: DEFAULT } },
      'central, else { rate: 0.05, perSecond: 1 }',
    ],
    [{ central: false }, { central: false, local: { rules: [], default: DEFAULT } }, '{ rate: 0.05, perSecond: 1 }'],
    [{ rules: [] }, { central: false, local: { rules: [], default: DEFAULT } }, '{ rate: 0.05, perSecond: 1 }'],
    [{ default: { rate: 0.5 } }, { central: false, local: { rules: [], default: { rate: 0.5 } } }, '{ rate: 0.5 }'],
    [
      {
        central: true,
        rules: [
          { rate: 1, urlPath: '/a', host: '*', attributes: {} },
          { name: 'b', priority: 2, perMinute: 1, attributes: { tenant: '*' } },
        ],
        default: { perMinute: 5 },
      },
      {
        central: true,
        local: {
          rules: [
            { name: 'b', criteria: { attributes: { tenant: '*' } }, quota: { rate: 0, perMinute: 1 } },
            { criteria: { urlPath: '/a' }, quota: { rate: 1 } },
          ],
          default: { rate: 0, perMinute: 5 },
        },
      },
      "central, else b { attributes: { tenant: '*' } }: { rate: 0, perMinute: 1 }; { urlPath: '/a' }: { rate: 1 }; { rate: 0, perMinute: 5 }",
    ],
    [
      { rules: [{ name: 'rest', rate: 0.5, perSecond: undefined }] },
      { central: false, local: { rules: [{ name: 'rest', criteria: {}, quota: { rate: 0.5 } }], default: DEFAULT } },
      'rest anything: { rate: 0.5 }; { rate: 0.05, perSecond: 1 }',
    ],
  ];
  for (const [sampling, resolved, printed] of right) {
    it(`reads ${printed.slice(0, 80)}`, () => {
      expect(resolve(sampling)).to.deep.equal(resolved);
      expect(described(sampling)).to.equal(printed);
      if (sampling !== sampler) expect(resolve(sampling)).to.satisfy(isDeepFrozen);
    });
  }

  it('takes every member of a rule', () => {
    const criteria = {
      service: 'shop',
      host: '*.example.com:80??',
      httpMethod: 'M-SEARCH',
      urlPath: '*/orders/?',
      operation: 'POST *',
      className: 'Orders',
      methodName: 'settle?',
      userAgent: 'curl/*',
      attributes: { tenant: 'gold*', '': '?' },
    };
    const rule = { name: 'x'.repeat(32), priority: 9999, ...criteria, rate: 0, perSecond: 3 };

    expect(resolve({ rules: [rule] }).local).to.have.deep.property('rules', [
      { name: rule.name, criteria, quota: { rate: 0, perSecond: 3 } },
    ]);
  });

  it('has a type that takes each of its forms', () => {
    const directory = mkdtempSync(join(tmpdir(), 'radiograph-rules-'));
    const ruleDocument = join(directory, 'rules.json');
    writeFileSync(ruleDocument, JSON.stringify({ version: 2, default: { fixed_target: 1, rate: 0.05 } }));
    const forms: readonly Sampling[] = [
      'all',
      sampler,
      { rate: 0.1, perSecond: 5 },
      { perMinute: 6 },
      { central: true },
      { central: 'auto', perMinute: 6, rate: 0.5 },
      { central: true, rules: [{ urlPath: '/a', rate: 0 }], default: { perMinute: 1 } },
      { rules: [{ name: 'a', priority: 1, attributes: { tenant: 'b' }, perMinute: 1 }] },
      { default: { rate: 0.5 } },
      { file: ruleDocument, central: false },
      // @ts-expect-error -- one of both
      { rules: [{ rate: 0, perSecond: 1, perMinute: 1 }] },
      // @ts-expect-error -- the rate is missing
      { rules: [{ urlPath: '/a' }] },
      // @ts-expect-error -- no such member
      { rules: [{ url_path: '/a', rate: 0 }] },
    ];

    const problems = forms.map((form) => problemsOf(form).length);
    rmSync(directory, { recursive: true });
    expect(problems).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
  });

  it('keeps nothing that the caller may still change', () => {
    const rule = { urlPath: '/a', rate: 0.5, attributes: { tenant: 'a' } };
    const rules = [rule];
    const resolved = resolve({ rules });
    rule.attributes.tenant = 'b';
    rule.rate = 7;
    rules.pop();

    expect(resolved.local).to.have.deep.nested.property('rules[0]', {
      criteria: { urlPath: '/a', attributes: { tenant: 'a' } },
      quota: { rate: 0.5 },
    });
  });

  it('asks rules by priority, then by name, and those without a priority last, as they stand', () => {
    const written: [name: string | undefined, priority?: number][] = [
      ['z'],
      ['b', 5],
      [undefined, 5],
      ['B', 5],
      ['a', 1],
      ['y'],
      ['a2', 5],
      ['c', 9999],
    ];
    const rules = written.map(([name, priority], index) => ({ name, priority, urlPath: `/${index}`, rate: 0 }));
    const { local } = resolve({ rules });
    const asked = (local as { rules: readonly { name?: string }[] }).rules.map(({ name }) => name);

    expect(asked).to.deep.equal(['a', 'B', 'a2', 'b', undefined, 'c', 'z', 'y']);
  });

  const rule = (members: object): object => ({
    rules: [
      { urlPath: '/a', rate: 0 },
      { urlPath: '/b', rate: 0 },
      { rate: 0.5, ...members },
    ],
  });
  const refused: readonly Refusal[] = [
    ['sampling', 'rules.json', "'rules.json'", /\{ file \}/, /Write \{ file: 'rules\.json' \}/],
    ['sampling', [{ urlPath: '/', rate: 0 }], /^\[ \{/, /\{ rules, default \}/, /Write \{ rules: \[…\] \}/],
    ['sampling', 'central', "'central'", /\{ central \}/, /^Write \{ central: true \}\.$/],
    ['sampling', 'auto', "'auto'", /\{ central \}/, /^Write \{ central: 'auto' \}\.$/],
    ['sampling', Object.create({ rate: 7 }), 'inherited rate', /own members/, /a plain object/],
    ['sampling', Object.defineProperty({}, 'rate', { value: Number.NaN }), 'hidden rate', /own members/, /a plain/],
    ['sampling.default', { default: Object.create({ rate: 7 }) }, 'inherited rate', /own members/, /a plain/],
    [
      'sampling.rules[0]',
      { rules: [Object.defineProperty({ rate: 0 }, 'urlPath', { value: 7 })] },
      'hidden urlPath',
      /own members/,
      /a plain/,
    ],
    ['sampling.rules[0]', { rules: [Object.create({ rate: 7 })] }, 'inherited rate', /own members/, /a plain/],
    [
      'sampling.rules[0].attributes',
      { rules: [{ rate: 0, attributes: Object.create({ a: 7 }) }] },
      'inherited a',
      /own members/,
      /a plain/,
    ],
    ['sampling', () => true, '[Function (anonymous)]', /isSampled/, /'all'/],
    ['sampling.central', { central: 'yes' }, "'yes'", /true, false or 'auto'/, /Write true/],
    [
      'sampling.central',
      { ...sampler, central: true },
      'true',
      /nothing beside a sampler/,
      /either central or isSampled/,
    ],
    ['sampling.centrl', { centrl: true, rate: 0 }, 'true', /only rate/, /sampling\.central\?/],
    ['sampling.perMinute', { perMinute: -1 }, '-1', /whole number from 0/, /each minute/],
    ['sampling.perMinute', { perMinute: 0.5 }, '0.5', /whole number from 0/, /each minute/],
    ['sampling.perMinute', { perMinute: '6' }, "'6'", /whole number from 0/, /each minute/],
    ['sampling.perMinute', { rate: 0, perSecond: 0, perMinute: 6 }, '6', /either perSecond or perMinute/, /Keep/],
    ['sampling.rate', { rate: 29 }, '29', /fraction/, /For 29 % write 0\.29\./],
    ['sampling.rate', { rate: 33.3 }, '33.3', /fraction/, /For 33\.3 % write 0\.333\./],
    ['sampling.rate', { rate: 0, rules: [] }, '0', /nothing but central beside rules and default/, /into default/],
    ['sampling.perSecond', { rules: [], perSecond: 1 }, '1', /beside rules and default/, /into default/],
    ['sampling.file', { file: '' }, "''", /path of a rule document/, /sampling-rules\.json/],
    ['sampling.file', { file: 7 }, '7', /path of a rule document/, /sampling-rules\.json/],
    ['sampling.rules', { file: 'x.json', rules: [] }, '[]', /nothing but central beside file/, /remove it/],
    ['sampling.perMinute', { file: 'x.json', perMinute: 0 }, '0', /nothing but central beside file/, /remove it/],
    ['sampling.rules', { rules: { urlPath: '/' } }, "{ urlPath: '/' }", /a list of rules/, /Write \[\{/],
    ['sampling.rules', { rules: null }, 'null', /a list of rules/, /Write \[\{/],
    ['sampling.default', { default: 0.5 }, '0.5', /\{ rate, perSecond \} or/, /Write \{ rate/],
    ['sampling.default', { default: 'all' }, "'all'", /\{ rate, perSecond \} or/, /Write \{ rate/],
    ['sampling.default.rate', { default: {} }, 'undefined', /fraction/, /has to be given/],
    ['sampling.default.rate', { default: { perSecond: 1 } }, 'undefined', /fraction/, /has to be given/],
    [
      'sampling.default.fixed_target',
      { default: { rate: 0, fixed_target: 1 } },
      '1',
      /only rate/,
      /default\.perSecond\?/,
    ],
    ['sampling.default.perMinute', { default: { perSecond: 1, perMinute: 1 } }, '1', /either/, /Keep/],
    ['sampling.rules[0]', { rules: [null] }, 'null', /an object \{ name, priority, service/, /Write \{ urlPath/],
    ['sampling.rules[0]', { rules: ['/health'] }, "'/health'", /an object/, /Write \{ urlPath/],
    ['sampling.rules[1]', { rules: [{ urlPath: '/', rate: 0 }, []] }, '[]', /an object/, /Write \{ urlPath/],
    // oxlint-disable-next-line no-sparse-arrays
    ['sampling.rules[0]', { rules: [, { urlPath: '/', rate: 0 }] }, 'undefined', /an object/, /Write \{ urlPath/],
    ['sampling.rules[2].rate', rule({ rate: 7 }), '7', /fraction from 0 to 1/, /For 7 % write 0\.07\./],
    ['sampling.rules[2].rate', rule({ rate: undefined }), 'undefined', /fraction/, /has to be given/],
    ['sampling.rules[2].rate', rule({ rate: undefined, perSecond: 5 }), 'undefined', /fraction/, /has to be given/],
    ['sampling.rules[2].rate', rule({ rate: null }), 'null', /fraction/, /0\.05/],
    ['sampling.rules[2].perSecond', rule({ perSecond: 0.5 }), '0.5', /whole number/, /each second/],
    ['sampling.rules[2].perMinute', rule({ perSecond: 1, perMinute: 1 }), '1', /either perSecond/, /Keep/],
    ['sampling.rules[2].name', rule({ name: '' }), "''", /1 to 32/, /Name the rule, or leave/],
    ['sampling.rules[2].name', rule({ name: ' ' }), "' '", /1 to 32/, /Name the rule/],
    ['sampling.rules[2].name', rule({ name: 'x'.repeat(33) }), /^'x+'$/, /1 to 32/, /Write 'x{32}'/],
    ['sampling.rules[2].name', rule({ name: 7 }), '7', /1 to 32/, /Name the rule/],
    ['sampling.rules[2].priority', rule({ priority: 0 }), '0', /1 to 9999/, /Leave it out/],
    ['sampling.rules[2].priority', rule({ priority: 10_000 }), '10000', /1 to 9999/, /Leave it out/],
    ['sampling.rules[2].priority', rule({ priority: '1' }), "'1'", /1 to 9999/, /Leave it out/],
    ['sampling.rules[2].priority', rule({ priority: 1.5 }), '1.5', /1 to 9999/, /Leave it out/],
    ['sampling.rules[2].service', rule({ service: '' }), "''", /\* for any text and \? for one/, /name of a segment/],
    ['sampling.rules[2].serviceType', rule({ serviceType: '*' }), "'*'", /only name, priority/, /^Remove it\.$/],
    ['sampling.rules[2].operation', rule({ operation: '  ' }), "'  '", /a text/, /POST \/orders/],
    ['sampling.rules[2].className', rule({ className: class Orders {} }), '[class Orders]', /a text/, /@TracedTask/],
    ['sampling.rules[2].methodName', rule({ methodName: null }), 'null', /a text/, /settle/],
    ['sampling.rules[2].userAgent', rule({ userAgent: /curl/ }), '/curl/', /a text/, /ELB-HealthChecker/],
    [
      'sampling.rules[2].host',
      rule({ host: 'https://shop.example/x' }),
      /https/,
      /Host header/,
      /Write 'shop\.example'/,
    ],
    ['sampling.rules[2].host', rule({ host: 'a b' }), "'a b'", /Host header/, /example\.com/],
    ['sampling.rules[2].httpMethod', rule({ httpMethod: 'GET, POST' }), "'GET, POST'", /method/, /rule of its own/],
    ['sampling.rules[2].httpMethod', rule({ httpMethod: ['GET'] }), "[ 'GET' ]", /method/, /Write 'GET'/],
    [
      'sampling.rules[2].urlPath',
      rule({ urlPath: `/${'?'.repeat(500)}` }),
      /^'\/\?+/,
      /at most 500 characters/,
      /has 501: write its beginning and a \*/,
    ],
    [
      'sampling.rules[2].attributes.tier',
      rule({ attributes: { tier: 'x'.repeat(501) } }),
      /^'x+/,
      /at most 500 characters/,
      /has 501/,
    ],
    ['sampling.rules[2].urlPath', rule({ urlPath: '' }), "''", /path from \/ on/, /Write '\/orders\/\*'/],
    ['sampling.rules[2].urlPath', rule({ urlPath: 'health' }), "'health'", /path from \/ on/, /Write '\/health'/],
    ['sampling.rules[2].urlPath', rule({ urlPath: 'https://a.b/c?d=1' }), /https/, /without query/, /Write '\/c'\./],
    ['sampling.rules[2].urlPath', rule({ urlPath: 'GET /ping' }), "'GET /ping'", /path from/, /Write '\/ping'/],
    [
      'sampling.rules[2].urlPath',
      rule({ urlPath: '/search?q=*' }),
      "'/search?q=*'",
      /without query/,
      /Write '\/search'/,
    ],
    ['sampling.rules[2].urlPath', rule({ urlPath: '/a#b' }), "'/a#b'", /fragment/, /Write '\/a'/],
    ['sampling.rules[2].urlPath', rule({ urlPath: /^\/a/ }), '/^\\/a/', /a text/, /orders/],
    ['sampling.rules[2].attributes', rule({ attributes: ['a'] }), "[ 'a' ]", /object of patterns/, /tenant/],
    ['sampling.rules[2].attributes.tier', rule({ attributes: { tier: 1 } }), '1', /a text/, /Write '1'/],
    ['sampling.rules[2].attributes.tier', rule({ attributes: { tier: '' } }), "''", /a text/, /'\*' for any value/],
    ['sampling.rules[2].url_path', rule({ url_path: '/' }), "'/'", /only name, priority/, /rules\[2\]\.urlPath\?/],
    ['sampling.rules[2].http_method', rule({ http_method: 'GET' }), "'GET'", /only/, /rules\[2\]\.httpMethod\?/],
    ['sampling.rules[2].fixed_target', rule({ fixed_target: 1 }), '1', /only/, /rules\[2\]\.perSecond\?/],
    ['sampling.rules[2].service_name', rule({ service_name: '*' }), "'*'", /only/, /rules\[2\]\.service\?/],
    ['sampling.rules[2].RuleName', rule({ RuleName: 'a' }), "'a'", /only/, /rules\[2\]\.name\?/],
    ['sampling.rules[2].FixedRate', rule({ FixedRate: 0.1 }), '0.1', /only/, /rules\[2\]\.rate\?/],
    ['sampling.rules[2].ReservoirSize', rule({ ReservoirSize: 1 }), '1', /only/, /rules\[2\]\.perSecond\?/],
    ['sampling.rules[2].URLPath', rule({ URLPath: '*' }), "'*'", /only/, /rules\[2\]\.urlPath\?/],
    ['sampling.rules[2].HTTPMethod', rule({ HTTPMethod: '*' }), "'*'", /only/, /rules\[2\]\.httpMethod\?/],
    ['sampling.rules[2].method', rule({ method: 'GET' }), "'GET'", /only/, /rules\[2\]\.httpMethod\?/],
    ['sampling.rules[2].path', rule({ path: '/' }), "'/'", /only/, /rules\[2\]\.urlPath\?/],
    ['sampling.rules[2].hostname', rule({ hostname: 'a' }), "'a'", /only/, /rules\[2\]\.host\?/],
    ['sampling.rules[2].usrAgent', rule({ usrAgent: 'a' }), "'a'", /only/, /rules\[2\]\.userAgent\?/],
    ['sampling.rules[2].resourceArn', rule({ resourceArn: '*' }), "'*'", /only/, /Remove it/],
    ['sampling.rules[2].constructor', rule({ constructor: 1 }), '1', /only/, /Remove it/],
    [
      'sampling.rules[1].name',
      {
        rules: [
          { name: 'a', urlPath: '/a', rate: 0 },
          { name: 'a', urlPath: '/b', rate: 0 },
        ],
      },
      "'a'",
      /no other rule has/,
      /sampling\.rules\[0\] has it already/,
    ],
    [
      'sampling.rules[1]',
      { rules: [{ rate: 1 }, { name: 'health', urlPath: '/health', rate: 0 }] },
      /health/,
      /a rule that some request gets to/,
      /sampling\.rules\[0\] is asked before it/,
    ],
    [
      'sampling.rules[0]',
      {
        rules: [
          { urlPath: '/health', rate: 0 },
          { priority: 1, host: '*', rate: 1 },
        ],
      },
      /health/,
      /some request/,
      /sampling\.rules\[1\] is asked before it/,
    ],
    [
      'sampling.rules[1]',
      {
        rules: [
          { host: 'A', attributes: { b: 'C' }, rate: 0 },
          { attributes: { b: 'c' }, httpMethod: '*', host: 'a', rate: 1 },
        ],
      },
      /host: 'a'/,
      /some request/,
      /sampling\.rules\[0\]/,
    ],
  ];
  for (const row of refused) {
    const [option, , given] = row;
    it(`refuses ${String(given).slice(0, 40)} for ${option}, telling what is allowed and what to do`, () => {
      refuse(row);
    });
  }

  it('takes patterns of 500 characters', () => {
    expect(problemsOf({ rules: [{ urlPath: `/${'?'.repeat(499)}`, rate: 0 }] })).to.deep.equal([]);
  });

  it('takes rules of which each is asked by some request', () => {
    const rules = [
      { urlPath: '/a', httpMethod: 'GET', rate: 0 },
      { urlPath: '/a', rate: 0 },
      { urlPath: '/a*', rate: 0 },
      { attributes: { a: '*' }, rate: 0 },
      { attributes: { A: '*' }, rate: 0 },
      { attributes: { b: '*' }, rate: 0 },
      { rate: 0 },
    ];

    expect(problemsOf({ rules })).to.deep.equal([]);
  });

  it('names everything that is wrong at once', () => {
    const problems = problemsOf({
      rules: [{ url_path: '/', rate: 7, name: 'a' }, 7, { name: 'a', httpMethod: '' }],
      default: { rate: -1, persecond: 2 },
      perSecond: 1,
    });

    expect(problems.map(({ option }) => option)).to.have.members([
      'sampling.rules[0].url_path',
      'sampling.rules[0].rate',
      'sampling.rules[1]',
      'sampling.rules[2].httpMethod',
      'sampling.rules[2].rate',
      'sampling.rules[2].name',
      'sampling.default.rate',
      'sampling.default.persecond',
      'sampling.perSecond',
    ]);
  });
});

describe('The option sampling, when it names a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'radiograph-rules-'));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;
  const write = (content: unknown): string => {
    files += 1;
    const file = join(folder, `rules-${files}.json`);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const HEALTH = { host: '*', http_method: 'GET', url_path: '/health', fixed_target: 0, rate: 0 };
  const QUOTA = { fixed_target: 2, rate: 0.1 };
  const document = { version: 2, default: QUOTA, rules: [{ ...HEALTH, description: 'of the load balancer' }] };
  const { host, ...old } = HEALTH;
  const resolved = {
    rules: [{ criteria: { httpMethod: 'GET', urlPath: '/health' }, quota: { rate: 0, perSecond: 0 } }],
    default: { rate: 0.1, perSecond: 2 },
  };

  it('takes its rules and its default, of version 2 and of version 1', () => {
    const oldDocument = { version: 1, default: QUOTA, rules: [{ ...old, service_name: host }] };

    expect(resolve({ file: write(document) })).to.deep.equal({ central: false, local: resolved });
    expect(resolve({ file: write(document) })).to.satisfy(isDeepFrozen);
    expect(resolve({ file: write(oldDocument), central: true })).to.deep.equal({ central: true, local: resolved });
  });

  it('holds the host to what version 1 calls the name of the service', () => {
    const file = write({ version: 1, default: QUOTA, rules: [{ ...old, service_name: 'api.example.com' }] });

    expect(resolve({ file }).local).to.have.deep.nested.property('rules[0].criteria', {
      host: 'api.example.com',
      httpMethod: 'GET',
      urlPath: '/health',
    });
  });

  it('takes a rule after one with the same patterns, or after one that takes all, as the X-Ray SDKs do', () => {
    const all = { ...HEALTH, http_method: '*', url_path: '*' };

    expect(resolve({ file: write({ ...document, rules: [HEALTH, HEALTH, all, HEALTH] }) }).local)
      .to.have.property('rules')
      .that.has.lengthOf(4);
  });

  it('needs no rules, and minds no byte order mark', () => {
    const file = write(`\ufeff${JSON.stringify({ version: 2, default: QUOTA })}`);

    expect(resolve({ file }).local).to.deep.equal({ rules: [], default: resolved.default });
  });

  it('says what is in force', () => {
    expect(described({ file: write(document) })).to.equal(
      "{ httpMethod: 'GET', urlPath: '/health' }: { rate: 0, perSecond: 0 }; { rate: 0.1, perSecond: 2 }",
    );
  });

  const refused: readonly [where: string, content: unknown, given: string | RegExp, allowed: RegExp, remedy: RegExp][] =
    [
      ['', '{ "version": 2', '\'{ "version": 2\'', /JSON: SyntaxError/, /Correct the file/],
      ['', '', "''", /JSON/, /Correct/],
      ['', [document], /^\[/, /an object \{ version, default, rules \}/, /rule document/],
      ['.version', { default: QUOTA }, 'undefined', /1 or 2/, /has to be given/],
      ['.version', { ...document, version: 3 }, '3', /1 or 2/, /Write 2 where rules have host/],
      ['.version', { ...document, version: '2' }, "'2'", /1 or 2/, /Write 2/],
      ['.default', { version: 2, rules: [] }, 'undefined', /\{ fixed_target, rate \}/, /has to be given/],
      ['.default', { ...document, default: 0.5 }, '0.5', /an object \{ fixed_target, rate \}/, /every member/],
      ['.default.rate', { ...document, default: { fixed_target: 1 } }, 'undefined', /the member rate/, /0 is a value/],
      ['.default.fixed_target', { ...document, default: { rate: 1 } }, 'undefined', /the member/, /0 is a value/],
      ['.default.rate', { ...document, default: { ...QUOTA, rate: 5 } }, '5', /fraction/, /For 5 % write 0\.05/],
      ['.default.host', { ...document, default: { ...QUOTA, host: '*' } }, "'*'", /only fixed_target, rate/, /Remove/],
      [
        '.default.perSecond',
        { ...document, default: { ...QUOTA, perSecond: 1 } },
        '1',
        /only/,
        /default\.fixed_target\?/,
      ],
      ['.rules', { ...document, rules: {} }, '{}', /a list of rules/, /Write \[\]/],
      ['.Rules', { version: 2, default: QUOTA, Rules: [] }, '[]', /only version, default, rules/, /\.rules\?/],
      ['.rules[0]', { ...document, rules: [7] }, '7', /an object \{ host, http_method, url_path/, /every member/],
      [
        '.rules[0].fixed_target',
        { ...document, rules: [{ ...HEALTH, fixed_target: -1 }] },
        '-1',
        /whole/,
        /each second/,
      ],
      ['.rules[0].rate', { ...document, rules: [{ ...HEALTH, rate: '0' }] }, "'0'", /fraction/, /0\.05/],
      ['.rules[0].url_path', { ...document, rules: [{ ...HEALTH, url_path: '' }] }, "''", /path/, /orders/],
      ['.rules[0].url_path', { ...document, rules: [{ ...HEALTH, url_path: 'x' }] }, "'x'", /path/, /Write '\/x'/],
      ['.rules[0].http_method', { ...document, rules: [{ ...HEALTH, http_method: null }] }, 'null', /method/, /GET/],
      [
        '.rules[0].http_method',
        { ...document, rules: [{ ...HEALTH, http_method: undefined }] },
        'undefined',
        /http_method/,
        /'\*'/,
      ],
      [
        '.rules[0].description',
        { ...document, rules: [{ ...HEALTH, description: 7 }] },
        '7',
        /a text/,
        /what the rule is for/,
      ],
      [
        '.rules[0].urlPath',
        { ...document, rules: [{ ...HEALTH, urlPath: '/' }] },
        "'/'",
        /only host/,
        /rules\[0\]\.url_path\?/,
      ],
      [
        '.rules[0].service_name',
        { ...document, rules: [{ ...HEALTH, service_name: 'a' }] },
        "'a'",
        /only host/,
        /\.host\?/,
      ],
      [
        '.rules[0].host',
        { ...document, version: 1, rules: [{ ...old, service_name: 'a', host: 'a' }] },
        "'a'",
        /only service_name/,
        /\.service_name\?/,
      ],
      ['.rules[0].priority', { ...document, rules: [{ ...HEALTH, priority: 1 }] }, '1', /only host/, /Remove/],
    ];
  for (const [where, content, given, allowed, remedy] of refused) {
    it(`refuses ${String(given).slice(0, 40)} in it for ${where.trim() || 'the document'}`, () => {
      const file = write(content);
      const [problem, ...others] = problemsOf({ file });

      expect(others).to.deep.equal([]);
      expect(problem?.option)
        .to.match(/^sampling\.file '/)
        .and.to.match(/rules-\d+\.json'/);
      expect(problem?.option.replace(/^.*'/, '')).to.equal(where);
      if (typeof given === 'string') expect(problem?.given).to.equal(given);
      else expect(problem?.given).to.match(given);
      expect(problem?.allowed).to.match(allowed);
      expect(problem?.remedy).to.match(remedy);
    });
  }

  it('says where it was looked for when it cannot be read', () => {
    const [problem, ...others] = problemsOf({ file: 'no-such/rules.json' });

    expect(others).to.deep.equal([]);
    expect(problem).to.include({ option: 'sampling.file', given: "'no-such/rules.json'" });
    expect(problem?.allowed).to.contain('ENOENT');
    expect(problem?.remedy).to.contain(join(process.cwd(), 'no-such/rules.json'));
  });

  it('names it whole, however long its path is', () => {
    const long = join(folder, 'x'.repeat(200));
    mkdirSync(long);
    const file = join(long, 'rules.json');
    writeFileSync(file, '{}');

    expect(problemsOf({ file })[0]?.option).to.equal(`sampling.file '${file}'.version`);
  });

  it('tells of it beside what is wrong in other options', () => {
    const options = { servce: 'x', sampling: { file: write({ ...document, version: 7 }) } } as TracingOptions;

    expect(() => resolveOptions(options, {}))
      .to.throw(ConfigurationError, '2 problems')
      .with.property('message')
      .that.contains('servce')
      .and.contains('.version');
  });
});
