import { expect } from 'chai';
import { Redactor } from '#lib/model/redactor.js';

const redactor = new Redactor();
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc=\n-----END RSA PRIVATE KEY-----';

describe('Redactor', () => {
  const secrets: readonly [text: string, redacted: string][] = [
    ['postgres://app:hunter2@db:5432/shop', 'postgres://[redacted]@db:5432/shop'],
    ['redis://:hunter2@cache', 'redis://[redacted]@cache'],
    ['https://ghp_abc@github.com/x', 'https://[redacted]@github.com/x'],
    ['amqp://a:b@one,amqp://c:d@two', 'amqp://[redacted]@one,amqp://[redacted]@two'],
    ['postgres://app:hun/ter@db/shop', 'postgres://[redacted]@db/shop'],
    ['postgres://app:hun@ter@db/shop', 'postgres://[redacted]@db/shop'],
    ['GET https://a/?next=https://u:hunter2@b/', 'GET https://a/?next=https://[redacted]@b/'],
    ['https://a/b?page=1&token=abc&x=2#top', 'https://a/b?page=1&token=[redacted]&x=2#top'],
    ['/login?user=bob&PASSWORD=hunter2', '/login?user=bob&PASSWORD=[redacted]'],
    ['https://s3/x?X-Amz-Credential=AKIA/1&X-Amz-Date=2&X-Amz-Signature=ab12', 'https://s3/x?X-Amz-Credential=[redacted]&X-Amz-Date=2&X-Amz-Signature=[redacted]'], // prettier-ignore
    ['next=%2Fa%3Ftoken%3Dabc%26x%3D1', 'next=%2Fa%3Ftoken%3D[redacted]%26x%3D1'],
    ['user%5Bpassword%5D=a%20b&user%5Bname%5D=bob', 'user%5Bpassword%5D=[redacted]&user%5Bname%5D=bob'],
    ['Bearer abc.def-1', 'Bearer [redacted]'],
    ['sent bearer opensesame to it', 'sent bearer [redacted] to it'],
    [`Basic ${Buffer.from('user:pass').toString('base64')}`, 'Basic [redacted]'],
    [`the token is ${JWT}, it says`, 'the token is [redacted], it says'],
    [`key AKIAIOSFODNN7EXAMPLE in us-east-1`, 'key [redacted] in us-east-1'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG', 'aws_secret_access_key = [redacted]'],
    [`before ${PEM} after`, 'before [redacted]-----END RSA PRIVATE KEY----- after'],
    [PEM.slice(0, 50), '[redacted]'],
    [`push ghp_${'a1'.repeat(18)} now`, 'push [redacted] now'],
    ['{"user":"bob","password":"hun\\"ter2","n":1}', '{"user":"bob","password":"[redacted]","n":1}'],
    ['{ "pin" : 1234, "n": 1 }', '{ "pin" : [redacted], "n": 1 }'],
    ['{"credentials":{"a":"}","b":["x"]},"n":1}', '{"credentials":[redacted],"n":1}'],
    [JSON.stringify({ body: JSON.stringify({ password: 'a "b" c', n: 1 }) }), JSON.stringify({ body: JSON.stringify({ password: '[redacted]', n: 1 }) })], // prettier-ignore
    ['[["Authorization","abc"],["Accept","json"]]', '[["Authorization","[redacted]"],["Accept","json"]]'],
    ['{"name":"X-Api-Key","value":"abc"}', '{"name":"X-Api-Key","value":"[redacted]"}'],
    ["{ password: 'hunter2', user: 'bob' }", "{ password: '[redacted]', user: 'bob' }"],
    ["Map(1) { 'password' => 'hunter2' }", "Map(1) { 'password' => '[redacted]' }"],
    ['Host: a\r\nAuthorization: Digest a, b\r\nAccept: c', 'Host: a\r\nAuthorization: [redacted]\r\nAccept: c'],
    ['Cookie: a=1; b="2"; c=3\nHost: a', 'Cookie: [redacted]\nHost: a'],
    ['Server=db;User Id=sa;Password=hun,ter2;Database=x', 'Server=db;User Id=sa;Password=[redacted];Database=x'],
    ['curl --user bob --password hunter2 -v', 'curl --user bob --password [redacted] -v'],
    ['<a><wsse:Password Type="x">hunter2</wsse:Password><n>1</n></a>', '<a><wsse:Password Type="x">[redacted]</wsse:Password><n>1</n></a>'], // prettier-ignore
    ["ALTER USER app WITH PASSWORD 'it''s' VALID", "ALTER USER app WITH PASSWORD '[redacted]' VALID"],
    ["CREATE USER a IDENTIFIED BY 'x' ACCOUNT LOCK", "CREATE USER a IDENTIFIED BY '[redacted]' ACCOUNT LOCK"],
    ["CREATE USER a IDENTIFIED WITH caching_sha2_password BY 'x'", "CREATE USER a IDENTIFIED WITH caching_sha2_password BY '[redacted]'"], // prettier-ignore
    ['create user a identified by tiger', 'create user a identified by [redacted]'],
    [
      "SELECT * FROM u WHERE password = 'hunter2' AND id = 1",
      "SELECT * FROM u WHERE password = '[redacted]' AND id = 1",
    ],
    [
      'login failed for bob, password=hunter2, from 10.0.0.1',
      'login failed for bob, password=[redacted], from 10.0.0.1',
    ],
  ];
  for (const [text, redacted] of secrets) {
    it(`finds what is secret in ${JSON.stringify(text.slice(0, 60))}`, () => {
      expect(redactor.redact(text)).to.equal(redacted);
    });
  }

  it('finds nothing new in what it has redacted', () => {
    for (const [, redacted] of secrets) expect(redactor.redact(redacted)).to.equal(redacted);
  });

  const harmless = [
    '',
    'a',
    '2026-01-01T10:00:00.000Z',
    'https://shop.example.com:8080/@bob/orders?page=2&sort=asc',
    'http://[::1]:80/a@b',
    'bob@forest.example',
    'max_tokens=512&tokens=20',
    '{"tokens":512,"password":null,"hasPassword":true,"token":""}',
    '{"grant_type":"password","name":"x"}',
    'no bearer token was given',
    'Basic understanding of basic facts',
    'Bearer realm="shop"',
    'the password is wrong',
    'password reset mail sent',
    'SELECT password FROM users',
    'Unexpected token: }',
    'a:b:c=d',
    'com.example.authorization.Policies.evaluate',
    '3f2c1a9e-aaaa-bbbb-cccc-1234567890ab',
    'task-description-of-some-length',
    '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----',
  ];
  for (const text of harmless) {
    it(`leaves ${JSON.stringify(text.slice(0, 60))} as it is`, () => {
      expect(redactor.redact(text)).to.equal(text);
    });
  }

  describe('when it has keys of the user', () => {
    it('takes texts in any spelling of the whole key, and expressions', () => {
      const own = new Redactor({ keys: ['customerNumber', /^x-/g] });

      expect(['customer_number', 'CUSTOMER-NUMBER', 'x-any', 'x-any'].map((key) => own.secrecyOf(key))).to.deep.equal(
        Array.from({ length: 4 }).fill('all'),
      );
      expect(['customerNumbers', 'oldCustomerNumber'].map((key) => own.secrecyOf(key))).to.deep.equal(['none', 'none']);
      expect(own.redact('?customer-number=7&a=1&password=b')).to.equal(
        '?customer-number=[redacted]&a=1&password=[redacted]',
      );
    });
  });

  it('judges a long key by its end', () => {
    expect(redactor.secrecyOf(`${'x'.repeat(500)}Password`)).to.equal('all');
  });

  describe('when keys are allowed', () => {
    it('leaves these', () => {
      const own = new Redactor({ allow: ['csrfToken', /Secret$/], keys: ['topSecret'] });

      expect(['csrf_token', 'topSecret', 'token'].map((key) => own.secrecyOf(key))).to.deep.equal([
        'none',
        'none',
        'all',
      ]);
    });
  });

  describe('when it has patterns of the user', () => {
    for (const flags of ['', 'g', 'y', 'gy', 'i']) {
      it(`replaces every match, each time, with the flags "${flags}"`, () => {
        const pattern = new RegExp('\\d{4}', flags);
        pattern.lastIndex = 3;
        const own = new Redactor({ values: [pattern] });

        expect(own.redact('a 1234 b 5678')).to.equal('a [redacted] b [redacted]');
        expect(own.redact('1234')).to.equal('[redacted]');
        expect(pattern.lastIndex).to.equal(3);
      });
    }

    it('passes over matches of nothing', () => {
      expect(new Redactor({ values: [/x*/] }).redact('axb')).to.equal('a[redacted]b');
    });
  });

  describe('without the defaults', () => {
    it('redacts what it was told alone', () => {
      const own = new Redactor({ defaults: false, keys: ['nickname'] });

      expect(own.redact(`nickname=bob&password=a ${JWT}`)).to.equal(`nickname=[redacted]&password=a ${JWT}`);
      expect(new Redactor({ defaults: false }).redact('password=a')).to.equal('password=a');
    });
  });

  describe('when a text goes on', () => {
    it('finds the secret that begins within the limit and ends beyond it', () => {
      expect(redactor.redact('see postgres://app:hunter2@db', 22)).to.equal('see postgres://[redacted]');
      expect(redactor.redact('see postgres://app:hunter2@db', 9)).to.equal('see postg');
    });
  });

  describe('when a text is made to keep it busy', () => {
    const pieces = [
      ['a', '=', ':', '"', "'", '\\', '{', '}', '://', 'a://', '@', '<a>', '<', '-', '--a ', '-----BEGIN', ' ', '\\"'],
      [
        'password=',
        'password:{',
        '"password":"',
        'password "',
        "password '",
        'identified by {',
        '--password {',
        'bearer ',
      ],
      [
        'eyJ',
        '-eyJ',
        'sk-',
        'eyJa.',
        'x@',
        'u:p',
        '%3D',
        '%22',
        'token,',
        '"token",',
        "'token','",
        '<password>',
        '}}x',
        ')',
      ],
      [
        '"name":"token","value":',
        'Cookie: ',
        'Cookie: \\',
        'basic YTpi',
        '-----BEGIN PRIVATE KEY',
        'a:b@',
        'authorization="',
      ],
      [
        '{value:[name:"token"',
        '{"value":"x","name":"token",',
        "name:'token'",
        '{',
        'value:',
        'name="password"\r\n\r\n',
        'name="password"',
        '%3A%2F%2F',
        '%3A%2F%2Fu%40',
        'curl -u a:',
        "curl -u 'a:",
        'Password=a ',
        ';Password=a ',
        'password: a ',
        '\ncookie: "',
        'cookie: {',
        "cookie: a'",
        'password in ',
        "password in ('a",
        'a <> ',
        "', 'a",
        'set password for ',
        'Signature=',
        'password:: ',
      ],
    ].flat();
    for (const piece of pieces) {
      it(`needs time in proportion to the length of ${JSON.stringify(piece)} over and over`, () => {
        const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
        const started = performance.now();
        redactor.redact(text);

        // Some twenty milliseconds each; what is quadratic needs minutes for a megabyte.
        expect(performance.now() - started).to.be.below(5_000);
      });
    }
  });
});
