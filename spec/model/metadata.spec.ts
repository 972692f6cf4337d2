import { expect } from 'chai';
import { cleanNamespace } from '#lib/model/metadata.js';

describe('cleanNamespace', () => {
  const table: readonly [namespace: string, clean: string][] = [
    ['orders', 'orders'],
    ['', 'default'],
    ['AWS.', 'AWS_'],
    ['AWS.lambda', 'AWS_lambda'],
    ['AWSome', 'AWSome'],
    ['my.AWS.x', 'my.AWS.x'],
  ];
  for (const [namespace, clean] of table) {
    it(`makes ${JSON.stringify(clean)} of ${JSON.stringify(namespace)}`, () => {
      expect(cleanNamespace(namespace)).to.equal(clean);
    });
  }
});
