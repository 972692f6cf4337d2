import { expect } from 'chai';
import { Container } from 'typedi';
import { ENVIRONMENT_VARIABLES } from '#lib/configuration/environment-variables.js';
import { describeOptions, resolveOptions, type ResolvedOptions } from '#lib/configuration/resolve.js';
import { TracingOptions } from '#lib/configuration/tracing-options.js';
import { ConfigurationError, type ConfigurationProblem } from '#lib/foundation/errors.js';
import { MemoryEmitter } from '#lib/emitters/memory-emitter.js';
import { RememberingLogger } from '../support/recording.js';

const OPTION_NAMES = Object.keys(new TracingOptions()) as (keyof TracingOptions)[];

/** Resolves what may be of any type. */
function resolve(options: unknown, environment: Record<string, string> = {}): ResolvedOptions {
  return resolveOptions(options as TracingOptions, environment);
}

function problemsOf(options: unknown, environment: Record<string, string> = {}): readonly ConfigurationProblem[] {
  try {
    resolve(options, environment);
  } catch (error) {
    expect(error).to.be.an.instanceOf(ConfigurationError);
    return (error as ConfigurationError).problems;
  }
  return [];
}

describe('resolveOptions', () => {
  describe('when nothing is given', () => {
    it('takes the defaults and says so', () => {
      const { values, origins } = resolve({});

      expect(values).to.include({
        service: 'unnamed',
        contextMissing: 'LOG_ERROR',
        logLevel: 'warn',
        logger: console,
        enabled: true,
        errorDetails: false,
        streamingThreshold: 100,
        beforeSend: undefined,
        classifyError: undefined,
        adaptiveSampling: undefined,
        emitter: undefined,
      });
      expect(values.sampling).to.deep.equal({
        central: 'auto',
        local: { rules: [], default: { rate: 0.05, perSecond: 1 } },
      });
      expect(values.ignore).to.deep.equal([]);
      const here = { host: '127.0.0.1', port: 2000 };
      expect(values.daemonAddress).to.deep.equal({ udp: here, tcp: here });
      expect(new Set(Object.values(origins))).to.deep.equal(new Set(['default']));
    });

    it('asks for no rules in Lambda, which decides itself', () => {
      expect(resolve({}, { LAMBDA_TASK_ROOT: '/var/task' }).values.sampling).to.deep.equal({
        central: false,
        local: { rules: [], default: { rate: 0.05, perSecond: 1 } },
      });
      expect(resolve({ sampling: { central: 'auto' } }, { LAMBDA_TASK_ROOT: '/var/task' }).values.sampling).to.include({
        central: 'auto',
      });
    });

    it("names the service after npm's package, made legal", () => {
      expect(resolve({}, { npm_package_name: '@acme/shop!' }).values.service).to.equal('@acme/shop');
      expect(resolve({}, { npm_package_name: '' }).values.service).to.equal('unnamed');
    });
  });

  const logger = new RememberingLogger();
  const emitter = new MemoryEmitter();
  const sampler = { isSampled: () => true };
  const fn = (): undefined => undefined;

  const right: Record<keyof TracingOptions, readonly unknown[]> = {
    service: ['shop', 'a', 'x'.repeat(200), 'Läden 東京 2', '_.:/%&#=+\\-@', 'shop api'],
    daemonAddress: ['localhost:2000', '[::1]:2000', 'tcp:a:1 udp:b:2'],
    sampling: ['all', 'none', { rate: 0 }, { rate: 1, perSecond: 0 }, { rate: 0.5, perSecond: 100 }, sampler],
    ignore: [[], [{ urlPath: '/health' }]],
    adaptiveSampling: [
      { anomalyCaptureLimit: { anomalyTracesPerSecond: 0 } },
      { version: 1.5, anomalyConditions: [], anomalyCaptureLimit: { anomalyTracesPerSecond: 1 } },
    ],
    contextMissing: ['LOG_ERROR', 'RUNTIME_ERROR', 'IGNORE_ERROR', fn],
    logLevel: ['debug', 'info', 'warn', 'error', 'silent'],
    logger: [console, logger],
    enabled: [true, false],
    beforeSend: [fn],
    classifyError: [fn],
    errorDetails: [true, false],
    redact: [
      false,
      {},
      { keys: ['a', /b/gy], paths: ['a.*.b', '**.c'], values: [/d/g], allow: [/e/], defaults: false },
      { keys: undefined },
    ],
    metadataLimits: [
      { depth: 1, breadth: 1, bytes: 256 },
      { depth: 100, breadth: 100_000, bytes: 64_000 },
    ],
    streamingThreshold: [0, 1, 100, 1_000_000],
    emitter: [emitter],
    container: [Container.of('resolve')],
  };
  for (const option of OPTION_NAMES) {
    for (const value of right[option]) {
      it(`takes ${typeof value === 'string' ? `'${value.slice(0, 20)}'` : typeof value} for ${option}`, () => {
        const { values, origins } = resolve({ [option]: value });

        // Those two are read into another shape; specs of their own tell which.
        if (option !== 'daemonAddress' && option !== 'sampling') expect(values[option]).to.deep.equal(value);
        expect(origins[option]).to.equal('option');
      });
    }

    it(`takes undefined for ${option} as absent`, () => {
      expect(resolve({ [option]: undefined }).origins[option]).to.equal('default');
    });

    it(`refuses null for ${option}`, () => {
      expect(problemsOf({ [option]: null }).map((problem) => problem.option)).to.deep.equal([option]);
    });
  }

  const wrong: readonly [option: string, value: unknown, given: string, allowed: RegExp, remedy: RegExp][] = [
    ['service', '', "''", /1 to 200 letters/, /Name the service/],
    ['service', 'shop!', "'shop!'", /letters, digits/, /Write 'shop'/],
    ['service', ' shop', "' shop'", /letters/, /Write 'shop'/],
    ['service', 'two\nlines', "'two\\nlines'", /letters/, /Write 'two lines'/],
    ['service', 'x'.repeat(201), `'${'x'.repeat(78)}…`, /1 to 200/, /Write 'x{200}'/],
    ['service', 7, '7', /letters/, /Name the service/],
    ['daemonAddress', 'localhost', "'localhost'", /host:port/, /Write 'localhost:2000'/],
    ['daemonAddress', 'http://localhost:2000', "'http://localhost:2000'", /host:port/, /Write 'localhost:2000'/],
    ['daemonAddress', '::1:2000', "'::1:2000'", /ipv6/, /Write '\[::1\]:2000'/],
    ['daemonAddress', '1.2.3.999:2000', "'1.2.3.999:2000'", /host:port/, /Write '127\.0\.0\.1:2000'/],
    ['daemonAddress', 'daemon:99999', "'daemon:99999'", /ports from 1 to 65535/, /Write/],
    ['contextMissing', 'log_error', "'log_error'", /LOG_ERROR/, /Write 'LOG_ERROR'/],
    ['logLevel', 'WARN', "'WARN'", /warn/, /Write 'warn'/],
    ['daemonAddress', 2000, '2000', /host:port/, /127\.0\.0\.1:2000/],
    ['sampling', 'some', "'some'", /'all', 'none'/, /Write 'all'/],
    ['sampling', 0.5, '0.5', /rate, perSecond/, /Write \{ rate: 0\.5 \}/],
    ['sampling', [0.5], '[ 0.5 ]', /rate, perSecond/, /Write 'all'/],
    ['redact', true, 'true', /false or \{ keys, paths, values, allow, defaults \}/, /Leave it out/],
    ['redact', ['token'], "[ 'token' ]", /false or/, /Leave it out/],
    ['redact.key', { key: [] }, '[]', /only keys, paths/, /Did you mean redact\.keys\?/],
    ['redact.keys', { keys: 'token' }, "'token'", /a list of texts and regular/, /customerNumber/],
    ['redact.keys[1]', { keys: ['a', 7] }, '7', /texts and regular expressions/, /customerNumber/],
    ['redact.allow[0]', { allow: [''] }, "''", /texts and regular expressions/, /customerNumber/],
    ['redact.paths[0]', { paths: ['a..b'] }, "'a..b'", /1 to 30 levels/, /order\.customer\.ssn/],
    ['redact.paths[0]', { paths: [`a${'.a'.repeat(30)}`] }, `'a${'.a'.repeat(30)}'`, /1 to 30 levels/, /order/],
    ['redact.values[0]', { values: ['x'] }, "'x'", /regular expressions/, /16/],
    ['redact.defaults', { defaults: 'no' }, "'no'", /true or false/, /Write false/],
    ['metadataLimits', 5, '5', /an object \{ depth, breadth, bytes \}/, /bytes: 16384/],
    ['metadataLimits.bytes', { bytes: 100 }, '100', /from 256 to 64000/, /how many bytes/],
    ['metadataLimits.depth', { depth: 0 }, '0', /from 1 to 100/, /levels/],
    ['metadataLimits.breadth', { breadth: 1.5 }, '1.5', /from 1 to 100000/, /items/],
    ['metadataLimits.byte', { byte: 1000 }, '1000', /only depth, breadth, bytes/, /metadataLimits\.bytes\?/],
    ['sampling.rate', { rate: 7 }, '7', /a fraction from 0 to 1/, /For 7 % write 0\.07/],
    ['sampling.rate', { rate: -0.1 }, '-0.1', /fraction/, /0\.05 for 5 %/],
    ['sampling.rate', { rate: 101 }, '101', /fraction/, /0\.05 for 5 %/],
    ['sampling.rate', { rate: Number.NaN }, 'NaN', /fraction/, /0\.05/],
    ['sampling.rate', { rate: '0.5' }, "'0.5'", /fraction/, /0\.05/],
    ['sampling.rate', {}, 'undefined', /fraction/, /0\.05/],
    ['sampling.rate', { perSecond: 5 }, 'undefined', /fraction/, /0\.05/],
    ['sampling.perSecond', { rate: 0, perSecond: -1 }, '-1', /whole number/, /each second/],
    ['sampling.perSecond', { rate: 0, perSecond: 1.5 }, '1.5', /whole number/, /each second/],
    ['sampling.perSecond', { rate: 0, perSecond: Number.POSITIVE_INFINITY }, 'Infinity', /whole number/, /each second/],
    ['sampling.persecond', { rate: 0, persecond: 1 }, '1', /only rate, perSecond,/, /sampling\.perSecond\?/],
    ['sampling.fixedTarget', { rate: 0, fixedTarget: 1 }, '1', /only rate, perSecond,/, /sampling\.perSecond\?/],
    ['sampling.burst', { rate: 0, burst: 1 }, '1', /only rate, perSecond,/, /Remove it/],
    ['adaptiveSampling', true, 'true', /an object \{ version, anomalyConditions, anomalyCaptureLimit \}/, /or \{\}/],
    ['contextMissing', 'LOG', "'LOG'", /LOG_ERROR, RUNTIME_ERROR, IGNORE_ERROR, or a function/, /'LOG_ERROR'/],
    ['contextMissing', 'log_error', "'log_error'", /LOG_ERROR/, /'LOG_ERROR'/],
    ['logLevel', 'verbose', "'verbose'", /debug, info, warn, error, silent/, /'warn'/],
    ['logger', {}, '{}', /methods debug, info, warn and error/, /console or pino/],
    ['logger', fn, '[Function: fn]', /methods/, /console/],
    ['enabled', 'false', "'false'", /true or false/, /Write false/],
    ['enabled', 0, '0', /true or false/, /Write false/],
    ['beforeSend', 'x', "'x'", /function of a document/, /=> document/],
    ['classifyError', {}, '{}', /function of the thrown value/, /=> 'error'/],
    ['errorDetails', 1, '1', /true or false/, /Write true/],
    ['streamingThreshold', -1, '-1', /whole number of subsegments from 0 to 1000000/, /Write 100/],
    ['streamingThreshold', 1_000_001, '1000001', /from 0 to 1000000/, /Write 100/],
    ['streamingThreshold', 0.5, '0.5', /whole number/, /Write 100/],
    ['streamingThreshold', Number.POSITIVE_INFINITY, 'Infinity', /whole number/, /leave the option out/],
    ['streamingThreshold', '100', "'100'", /whole number/, /Write 100/],
    ['emitter', { emit: fn }, '{ emit: [Function: fn] }', /emit, flush and close/, /leave the option out/],
  ];
  for (const [path, value, given, allowed, remedy] of wrong) {
    const option = path.split('.')[0] as string;
    it(`refuses ${given.slice(0, 40)} for ${path}, telling what is allowed and what to do`, () => {
      const [problem, ...others] = problemsOf({ [option]: value });

      expect(others).to.deep.equal([]);
      expect(problem).to.include({ option: path, given });
      expect(problem?.allowed).to.match(allowed);
      expect(problem?.remedy).to.match(remedy);
    });
  }

  describe('when a value is long and deep', () => {
    it('shows it on one line of at most 80 characters', () => {
      const rows = Array.from({ length: 100 }, (_, index) => ({ index, text: 'x'.repeat(100) }));
      for (const value of [rows, { rows }, Array.from({ length: 100 }).fill(7), 'a\nb'.repeat(100)]) {
        const [problem] = problemsOf({ enabled: value });

        expect(problem?.given).to.have.length.at.most(80);
        expect(problem?.given).not.to.contain('\n');
      }
    });
  });

  describe('when an option does not exist', () => {
    const typos: Record<string, string> = {
      servce: 'service',
      daemonAdress: 'daemonAddress',
      samplig: 'sampling',
      ignored: 'ignore',
      adaptivSampling: 'adaptiveSampling',
      contextMising: 'contextMissing',
      loglevel: 'logLevel',
      Logger: 'logger',
      enable: 'enabled',
      beforSend: 'beforeSend',
      classifyErrors: 'classifyError',
      errorDetail: 'errorDetails',
      emiter: 'emitter',
    };
    for (const [typo, option] of Object.entries(typos)) {
      it(`asks for ${typo} whether ${option} was meant`, () => {
        const [problem, ...others] = problemsOf({ [typo]: 'x' });

        expect(others).to.deep.equal([]);
        expect(problem).to.include({ option: typo, given: "'x'", remedy: `Did you mean ${option}?` });
        expect(problem?.allowed).to.contain(OPTION_NAMES.join(', '));
      });
    }

    for (const stranger of ['plugins', 'maximumBackoff', 'constructor', 'toString', 'a b']) {
      it(`says to remove ${stranger}`, () => {
        expect(problemsOf({ [stranger]: 1 })).to.deep.include({
          option: stranger,
          given: '1',
          allowed: `only the options ${OPTION_NAMES.join(', ')}`,
          remedy: 'Remove it.',
        });
      });
    }

    it('refuses it although its value is undefined', () => {
      expect(problemsOf({ servce: undefined }).map(({ option }) => option)).to.deep.equal(['servce']);
    });
  });

  describe('when several things are wrong', () => {
    it('names all of them, with their remedies, in one error', () => {
      expect(() => resolve({ servce: 'x', sampling: { rate: 7 } }))
        .to.throw(ConfigurationError)
        .with.property('message')
        .that.matches(/^2 problems in the tracing configuration:/)
        .and.matches(/\n {2}- servce: given 'x'; allowed: only the options .*\. Did you mean service\?/)
        .and.matches(/\n {2}- sampling\.rate: given 7; allowed: a fraction from 0 to 1\. For 7 % write 0\.07\./);
    });

    it('names what is wrong in the code and in the environment', () => {
      const problems = problemsOf(
        { enabled: 'yes', sampling: { rate: 2, persecond: 1 } },
        { AWS_XRAY_LOG_LEVEL: 'loud' },
      );

      expect(problems.map(({ option }) => option)).to.have.members([
        'enabled',
        'sampling.persecond',
        'sampling.rate',
        'AWS_XRAY_LOG_LEVEL',
      ]);
    });
  });

  for (const [what, options] of [
    ['null', null],
    ['an array', []],
    ['a string', 'shop'],
    ['a number', 7],
    ['a function', fn],
  ] as const) {
    describe(`when the options are ${what}`, () => {
      it('asks for an object', () => {
        expect(problemsOf(options)).to.have.length(1);
        expect(problemsOf(options)[0]).to.include({ option: 'options', allowed: 'an object of options' });
      });
    });
  }

  describe('when the options come from JSON that names __proto__', () => {
    it('does not take over anything of it unchecked', () => {
      const options: unknown = JSON.parse('{"service":"shop","__proto__":{"enabled":"no"}}');

      expect(problemsOf(options).map(({ option }) => option)).to.deep.equal(['__proto__']);
    });
  });

  describe('when the environment switches tracing off', () => {
    it('does not ask its other variables to be right', () => {
      const environment = {
        AWS_XRAY_SDK_ENABLED: 'false',
        AWS_XRAY_DAEMON_ADDRESS: 'nowhere',
        AWS_XRAY_ADAPTIVE_SAMPLING_CONFIG: '/no/such.yml',
      };

      expect(resolveOptions({}, environment).values.enabled).to.equal(false);
    });
  });

  describe('when options are inherited', () => {
    it('refuses them, as they would not be seen', () => {
      class Settings {
        get service(): string {
          return 'shop';
        }
      }

      expect(() => resolve(new Settings())).to.throw(ConfigurationError, 'inherited service');
      expect(() => resolve(Object.create({ service: 7 }))).to.throw(ConfigurationError, 'inherited service');
    });
  });

  const variables: readonly [
    variable: string,
    text: string,
    option: keyof TracingOptions,
    inCode: unknown,
    value: unknown,
  ][] = [
    ['AWS_XRAY_TRACING_NAME', 'ops', 'service', 'code', 'ops'],
    ['AWS_XRAY_CONTEXT_MISSING', 'RUNTIME_ERROR', 'contextMissing', 'LOG_ERROR', 'RUNTIME_ERROR'],
    ['AWS_XRAY_CONTEXT_MISSING', 'ignore_error', 'contextMissing', 'LOG_ERROR', 'IGNORE_ERROR'],
    ['AWS_XRAY_LOG_LEVEL', 'debug', 'logLevel', 'error', 'debug'],
    ['AWS_XRAY_LOG_LEVEL', 'SILENT', 'logLevel', 'error', 'silent'],
    ['AWS_XRAY_SDK_ENABLED', 'false', 'enabled', true, false],
    ['AWS_XRAY_SDK_ENABLED', 'FALSE', 'enabled', true, false],
    ['AWS_XRAY_SDK_ENABLED', '0', 'enabled', true, false],
    ['AWS_XRAY_SDK_ENABLED', 'True', 'enabled', false, true],
    ['AWS_XRAY_SDK_ENABLED', '1', 'enabled', false, true],
    ['AWS_XRAY_SDK_ENABLED', '  1  ', 'enabled', false, true],
  ];
  for (const [variable, text, option, inCode, value] of variables) {
    it(`lets ${variable}=${text} win over the code`, () => {
      const { values, origins } = resolve({ [option]: inCode }, { [variable]: text });

      expect(values[option]).to.equal(value);
      expect(origins[option]).to.equal(variable);
    });
  }

  it('lets AWS_XRAY_DAEMON_ADDRESS win over the code', () => {
    const { values, origins } = resolve({ daemonAddress: 'a:1' }, { AWS_XRAY_DAEMON_ADDRESS: '[::1]:2001' });

    expect(values.daemonAddress.udp).to.deep.equal({ host: '::1', port: 2001 });
    expect(origins.daemonAddress).to.equal('AWS_XRAY_DAEMON_ADDRESS');
  });

  const nonsense: readonly [variable: string, text: string][] = [
    ['AWS_XRAY_TRACING_NAME', 'shop!'],
    ['AWS_XRAY_DAEMON_ADDRESS', 'localhost'],
    ['AWS_XRAY_CONTEXT_MISSING', 'LOG'],
    ['AWS_XRAY_LOG_LEVEL', 'loud'],
    ['AWS_XRAY_SDK_ENABLED', 'yes'],
    ['AWS_XRAY_SDK_ENABLED', 'constructor'],
    ['AWS_XRAY_SDK_ENABLED', '__proto__'],
  ];
  for (const [variable, text] of nonsense) {
    it(`refuses ${variable}=${text} by the name of the variable`, () => {
      const [problem, ...others] = problemsOf({}, { [variable]: text });

      expect(others).to.deep.equal([]);
      expect(problem).to.include({ option: variable, given: `'${text}'` });
    });
  }

  for (const empty of ['', '   ']) {
    it(`takes ${JSON.stringify(empty)} in a variable as absent`, () => {
      const environment = Object.fromEntries(ENVIRONMENT_VARIABLES.map(({ name }) => [name, empty]));
      const { values, origins } = resolve({ service: 'code' }, environment);

      expect(values.service).to.equal('code');
      expect(Object.values(origins)).to.not.include.members(Object.keys(environment));
    });
  }

  it('answers a frozen result that the given options no longer change', () => {
    const options = { service: 'shop', sampling: { rate: 0.5 } };
    const { values, origins } = resolve(options);
    options.sampling.rate = 7;

    expect([values, origins, values.sampling, values.daemonAddress, values.daemonAddress.udp]).to.satisfy(
      (objects: object[]) => objects.every((object) => Object.isFrozen(object)),
    );
    expect(values.sampling.local).to.deep.equal({ rules: [], default: { rate: 0.5 } });
  });

  it("leaves the user's own objects as they are", () => {
    const { values } = resolve({ logger, emitter, sampling: sampler });

    expect([values.logger, values.emitter, values.sampling.local]).to.deep.equal([logger, emitter, sampler]);
    expect([logger, emitter, sampler].some((object) => Object.isFrozen(object))).to.equal(false);
  });
});

describe('describeOptions', () => {
  it('prints each option with its value and where it came from', () => {
    const options = resolve(
      { service: 'shop', sampling: { rate: 0.5, perSecond: 2 }, daemonAddress: 'tcp:a:1 udp:[::1]:2' },
      { AWS_XRAY_LOG_LEVEL: 'error' },
    );

    expect(describeOptions(options)).to.equal(
      [
        'service             shop  (option)',
        'daemonAddress       tcp:a:1 udp:[::1]:2  (option)',
        'sampling            { rate: 0.5, perSecond: 2 }  (option)',
        'ignore              []  (default)',
        'adaptiveSampling    none  (default)',
        'contextMissing      LOG_ERROR  (default)',
        'logLevel            error  (AWS_XRAY_LOG_LEVEL)',
        'logger              console  (default)',
        'enabled             true  (default)',
        'beforeSend          none  (default)',
        'classifyError       none  (default)',
        'errorDetails        false  (default)',
        'redact              {}  (default)',
        'metadataLimits      { depth: 32, breadth: 1000, bytes: 16384 }  (default)',
        'streamingThreshold  100  (default)',
        'emitter             none  (default)',
        'container           none  (default)',
      ].join('\n'),
    );
  });

  it('keeps to one line for each option, whatever the values are', () => {
    const talkative = Object.assign(new RememberingLogger(), { lines: Array.from({ length: 50 }).fill('two\nlines') });
    const text = describeOptions(resolve({ logger: talkative }));

    expect(text.split('\n').map((line) => line.split(' ', 1)[0])).to.deep.equal(OPTION_NAMES);
  });
});
