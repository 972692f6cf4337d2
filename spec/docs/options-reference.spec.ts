import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Container } from 'typedi';
import { ENVIRONMENT_VARIABLES } from '#lib/configuration/environment-variables.js';
import { describeOptions, resolveOptions } from '#lib/configuration/resolve.js';
import { TracingOptions } from '#lib/configuration/tracing-options.js';
import { readReferencePage } from '../support/reference-page.js';

const OPTIONS = Object.keys(new TracingOptions());
const MEMBERS = [
  'sampling.rate',
  'sampling.perSecond',
  'sampling.perMinute',
  'sampling.rules',
  'sampling.default',
  'sampling.file',
  'sampling.central',
  'adaptiveSampling.anomalyConditions',
  'adaptiveSampling.anomalyCaptureLimit',
  'adaptiveSampling.version',
  'redact.keys',
  'redact.paths',
  'redact.values',
  'redact.allow',
  'redact.defaults',
  'metadataLimits.depth',
  'metadataLimits.breadth',
  'metadataLimits.bytes',
];

const RULE_MEMBERS = [
  'name',
  'priority',
  'service',
  'host',
  'httpMethod',
  'urlPath',
  'operation',
  'className',
  'methodName',
  'userAgent',
  'attributes',
  'rate',
  'perSecond',
  'perMinute',
];

describe('The options page', () => {
  const sections = readReferencePage('options');

  it('has every option of the code and no other', () => {
    expect([...sections.keys()]).to.have.members([...OPTIONS, ...MEMBERS]);
  });

  it('tells of each its type, unit, default, variable and an example', () => {
    for (const [option, items] of sections) {
      expect(Object.keys(items), option).to.deep.equal(['Type', 'Unit', 'Default', 'Variable', 'Example']);
    }
  });

  it('has every member of a rule, and no other', () => {
    const [, section = ''] =
      /^## sampling\.rules$([^]*?)^## /m.exec(readFileSync('docs/reference/options.md', 'utf8')) ?? [];
    const told = [...section.matchAll(/^\| (`.+?`(?:, `.+?`)*) +\|/gm)].flatMap(([, cell = '']) =>
      Array.from(cell.matchAll(/`(\w+)`/g), ([, name]) => name),
    );
    const { message } = refusalOf({ sampling: { rules: [{ rate: 0, stranger: 1 }] } });

    expect(told).to.have.members(RULE_MEMBERS);
    expect(message).to.contain(`only ${RULE_MEMBERS.join(', ')}.`);
  });

  it('names the environment variables that the code reads, and no others', () => {
    const documented = [...sections].map(([option, items]) => [option, /AWS_\w+/.exec(items['Variable'] ?? '')?.[0]]);
    const read = ENVIRONMENT_VARIABLES.map(({ option, name }) => [option, name]);

    expect(documented.filter(([, variable]) => variable !== undefined)).to.deep.equal(read);
  });

  it('names the defaults that the code takes', () => {
    for (const line of describeOptions(resolveOptions({}, {})).split('\n')) {
      const [, option = '', value = ''] = /^(\S+) +(.*) {2}\(default\)$/.exec(line) ?? [];

      expect(sections.get(option)?.['Default'], option).to.contain(value);
    }
  });

  for (const [option, items] of sections) {
    it(`gives for ${option} an example that the code takes`, () => {
      const [, source = ''] = /^`(.*)`$/.exec(items['Example'] ?? '') ?? [];
      const example: unknown = runInNewContext(`(${source})`, { console, process, Container });

      expect(example).to.have.nested.property(option);
      expect(() => resolveOptions(example as TracingOptions, {})).not.to.throw();
    });
  }
});

function refusalOf(options: object): Error {
  try {
    resolveOptions(options, {});
  } catch (thrown) {
    return thrown as Error;
  }
  throw new Error('It was taken.');
}
