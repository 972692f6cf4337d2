// How to hold one's own code to what it may say. Run by mocha with the other specs.
// #region sign-in-spec
import { expect } from 'chai';
import { Container } from 'typedi';
import { Recorder } from 'radiograph';
import { recordTrace } from 'radiograph/testing';
import { SignIn } from './sign-in.js';

describe('SignIn', () => {
  it('says who signs in, and nothing that lets others', async () => {
    const login = { user: 'wangari', password: 'correct horse', birthday: '1940-04-01' };
    const { trace } = await recordTrace(() => new SignIn(Container.get(Recorder)).check(login));
    const { metadata } = trace.find('SignIn.check');

    expect(metadata['default']).to.deep.equal({
      login: { user: 'wangari', password: '[redacted]', birthday: '1940-04-01' },
      request: {
        url: 'https://shop.example/sign-in?user=wangari&token=[redacted]',
        headers: { 'content-type': 'application/json', authorization: '[redacted]' },
        body: '{"user":"wangari","password":"[redacted]","birthday":"1940-04-01"}',
      },
    });
    expect(JSON.stringify(metadata)).not.to.match(/horse|t-81f3|77aa/);
  });
});
// #endregion
