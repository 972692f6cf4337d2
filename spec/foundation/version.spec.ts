import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { VERSION } from '#lib/foundation/version.js';

describe('VERSION', () => {
  it('is the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

    expect(VERSION).to.equal(version);
  });
});
