import { expect } from 'chai';
import { fromW3cTraceId, makeTraceId, parseTraceId, toW3cTraceId } from '#lib/model/trace-id.js';

describe('makeTraceId', () => {
  it('writes whole seconds as 8 hex digits and the random part behind', () => {
    expect(makeTraceId(1_465_510_280.999, 'bd862e3fe1be46a994272793')).to.equal('1-5759e988-bd862e3fe1be46a994272793');
    expect(makeTraceId(1, '0'.repeat(24))).to.equal(`1-00000001-${'0'.repeat(24)}`);
  });
});

describe('parseTraceId', () => {
  it('answers the id in lower case', () => {
    expect(parseTraceId('1-5759E988-BD862E3FE1BE46A994272793')).to.equal('1-5759e988-bd862e3fe1be46a994272793');
  });

  it('does not ask of when it is', () => {
    expect(parseTraceId(`1-ffffffff-${'a'.repeat(24)}`)).to.equal(`1-ffffffff-${'a'.repeat(24)}`);
  });

  for (const text of [
    '',
    '1-5759e988-bd86',
    `0-5759e988-${'a'.repeat(24)}`,
    ` 1-5759e988-${'a'.repeat(24)}`,
    `1-5759e988-${'a'.repeat(24)}\n`,
  ]) {
    it(`does not take ${JSON.stringify(text)}`, () => {
      expect(parseTraceId(text)).to.equal(undefined);
    });
  }
});

describe('toW3cTraceId', () => {
  it('goes there and back', () => {
    const w3c = toW3cTraceId('1-5759e988-bd862e3fe1be46a994272793');

    expect(w3c).to.equal('5759e988bd862e3fe1be46a994272793');
    expect(fromW3cTraceId(w3c)).to.equal('1-5759e988-bd862e3fe1be46a994272793');
  });
});

describe('fromW3cTraceId', () => {
  for (const text of ['', '0'.repeat(32), 'a'.repeat(31), 'a'.repeat(33), 'A'.repeat(32)]) {
    it(`does not take ${JSON.stringify(text)}`, () => {
      expect(fromW3cTraceId(text)).to.equal(undefined);
    });
  }
});
