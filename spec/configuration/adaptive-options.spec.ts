import { expect } from 'chai';
import type { AdaptiveSampling } from '#lib/configuration/adaptive-options.js';
import { describeOptions, resolveOptions } from '#lib/configuration/resolve.js';
import { ConfigurationError, type ConfigurationProblem } from '#lib/foundation/errors.js';

function problemsOf(adaptiveSampling: unknown): readonly ConfigurationProblem[] {
  try {
    resolveOptions({ adaptiveSampling: adaptiveSampling as AdaptiveSampling }, {});
  } catch (error) {
    expect(error).to.be.an.instanceOf(ConfigurationError);
    return (error as ConfigurationError).problems;
  }
  return [];
}

describe('The option adaptiveSampling', () => {
  const condition = (member: string, value: unknown): unknown => ({
    anomalyConditions: [{ usage: 'both' }, { [member]: value }],
  });
  const limit = (anomalyTracesPerSecond: unknown): unknown => ({ anomalyCaptureLimit: { anomalyTracesPerSecond } });

  const wrong: readonly [path: string, value: unknown, given: string, allowed: RegExp, remedy: RegExp][] = [
    ['', 'both', "'both'", /an object \{ version, anomalyConditions/, /anomalyConditions: \[\{ errorCodeRegex/],
    ['', [], '[]', /an object \{/, /\{\} for the default/],
    ['.conditions', { conditions: [] }, '[]', /only version, anomalyConditions, anomalyCaptureLimit/, /Remove it/],
    ['.anomalyCondition', { anomalyCondition: [] }, '[]', /only/, /mean adaptiveSampling\.anomalyConditions\?/],
    ['.version', { version: 2 }, '2', /from 1\.0 up to, and without, 2\.0/, /Write 1\.0/],
    ['.version', { version: 0.9 }, '0.9', /from 1\.0/, /Write 1\.0/],
    ['.version', { version: '2.0' }, "'2.0'", /from 1\.0/, /Write 1\.0/],
    ['.version', { version: 'one' }, "'one'", /from 1\.0/, /Write 1\.0/],
    ['.version', { version: [1] }, '[ 1 ]', /from 1\.0/, /Write 1\.0/],
    ['.version', { version: Number.NaN }, 'NaN', /from 1\.0/, /Write 1\.0/],
    ['.anomalyConditions', { anomalyConditions: null }, 'null', /a list of conditions/, /Write \[\].*leave it out/],
    ['.anomalyConditions', { anomalyConditions: { usage: 'both' } }, "{ usage: 'both' }", /a list/, /Write \[\]/],
    ['.anomalyConditions[0]', { anomalyConditions: ['5..'] }, "'5..'", /an object \{ errorCodeRegex/, /errorCodeRegex/],
    ['.anomalyConditions[1]', { anomalyConditions: [{}, null] }, 'null', /an object/, /errorCodeRegex/],
    ['.anomalyConditions[0]', { anomalyConditions: Array.from({ length: 1 }) }, 'undefined', /an object/, /Regex/],
    ['.anomalyConditions[1].operation', condition('operation', 'a'), "'a'", /only error/, /\[1\]\.operations\?/],
    ['.anomalyConditions[1].errorCodeRegexp', condition('errorCodeRegexp', 'a'), "'a'", /only/, /\.errorCodeRegex\?/],
    ['.anomalyConditions[1].errorcoderegex', condition('errorcoderegex', 'a'), "'a'", /only/, /\.errorCodeRegex\?/],
    ['.anomalyConditions[1].highLatency', condition('highLatency', 5), '5', /only/, /\[1\]\.highLatencyMs\?/],
    ['.anomalyConditions[1].latencyMs', condition('latencyMs', 5), '5', /only/, /\[1\]\.highLatencyMs\?/],
    ['.anomalyConditions[1].use', condition('use', 5), '5', /only/, /\[1\]\.usage\?/],
    ['.anomalyConditions[1].constructor', condition('constructor', 5), '5', /only/, /Remove it/],
    ['.anomalyConditions[1].usage', condition('usage', 'boost'), "'boost'", /both, sampling-boost/, /sampling-boost\?/],
    ['.anomalyConditions[1].usage', condition('usage', 'capture'), "'capture'", /both/, /anomaly-trace-capture\?/],
    [
      '.anomalyConditions[1].usage',
      condition('usage', 'SAMPLING_BOOST'),
      "'SAMPLING_BOOST'",
      /both/,
      /sampling-boost\?/,
    ],
    ['.anomalyConditions[1].usage', condition('usage', 'Both'), "'Both'", /both/, /mean both\?/],
    ['.anomalyConditions[1].usage', condition('usage', 'none'), "'none'", /neither/, /Leave it out for both/],
    ['.anomalyConditions[1].usage', condition('usage', ''), "''", /neither/, /Leave it out for both/],
    ['.anomalyConditions[1].usage', condition('usage', null), 'null', /neither/, /Leave it out for both/],
    ['.anomalyConditions[1].errorCodeRegex', condition('errorCodeRegex', '[5'), "'[5'", /JavaScript/, /Unterminated/],
    ['.anomalyConditions[1].errorCodeRegex', condition('errorCodeRegex', 'a)|(b'), "'a)|(b'", /a text/, /compile/],
    ['.anomalyConditions[1].errorCodeRegex', condition('errorCodeRegex', '(?q)5'), "'(?q)5'", /a text/, /compile/],
    ['.anomalyConditions[1].errorCodeRegex', condition('errorCodeRegex', 500), '500', /as a text/, /'500', in quotes/],
    ['.anomalyConditions[1].errorCodeRegex', condition('errorCodeRegex', ''), "''", /as a text/, /5\\\\d\\\\d/],
    ['.anomalyConditions[1].errorCodeRegex', condition('errorCodeRegex', ['5..']), "[ '5..' ]", /a text/, /for 500/],
    ['.anomalyConditions[1].operations', condition('operations', 'GET /'), "'GET /'", /a list/, /Write \['GET \/'\]/],
    ['.anomalyConditions[1].operations', condition('operations', null), 'null', /a list/, /all operations/],
    ['.anomalyConditions[1].operations[1]', condition('operations', ['a', 7]), '7', /a text/, /GET \/orders/],
    ['.anomalyConditions[1].operations[0]', condition('operations', [' ']), "' '", /a text/, /GET \/orders/],
    ['.anomalyConditions[1].highLatencyMs', condition('highLatencyMs', -1), '-1', /milliseconds from 0/, /Write 500/],
    ['.anomalyConditions[1].highLatencyMs', condition('highLatencyMs', '500'), "'500'", /a number/, /Write 500/],
    ['.anomalyConditions[1].highLatencyMs', condition('highLatencyMs', Infinity), 'Infinity', /a number/, /Write 500/],
    ['.anomalyConditions[1].highLatencyMs', condition('highLatencyMs', Number.NaN), 'NaN', /a number/, /Write 500/],
    ['.anomalyCaptureLimit', { anomalyCaptureLimit: 5 }, '5', /anomalyTracesPerSecond/, /PerSecond: 1 \}/],
    ['.anomalyCaptureLimit.anomalyTracesPerSecond', limit(-1), '-1', /whole number from 0/, /each second/],
    ['.anomalyCaptureLimit.anomalyTracesPerSecond', limit(0.5), '0.5', /whole number/, /each second/],
    ['.anomalyCaptureLimit.anomalyTracesPerSecond', limit('1'), "'1'", /whole number/, /each second/],
    ['.anomalyCaptureLimit.tracesPerSecond', { anomalyCaptureLimit: { tracesPerSecond: 1 } }, '1', /only/, /anomalyT/],
  ];
  for (const [path, value, given, allowed, remedy] of wrong) {
    it(`refuses ${given} for adaptiveSampling${path}, telling what is allowed and what to do`, () => {
      const [problem, ...others] = problemsOf(value);

      expect(others).to.deep.equal([]);
      expect(problem).to.include({ option: `adaptiveSampling${path}`, given });
      expect(problem?.allowed).to.match(allowed);
      expect(problem?.remedy).to.match(remedy);
    });
  }

  describe('when several members are wrong', () => {
    it('names each of them', () => {
      const given = {
        version: 3,
        anomalyConditions: [{ usage: 'boost', highLatencyMs: -1 }, 7],
        anomalyCaptureLimit: { anomalyTracesPerSecond: -1 },
      };

      expect(problemsOf(given).map(({ option }) => option)).to.have.members([
        'adaptiveSampling.version',
        'adaptiveSampling.anomalyConditions[0].usage',
        'adaptiveSampling.anomalyConditions[0].highLatencyMs',
        'adaptiveSampling.anomalyConditions[1]',
        'adaptiveSampling.anomalyCaptureLimit.anomalyTracesPerSecond',
      ]);
    });
  });

  const right: readonly AdaptiveSampling[] = [
    {},
    { version: 1 },
    { version: 1.99 },
    { version: '1.0' },
    { anomalyConditions: [] },
    { anomalyConditions: [{}, { operations: [] }, { usage: 'neither' }, { highLatencyMs: 0 }, { highLatencyMs: 0.5 }] },
    { anomalyConditions: [{ errorCodeRegex: '^5\\d\\d$', operations: ['GET /api', '*'], highLatencyMs: 500 }] },
    { anomalyConditions: [{ errorCodeRegex: /E(CONN|PIPE)\w*/gi, usage: 'anomaly-trace-capture' }] },
    { anomalyCaptureLimit: {} },
    { anomalyCaptureLimit: { anomalyTracesPerSecond: 100 } },
  ];
  for (const [index, given] of right.entries()) {
    it(`keeps what is right, number ${index}, and captures one trace of each second unless told otherwise`, () => {
      const { values, origins } = resolveOptions({ adaptiveSampling: given }, {});

      expect(values.adaptiveSampling).to.deep.equal({
        ...given,
        anomalyCaptureLimit: { anomalyTracesPerSecond: 1, ...given.anomalyCaptureLimit },
      });
      expect(origins.adaptiveSampling).to.equal('option');
    });
  }

  it('takes undefined for any member as absent', () => {
    const given = {
      version: undefined,
      anomalyConditions: undefined,
      anomalyCaptureLimit: undefined,
    } as unknown as AdaptiveSampling;

    expect(resolveOptions({ adaptiveSampling: given }, {}).values.adaptiveSampling).to.deep.equal({
      anomalyCaptureLimit: { anomalyTracesPerSecond: 1 },
    });
    expect(problemsOf(condition('usage', undefined))).to.deep.equal([]);
  });

  it('answers a frozen result that the given options no longer change', () => {
    const operations = ['GET /'];
    const anomalyConditions = [{ operations }];
    const { adaptiveSampling } = resolveOptions({ adaptiveSampling: { anomalyConditions } }, {}).values;
    operations.push('POST /');
    anomalyConditions.push({ operations });

    expect(adaptiveSampling?.anomalyConditions).to.deep.equal([{ operations: ['GET /'] }]);
    expect([
      adaptiveSampling,
      adaptiveSampling?.anomalyConditions,
      adaptiveSampling?.anomalyConditions?.[0],
      adaptiveSampling?.anomalyConditions?.[0]?.operations,
      adaptiveSampling?.anomalyCaptureLimit,
    ]).to.satisfy((parts: unknown[]) => parts.every((part) => Object.isFrozen(part)));
  });

  it('is described with every condition, on one line', () => {
    const adaptiveSampling: AdaptiveSampling = {
      anomalyConditions: [{ errorCodeRegex: /5../, operations: ['GET /a', 'two\nlines'] }, { highLatencyMs: 500 }],
    };

    expect(describeOptions(resolveOptions({ adaptiveSampling }, {}))).to.contain(
      '\nadaptiveSampling    { anomalyConditions: [ { errorCodeRegex: /5../, ' +
        "operations: [ 'GET /a', 'two\\nlines' ] }, { highLatencyMs: 500 } ], " +
        'anomalyCaptureLimit: { anomalyTracesPerSecond: 1 } }  (option)\n',
    );
  });
});
