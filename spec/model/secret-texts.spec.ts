import { expect } from 'chai';
import { stringify } from 'node:querystring';
import { inspect } from 'node:util';
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
    'digits under keys of counts': { pass: '1234567', DB_PASS: '7777', env: 'DB_PASS=88888 x', passwords: ['99999'] },
    'a value before its name': JSON.stringify({ value: 'a}zqL', name: 'Cookie' }),
    'a value far behind its name': JSON.stringify({ name: 'Cookie', opts: { a: '1' }, httpOnly: true, value: 'zqL' }),
    'a header as inspect prints it': inspect([{ name: 'Authorization', value: 'zqL' }]),
    'a header after one that is none': JSON.stringify([
      { value: 'kept-v', name: 'Accept' },
      { value: 'zqL', name: 'Cookie' },
    ]),
    'an error of class-validator as text': JSON.stringify({ property: 'password', value: 'zqL' }),
    'cookies with quotes': 'Host: kept-v\r\nCookie: prefs={"lang":"en"}; sess=zqL\r\nAccept: a',
    'a cookie that is JSON': 'Cookie: {"lang":"en"}; sess=zqL',
    'a cookie in a shell': `curl -H 'Cookie: a="b"; sess=zqL' kept-v`,
    'cookies with quotes in JSON': JSON.stringify({ raw: 'Host: h\nCookie: p={"a":"b"}; s=zqL\nA: b', x: 'kept-v' }),
    'an unequal of BASIC': "WHERE password <> 'zqL'",
    LIKE: "WHERE u.password NOT LIKE 'zqL%' AND x = 'kept-v'",
    IN: "WHERE password IN ('zqL1', 'zqL2') AND x = 'kept-v'",
    'SET PASSWORD FOR': "SET PASSWORD FOR 'kept-v'@'h' = 'zqL'",
    'an encoded URL': 'https://a/?next=https%3A%2F%2Fu%3AzqL%40h&x=kept-v',
    'a connection string with blanks': 'Server=kept-v;Password=two zqL;Database=d',
    'a connection string that ends': 'Server=kept-v;Password=two zqL',
    multipart: '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\ntwo\r\nzqL\r\n--x kept-v',
    'multipart in JSON': JSON.stringify('name="password"\r\n\r\nzqL\r\n--x kept-v'),
    YAML: 'user: kept-v\npassword: correct horse zqL\nport: 1',
    'the user of curl': "curl -u user:zqL https://kept-v/ && curl --user 'u:two zqL' x",
    LDIF: 'cn: kept-v\nuserPassword:: zqL=\n',
    'a signed URL': 'https://a/kept-v?Expires=1&Signature=zqL~-x&Key-Pair-Id=K',
    'short names': { creds: 'zqL', db_cred: 'zqL', pswd: 'zqL', psw: 'zqL', _csrf: 'zqL', mpin: 'zqL', sas: 'zqL' },
    'names of answers and signatures': { sharedAccessSignature: 'zqL', securityAnswer: 'zqL' },
    CDATA: '<password><![CDATA[zqL]]></password>',
  };
  for (const [what, value] of Object.entries(cases)) {
    it(`hides it in ${what}`, () => {
      const text = policy.snapshot('d', value);

      expect(text).not.to.match(/zqL|\d{4}/);
      expect(text.includes('kept-v')).to.equal(JSON.stringify(value).includes('kept-v'));
    });
  }
  it('hides it in a name', () => expect(policy.name('GET /reset?token=zqL')).not.to.include('zqL'));

  it('finds what the user looks for in numbers too', () => {
    const own = new DataPolicy({ redact: { values: [/\d{16}/] } });

    expect(own.snapshot('d', { card: 4_111_111_111_111_111, n: 12, big: 4_111_111_111_111_111n })).to.equal(
      '{"card":"[redacted]","n":12,"big":"[redacted]"}',
    );
  });

  const harmless: readonly unknown[] = [
    { pass: 3, fail: 1, tokens: 5120 },
    '{"pass":12345,"tokens":512000}',
    ['id', 'name', 'password', 'email'],
    '["id","name","password","email"]',
    'UPDATE u SET password = $1 WHERE token = :token AND secret = ? AND pin = @p1',
    'PWD=/app HOME=/root',
    { PWD: '/app', OLDPWD: '/' },
    'use sk-learn-is-a-nice-library-for-you and npm_config_registry_is_a_long_name_for_it',
    'SELECT password::text FROM u',
    'f(Signature=ab)',
    [{ value: 'x', name: 'Accept' }, { name: 'Host', value: 'y' }], // prettier-ignore
  ];
  for (const value of harmless) {
    it(`leaves ${JSON.stringify(value).slice(0, 60)} as it is`, () => {
      expect(policy.snapshot('d', value)).to.equal(JSON.stringify(value));
    });
  }
  it('sees a folder in PWD, and no password', () => expect(policy.snapshot('d', { PWD: 'zqL' })).not.to.include('zqL'));
});
