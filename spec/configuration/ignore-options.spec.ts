import { expect } from 'chai';
import { describeOptions, resolveOptions } from '#lib/configuration/resolve.js';
import type { TracingOptions } from '#lib/configuration/tracing-options.js';
import { ConfigurationError, type ConfigurationProblem } from '#lib/foundation/errors.js';
import { ignoredRequests } from '#lib/sampling/ignored-requests.js';
import type { SamplingRequest } from '#lib/sampling/sampler.js';
import { isDeepFrozen } from '../support/frozen.js';

const resolve = (ignore: unknown): ReturnType<typeof resolveOptions> =>
  resolveOptions({ ignore } as TracingOptions, {});

function problemsOf(ignore: unknown): readonly ConfigurationProblem[] {
  try {
    resolve(ignore);
  } catch (error) {
    expect(error).to.be.an.instanceOf(ConfigurationError);
    return (error as ConfigurationError).problems;
  }
  return [];
}

function isIgnored(ignore: unknown, request: Partial<SamplingRequest>): boolean {
  const ignored = ignoredRequests(resolve(ignore).values.ignore);
  return ignored?.find({ service: 'shop', operation: 'GET /', ...request }) === true;
}

describe('The option ignore', () => {
  const right: readonly [ignored: unknown, criteria: object][] = [
    ['/health', { urlPath: '/health' }],
    [' /health* ', { urlPath: '/health*' }],
    ['*.ico', { urlPath: '*.ico' }],
    ['OPTIONS', { httpMethod: 'OPTIONS' }],
    ['GET /ping*', { httpMethod: 'GET', urlPath: '/ping*' }],
    ['GET   /ping', { httpMethod: 'GET', urlPath: '/ping' }],
    ['GET *', { httpMethod: 'GET' }],
    ['* /ping', { urlPath: '/ping' }],
    [{ userAgent: 'ELB-HealthChecker/*' }, { userAgent: 'ELB-HealthChecker/*' }],
    [
      { httpMethod: 'get', urlPath: '/a', host: 'b', userAgent: 'c', operation: 'd' },
      { httpMethod: 'get', urlPath: '/a', host: 'b', userAgent: 'c', operation: 'd' },
    ],
    [{ urlPath: '/a', host: '*', userAgent: undefined }, { urlPath: '/a' }],
  ];
  for (const [ignored, criteria] of right) {
    it(`reads ${JSON.stringify(ignored)}`, () => {
      const { ignore } = resolve([ignored]).values;

      expect(ignore).to.deep.equal([criteria]);
      expect(ignore).to.satisfy(isDeepFrozen);
    });
  }

  it('is printed as it was understood', () => {
    const printed = describeOptions(resolve(['GET /ping', { userAgent: 'kube-probe/*' }]));

    expect(printed).to.contain("[ { httpMethod: 'GET', urlPath: '/ping' }, { userAgent: 'kube-probe/*' } ]  (option)");
  });

  it('leaves out what meets any of the entries, all that each says', () => {
    const ignore = ['/health*', 'OPTIONS', 'GET /ping', { userAgent: 'ELB-HealthChecker/*' }];
    const said = [
      { urlPath: '/healthz?deep=1' },
      { httpMethod: 'options', urlPath: '/orders' },
      { httpMethod: 'GET', urlPath: '/PING' },
      { userAgent: 'ELB-HealthChecker/2.0', urlPath: '/' },
      { httpMethod: 'POST', urlPath: '/ping' },
      { urlPath: '/orders', userAgent: 'curl/8' },
      {},
    ].map((request) => isIgnored(ignore, request));

    expect(said).to.deep.equal([true, true, true, true, false, false, false]);
  });

  it('leaves out nothing where nothing is given', () => {
    expect(ignoredRequests(resolve(undefined).values.ignore)).to.equal(undefined);
    expect(ignoredRequests(resolve([]).values.ignore)).to.equal(undefined);
  });

  const refused: readonly [option: string, ignore: unknown, given: string, allowed: RegExp, remedy: RegExp][] = [
    ['ignore', '/health', "'/health'", /a list, each a path, a method in capitals/, /Write \['\/health'\]/],
    ['ignore', { urlPath: '/a' }, "{ urlPath: '/a' }", /a list/, /Write \[\{ urlPath: '\/a' \}\]/],
    ['ignore', true, 'true', /a list/, /Write \['\/health'\]/],
    ['ignore[0]', ['health'], "'health'", /a path, a method/, /'\/health' for a path, 'HEALTH' for a method/],
    ['ignore[1]', ['/a', 'options'], "'options'", /a path/, /'OPTIONS' for a method/],
    [
      'ignore[0]',
      ['GET,POST /x'],
      "'GET,POST /x'",
      /a path/,
      /Write 'GET \/x' and 'POST \/x', each an entry of its own/,
    ],
    ['ignore[0]', ['GET, post'], "'GET, post'", /a path/, /Write 'GET' and 'POST', each/],
    ['ignore[0]', ['GET http://x/y'], "'GET http://x/y'", /a path/, /Write 'GET \/y'/],
    ['ignore[0]', ['http://x/y?z=1'], "'http://x/y?z=1'", /a path/, /Write '\/y'\./],
    ['ignore[0]', ['GET ping'], "'GET ping'", /a path/, /Write 'GET \/ping'\./],
    ['ignore[0]', ['http://x'], "'http://x'", /a path/, /Write '\/'\./],
    ['ignore[0]', ['a.html'], "'a.html'", /a path/, /Write '\/a\.html'/],
    ['ignore[0]', [Object.create({ urlPath: '/a' })], 'inherited urlPath', /own members/, /a plain object/],
    ['ignore[0]', [''], "''", /a path/, /Write '\/health\*'/],
    ['ignore[0]', ['get /ping'], "'get /ping'", /a path/, /Write 'GET \/ping'/],
    ['ignore[0]', ['https://a.example/ping'], "'https://a.example/ping'", /a path/, /Write '\/ping'/],
    ['ignore[0]', ['/a b'], "'/a b'", /a path/, /Write '\/a'/],
    ['ignore[0]', ['/search?q=*'], "'/search?q=*'", /without query/, /Write '\/search'/],
    ['ignore[0]', [/^\/health/], '/^\\/health/', /a path/, /a text with wildcards/],
    ['ignore[0]', [7], '7', /a path/, /Write '\/health\*'/],
    ['ignore[0]', [null], 'null', /a path/, /Write/],
    ['ignore[0]', [['/a']], "[ '/a' ]", /a path/, /Write/],
    ['ignore[0]', ['*'], "'*'", /not every request/, /enabled: false/],
    ['ignore[0]', ['* *'], "'* *'", /not every request/, /enabled: false/],
    ['ignore[0]', [{}], '{}', /not every request/, /enabled: false/],
    ['ignore[0]', [{ host: '*' }], "{ host: '*' }", /not every request/, /enabled: false/],
    ['ignore[0].url_path', [{ url_path: '/' }], "'/'", /only httpMethod, urlPath/, /ignore\[0\]\.urlPath\?/],
    ['ignore[1]', ['/a', `/${'?'.repeat(500)}`], `'/${'?'.repeat(77)}…`, /at most 500 characters/, /has 501/],
    ['ignore[0].path', [{ path: '/' }], "'/'", /only/, /ignore\[0\]\.urlPath\?/],
    ['ignore[0].service', [{ service: 'a' }], "'a'", /only/, /Remove it/],
    ['ignore[2].userAgent', ['/a', 'PUT', { userAgent: '' }], "''", /a text/, /ELB-HealthChecker/],
    ['ignore[0].urlPath', [{ urlPath: 'ping' }], "'ping'", /path from/, /Write '\/ping'/],
    ['ignore[0].host', [{ host: 'http://a' }], "'http://a'", /Host header/, /Write 'a'/],
  ];
  for (const [option, ignore, given, allowed, remedy] of refused) {
    it(`refuses ${given} for ${option}, telling what is allowed and what to do`, () => {
      const [problem, ...others] = problemsOf(ignore);

      expect(others).to.deep.equal([]);
      expect(problem).to.include({ option, given });
      expect(problem?.allowed).to.match(allowed);
      expect(problem?.remedy).to.match(remedy);
    });

    it(`takes what it says is to be written instead of ${given}`, () => {
      const [problem] = problemsOf(ignore);
      if (problem?.option !== 'ignore[0]' || !problem.remedy.startsWith("Write '")) return;
      for (const [, text] of problem.remedy.matchAll(/'([^']+)'/g)) expect(problemsOf([text]), text).to.deep.equal([]);
    });
  }

  it('names everything that is wrong at once', () => {
    expect(problemsOf(['health', '/a', {}, 7]).map(({ option }) => option)).to.deep.equal([
      'ignore[0]',
      'ignore[2]',
      'ignore[3]',
    ]);
  });
});
