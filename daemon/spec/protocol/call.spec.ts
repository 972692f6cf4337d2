import { expect } from 'chai';
import { readCall } from '#lib/protocol/call.js';

describe('readCall', () => {
  it('says the method and URL of a request', () => {
    expect(readCall({ http: { request: { method: 'GET', url: 'http://a/b' } } })).to.equal('GET http://a/b');
  });

  it('says the operation and the resource of an AWS call', () => {
    const http = { request: { method: 'POST', url: 'https://x' } };
    expect(readCall({ http, aws: { operation: 'GetItem', table_name: 'carts' } })).to.equal('GetItem carts');
  });

  it('says the text of a query', () => {
    expect(readCall({ sql: { sanitized_query: 'SELECT 1' } })).to.equal('SELECT 1');
  });

  describe('when nobody was called', () => {
    for (const members of [{}, { http: null }, { http: { request: [] } }, { aws: { xray: {} } }, { sql: 'x' }]) {
      it(`says nothing for ${JSON.stringify(members)}`, () => {
        expect(readCall(members)).to.equal(undefined);
      });
    }
  });
});
