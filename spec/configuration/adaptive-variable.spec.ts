import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { resolveOptions, type ResolvedOptions } from '#lib/configuration/resolve.js';
import { ConfigurationError, type ConfigurationProblem } from '#lib/foundation/errors.js';

const VARIABLE = 'AWS_XRAY_ADAPTIVE_SAMPLING_CONFIG';

function resolve(text: string): ResolvedOptions {
  const inCode = { adaptiveSampling: { anomalyConditions: [] } };
  return resolveOptions(inCode, { [VARIABLE]: text });
}

function problemsOf(text: string): readonly ConfigurationProblem[] {
  try {
    resolve(text);
  } catch (error) {
    expect(error).to.be.an.instanceOf(ConfigurationError);
    return (error as ConfigurationError).problems;
  }
  return [];
}

/** The example of AWS's guide, with every member. */
const EXAMPLE = String.raw`version: 1.0
anomalyConditions:
  - errorCodeRegex: "^5\\d\\d$"
    operations: ["GET /api"]        # all where it is absent
    highLatencyMs: 500
    usage: both
anomalyCaptureLimit:
  anomalyTracesPerSecond: 3
`;
const MEANING = {
  version: 1,
  anomalyConditions: [{ errorCodeRegex: '^5\\d\\d$', operations: ['GET /api'], highLatencyMs: 500, usage: 'both' }],
  anomalyCaptureLimit: { anomalyTracesPerSecond: 3 },
};

describe(`The variable ${VARIABLE}`, () => {
  const wrong: readonly [text: string, option: string, given: RegExp, allowed: RegExp, remedy: RegExp][] = [
    ['version: *x', ', line 1, column 10', /^an alias: 'version: \*x'$/, /no tabs, anchors/, /in quotes/],
    ['version: 1\n\tanomalyConditions: []', ', line 2, column 1', /^a tab: '\\tanomaly/, /no tabs/, /spaces/],
    ['version: 1\r\nanomalyConditions: [', ', line 2, column 21', /^the end, before \]/, /YAML of/, /Close/],
    ['{version: 1, invalid: yaml: structure}', ', line 1, column 27', /^a second colon/, /YAML of/, /in quotes/],
    ['both', '', /^'both'$/, /a mapping.* path of a \.yml, \.yaml or \.json file/, /Write \{version/],
    ['/etc/xray/adaptive', '', /^'\/etc\/xray\/adaptive'$/, /path of a \.yml/, /Write \{version/],
    ['# nothing', '', /^null$/, /a mapping/, /Write \{version/],
    ['- usage: both', '', /^\[ \{ usage: 'both' \} \]$/, /a mapping/, /Write \{version/],
    ['version: 2.0', ', line 1: version', /^2$/, /from 1\.0/, /Write 1\.0/],
    ['version: 1\n\nconditions: []', ', line 3: conditions', /^\[\]$/, /only version/, /Remove it/],
    ['anomalyConditions:', ', line 1: anomalyConditions', /^null$/, /a list/, /Write \[\].*leave it out/],
    [EXAMPLE.replace('both', 'boost'), ', line 6: anomalyConditions[0].usage', /^'boost'$/, /both/, /sampling-boost\?/],
    [
      EXAMPLE.replace('operations', 'operation'),
      ', line 4: anomalyConditions[0].operation',
      /GET/,
      /only/,
      /^Did you mean anomalyConditions\[0\]\.operations\?$/,
    ],
    [
      EXAMPLE.replace('500', '1_000'),
      ', line 5: anomalyConditions[0].highLatencyMs',
      /^'1_000'$/,
      /milliseconds/,
      /500/,
    ],
    [EXAMPLE.replace('"^5', '"[5'), ', line 3: anomalyConditions[0].errorCodeRegex', /\[5/, /JavaScript/, /compile/],
    [
      EXAMPLE.replace('"^5\\\\d\\\\d$"', '500'),
      ', line 3: anomalyConditions[0].errorCodeRegex',
      /^500$/,
      /text/,
      /in quotes/,
    ],
    [
      EXAMPLE.replace('3\n', 'many'),
      ', line 8: anomalyCaptureLimit.anomalyTracesPerSecond',
      /^'many'$/,
      /whole/,
      /each second/,
    ],
    [
      '/no/such/file.yml',
      '',
      /^'\/no\/such\/file\.yml' \(ENOENT: no such file or directory\)$/,
      /a file of YAML/,
      /from \/ on/,
    ],
    ['no-such-file.JSON', '', /^'no-such-file\.JSON' \(ENOENT/, /that can be read/, /let this process read/],
  ];
  for (const [text, option, given, allowed, remedy] of wrong) {
    it(`refuses ${JSON.stringify(text).slice(0, 40)} at its place${option}`, () => {
      const [problem, ...others] = problemsOf(text);

      expect(others).to.deep.equal([]);
      expect(problem?.option).to.equal(`${VARIABLE}${option}`);
      expect(problem?.given).to.match(given);
      expect(problem?.allowed).to.match(allowed);
      expect(problem?.remedy).to.match(remedy);
    });
  }

  it('names all that is wrong, here and in the code, in one error', () => {
    const text = 'version: 3\nanomalyConditions:\n- usage: boost\n- highLatencyMs: -1';
    const environment = { [VARIABLE]: text, AWS_XRAY_LOG_LEVEL: 'loud' };

    expect(() => resolveOptions({ adaptiveSampling: { version: 4 } }, environment))
      .to.throw(ConfigurationError, '5 problems')
      .with.property('message')
      .that.contains(`- ${VARIABLE}, line 3: anomalyConditions[0].usage: given 'boost'; allowed: both, `);
  });

  const right: Record<string, string> = {
    'block style': EXAMPLE,
    'block style with carriage returns': EXAMPLE.replaceAll('\n', '\r\n'),
    'block style that is indented': `\n  ${EXAMPLE.replaceAll('\n', '\n  ')}\n`,
    'flow style':
      "{version: 1.0, anomalyConditions: [{errorCodeRegex: '^5\\d\\d$', operations: [GET /api], highLatencyMs: 500, usage: both}], " +
      'anomalyCaptureLimit: {anomalyTracesPerSecond: 3}}',
    JSON: JSON.stringify(MEANING),
    'JSON over several lines': JSON.stringify(MEANING, undefined, '\t'),
  };
  for (const [what, text] of Object.entries(right)) {
    it(`takes ${what}, and it wins over the code`, () => {
      const { values, origins } = resolve(text);

      expect(values.adaptiveSampling).to.deep.equal(MEANING);
      expect(origins.adaptiveSampling).to.equal(VARIABLE);
    });
  }

  it('captures one trace of each second unless told otherwise', () => {
    expect(
      resolve('{version: 1.0, anomalyConditions: [{usage: sampling-boost}]}').values.adaptiveSampling,
    ).to.deep.equal({
      version: 1,
      anomalyConditions: [{ usage: 'sampling-boost' }],
      anomalyCaptureLimit: { anomalyTracesPerSecond: 1 },
    });
  });

  it('takes YAML for YAML though it ends as a path does', () => {
    expect(resolve('version: 1 # see adaptive.yml').values.adaptiveSampling).to.have.property('version', 1);
    expect(resolve('version: 1\n# adaptive.yml').values.adaptiveSampling).to.have.property('version', 1);
  });

  describe('when it is the path of a file', () => {
    let directory = '';
    const file = (name: string, content: string | Uint8Array): string => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    };
    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'radiograph-'));
    });
    after(() => rmSync(directory, { recursive: true }));

    for (const [name, content] of [
      ['adaptive.yml', EXAMPLE],
      ['adaptive.YAML', `\uFEFF${EXAMPLE}`],
      ['with space.json', JSON.stringify(MEANING, undefined, 2)],
    ] as const) {
      it(`reads ${name}`, () => {
        expect(resolve(` ${file(name, content)} `).values.adaptiveSampling).to.deep.equal(MEANING);
      });
    }

    it('names the file beside the variable where the file is wrong', () => {
      const path = file('wrong.yml', EXAMPLE.replace('usage', 'use'));
      const [problem] = problemsOf(path);

      expect(problem?.option).to.equal(`${VARIABLE} (${path}), line 6: anomalyConditions[0].use`);
      expect(problemsOf(file('broken.yml', 'a: &x'))[0]?.option).to.match(/broken\.yml\), line 1, column 4$/);
      expect(problemsOf(file('empty.yml', ''))[0]).to.include({ given: 'null' });
    });

    it('says why it cannot be read', () => {
      mkdirSync(join(directory, 'folder.yml'));

      expect(problemsOf(join(directory, 'folder.yml'))[0]?.given).to.match(/\(EISDIR: /);
      expect(problemsOf(file('latin.yml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe9)))[0]).to.include({
        remedy: 'Save it as UTF-8.',
      });
    });
  });
});
