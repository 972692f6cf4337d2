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
