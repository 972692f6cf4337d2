import { expect } from 'chai';
import { stringify } from 'node:querystring';
import { DataPolicy } from '#lib/model/data-policy.js';

describe('Secrets in texts that quote, encode and prefix', () => {
  const policy = new DataPolicy();
  const cases: Readonly<Record<string, unknown>> = {
    'an apostrophe in a form': stringify({ password: "it'szqL", z: 1 }),
    'an apostrophe in a URL': new URL("postgres://u:it'szqL@h/db"),
    'escapes in encoded JSON': encodeURIComponent(JSON.stringify({ password: 'a",}zqL', z: 1 })),
    'a list over lines': JSON.stringify({ rawHeaders: ['Host', 'h', 'Authorization', 'zqL'] }, null, 2),
    'a header over lines': JSON.stringify({ h: [{ name: 'Cookie', value: 'zqL' }] }, null, 2),
    'an error of class-validator': { property: 'password', value: 'zqL' },
    'an error of mongoose': { name: 'ValidatorError', path: 'password', value: 'zqL' },
    'a national text in SQL': "UPDATE u SET password = N'zqL'",
    'a call in SQL': "UPDATE u SET password = crypt('zqL', gen_salt('bf'))",
    'an unequal in SQL': "WHERE token != 'zqL'",
    'doubled quotes': 'Server=h;Password="a""zqL";Database=d',
    'a quote in a shell': "cmd --password 'a'\\''zqL' x",
    CDATA: '<password><![CDATA[zqL]]></password>',
  };
  for (const [what, value] of Object.entries(cases)) {
    it(`hides it in ${what}`, () => expect(policy.snapshot('d', value)).not.to.include('zqL'));
  }
  it('hides it in a name', () => expect(policy.name('GET /reset?token=zqL')).not.to.include('zqL'));
});
