import { expect } from 'chai';
import * as fc from 'fast-check';
import { RuleSet, type RuleCriteria } from '#lib/sampling/rule-set.js';
import type { SamplingRequest } from '#lib/sampling/sampler.js';
import { seeded } from '../support/recording.js';

const REQUEST: SamplingRequest = { service: 'shop', operation: 'GET /' };

/** Whether a single rule takes the request. */
function takes(criteria: RuleCriteria, request: Partial<SamplingRequest>): boolean {
  return new RuleSet([{ criteria, rule: 'it' }]).find({ ...REQUEST, ...request }) === 'it';
}

describe('RuleSet', () => {
  const patterns: readonly [pattern: string, met: readonly string[], notMet: readonly string[]][] = [
    ['', [''], ['a', ' ']],
    ['orders', ['orders', 'ORDERS', 'oRdErS'], ['order', 'orderss', ' orders', '']],
    ['Orders', ['orders'], []],
    ['*', ['', 'anything', 'a\nb'], []],
    ['**', ['', 'anything'], []],
    ['?', ['a', '?', '*', 'é', '😀', '\ud800', '\n'], ['', 'ab', 'e\u0301']],
    ['??', ['ab', '😀😀'], ['a', '😀', 'abc']],
    ['?*', ['a', 'abc'], ['']],
    ['*?', ['a', 'abc'], ['']],
    ['*??*', ['ab', 'abcdef'], ['a', '']],
    ['orders*', ['orders', 'orders-7', 'Orders\n7'], ['order', 'my orders']],
    ['*orders', ['orders', 'my orders', 'ordersorders'], ['orders ', 'order']],
    ['*orders*', ['orders', 'my orders here', 'ordorders'], ['order s']],
    ['a*b*c', ['abc', 'aXbYc', 'abbcc', 'abcbc'], ['ab', 'acb', 'abcd', 'ABCd']],
    ['a*a', ['aa', 'aba', 'aaa'], ['a', 'ab']],
    ['*aab', ['aab', 'aaab', 'aabaab'], ['aaba', 'ab']],
    ['*a?c*', ['abc', 'xaacab', 'aaabc'], ['ac', 'abbc']],
    ['a?c', ['abc', 'a?c', 'a*c', 'A😀C'], ['ac', 'abbc']],
    ['get_order', ['GET_ORDER'], ['get-order']],
    ['a.b', ['a.b'], ['axb', 'ab']],
    ['^(a|b)+$', ['^(A|B)+$'], ['a', 'ab']],
    ['[a-z]', ['[A-Z]'], ['b']],
    ['\\d', ['\\D'], ['1']],
    ['a\\*', ['a\\', 'a\\b'], ['a*']],
    ['{1,2}', ['{1,2}'], ['a']],
    ['Läden', ['LÄDEN', 'läden'], ['Laden']],
    ['ΟΔΟΣ', ['οδος', 'οδοσ', 'ΟΔΟΣ'], ['οδο']],
    ['ΟΔΟΣ*', ['οδοσα', 'οδος'], []],
    ['straße', ['STRAẞE', 'Straße'], ['STRASSE']],
    ['INFO', ['info'], ['ınfo']],
    ['İ', ['İ'], ['i', 'I']],
    ['k', ['K', '\u212a'], ['c']],
    ['東京*', ['東京', '東京タワー'], ['京都']],
    ['*😀', ['😀', 'a😀'], ['\ude00']],
    ['\ude00', ['\ude00'], ['😀']],
    ['constructor', ['constructor'], ['toString']],
  ];
  for (const [pattern, met, notMet] of patterns) {
    it(`holds the whole text to '${pattern}', in either case`, () => {
      const said = (texts: readonly string[]): unknown =>
        texts.map((text) => [text, takes({ operation: pattern }, { operation: text })]);

      expect(said(met)).to.deep.equal(met.map((text) => [text, true]));
      expect(said(notMet)).to.deep.equal(notMet.map((text) => [text, false]));
    });
  }

  const hosts: typeof patterns = [
    ['api.example.com', ['api.example.com', 'API.Example.COM', 'api.example.com:8080'], ['api.example.com.evil.org']],
    ['api.example.com', ['api.example.com:'], ['api.example.comet:80', 'www.example.com:8080']],
    [
      'api.example.com:8080',
      ['api.example.com:8080'],
      ['api.example.com', 'api.example.com:80', 'api.example.com:80801'],
    ],
    ['api.example.com:80??', ['api.example.com:8080'], ['api.example.com', 'api.example.com:808']],
    ['*:8080', ['localhost:8080', '[::1]:8080'], ['localhost', 'localhost:80', '[::8080]']],
    ['localhost:*', ['localhost:1'], ['localhost']],
    ['*.example.com', ['a.example.com', 'a.b.example.com:443'], ['example.com', 'a.example.com.evil.org:443']],
    ['api.*', ['api.example.com', 'api.example.com:8080'], ['www.api.com']],
    ['[::1]', ['[::1]', '[::1]:3000'], ['[::2]:3000']],
    ['[::1]:3000', ['[::1]:3000'], ['[::1]', '[::1]:3001']],
    ['[2001:DB8::*]', ['[2001:db8::5]', '[2001:db8::5]:80'], ['[2001:db9::5]']],
    ['[2001:db8::*', ['[2001:db8::5]', '[2001:db8::5]:80'], []],
    ['10.0.?.1', ['10.0.3.1', '10.0.3.1:80'], ['10.0.33.1', '10a0b3c1']],
    ['', ['', ':80'], ['a']],
  ];
  for (const [pattern, met, notMet] of hosts) {
    it(`needs the port of the host '${pattern}' where it has one`, () => {
      for (const host of met) expect(takes({ host: pattern }, { host }), host).to.equal(true);
      for (const host of notMet) expect(takes({ host: pattern }, { host }), host).to.equal(false);
    });
  }

  const paths: typeof patterns = [
    ['/orders', ['/orders', '/orders?page=2', '/orders#top', '/orders?', '/orders?x=/a#b'], ['/orders/', '/ordersx?y']],
    ['/orders/*', ['/orders/', '/orders/7?x=1', '/ORDERS/7'], ['/orders', '/orders?/orders/']],
    ['*/export', ['/a/export', '/a/export?as=csv'], ['/a?x=/export', '/a#/export']],
    ['/v?/status', ['/v1/status', '/v2/status?x'], ['/v/status', '/v?/status', '/v10/status']],
    ['*', ['', '/', '*', '?x'], []],
    ['', ['', '?x=1', '#top'], ['/']],
    ['/läden/%C3%A4', ['/LÄDEN/%c3%a4'], ['/läden/ä']],
  ];
  for (const [pattern, met, notMet] of paths) {
    it(`holds the path without query and fragment to '${pattern}'`, () => {
      for (const urlPath of met) expect(takes({ urlPath: pattern }, { urlPath }), urlPath).to.equal(true);
      for (const urlPath of notMet) expect(takes({ urlPath: pattern }, { urlPath }), urlPath).to.equal(false);
    });
  }

  const members = {
    service: 'a',
    serviceType: 'a',
    host: 'a',
    httpMethod: 'a',
    urlPath: 'a',
    resourceArn: 'a',
    operation: 'a',
    className: 'a',
    methodName: 'a',
    userAgent: 'a',
  } satisfies Record<Exclude<keyof RuleCriteria, 'attributes'>, string>;
  for (const member of Object.keys(members)) {
    it(`compares ${member}, and takes what is not known only where anything will do`, () => {
      expect(takes({ [member]: 'a?' }, { [member]: 'ab' })).to.equal(true);
      expect(takes({ [member]: 'a?' }, { [member]: 'b' })).to.equal(false);
      for (const pattern of ['*', undefined])
        expect(takes({ [member]: pattern }, { [member]: undefined })).to.equal(true);
      for (const pattern of ['', '**', '?', 'undefined'])
        expect(takes({ [member]: pattern }, { [member]: undefined }), pattern).to.equal(false);
      expect(takes({ [member]: 'null' }, { [member]: null })).to.equal(false);
      expect(takes({ [member]: '7' }, { [member]: 7 })).to.equal(true);
    });
  }

  describe('when a rule asks for attributes', () => {
    const attributes = { tier: 'g?ld', tenant: '*' };

    it('needs all of them', () => {
      expect(takes({ attributes }, { attributes: { tier: 'gold', tenant: '', other: 1 } })).to.equal(true);
      expect(takes({ attributes }, { attributes: { tier: 'gold' } })).to.equal(false);
      expect(takes({ attributes }, { attributes: { tier: 'silver', tenant: 'a' } })).to.equal(false);
      expect(takes({ attributes }, { attributes: {} })).to.equal(false);
      expect(takes({ attributes }, {})).to.equal(false);
      expect(takes({ attributes: {} }, {})).to.equal(true);
    });

    it('compares the text of numbers and booleans', () => {
      const asked = { attributes: { retries: '1?', isTest: 'TRUE' } };

      expect(takes(asked, { attributes: { retries: 12, isTest: true } })).to.equal(true);
      expect(takes(asked, { attributes: { retries: 2, isTest: true } })).to.equal(false);
    });

    it('finds only what the request itself has', () => {
      expect(takes({ attributes: { constructor: '*' } }, { attributes: {} })).to.equal(false);
      expect(
        takes({ attributes: { constructor: 'a' } }, { attributes: Object.assign({}, { constructor: 'a' }) }),
      ).to.equal(true);
      expect(
        takes({ attributes: JSON.parse('{"__proto__":"a"}') as Record<string, string> }, { attributes: {} }),
      ).to.equal(false);
    });
  });

  describe('when several rules take a request', () => {
    const criteria: readonly RuleCriteria[] = [
      { httpMethod: 'POST', urlPath: '/orders/*' },
      { urlPath: '/orders/*' },
      { httpMethod: 'GET' },
      {},
      { urlPath: '/orders/7' },
    ];
    const rules = new RuleSet(criteria.map((each, rule) => ({ criteria: each, rule })));

    it('answers the first', () => {
      const said = ([httpMethod, urlPath]: readonly string[]): number | undefined =>
        rules.find({ ...REQUEST, httpMethod, urlPath });

      expect(
        [
          ['POST', '/orders/7'],
          ['GET', '/orders/7'],
          ['GET', '/'],
          ['PUT', '/'],
        ].map(said),
      ).to.deep.equal([0, 1, 2, 3]);
    });
  });

  it('answers nothing where no rule takes it', () => {
    expect(new RuleSet([]).find(REQUEST)).to.equal(undefined);
    expect(new RuleSet([{ criteria: { operation: 'x' }, rule: 1 }]).find(REQUEST)).to.equal(undefined);
  });

  for (const count of [31, 32, 33, 64, 65, 1000]) {
    it(`finds each of ${count} rules, and nothing beside them`, () => {
      const rules = new RuleSet(
        Array.from({ length: count }, (_, rule) => ({ criteria: { service: 'shop', urlPath: `/r${rule}/*` }, rule })),
      );

      for (let rule = 0; rule < count; rule += 1)
        expect(rules.find({ ...REQUEST, urlPath: `/r${rule}/x` })).to.equal(rule);
      expect(rules.find({ ...REQUEST, urlPath: `/r${count}/x` })).to.equal(undefined);
      expect(rules.find({ ...REQUEST, service: 'other', urlPath: '/r0/x' })).to.equal(undefined);
    });
  }

  describe('when texts never repeat', () => {
    it('goes on finding the rule of each', () => {
      const rules = new RuleSet([{ criteria: { userAgent: '*bot-?7*' }, rule: 'bot' }]);
      const found = Array.from({ length: 2000 }, (_, index) => rules.find({ ...REQUEST, userAgent: `a bot-${index}` }));

      const expected = Array.from({ length: 2000 }, (_, index) => (/^.7/.test(String(index)) ? 'bot' : undefined));
      expect(found).to.deep.equal(expected);
    });
  });

  describe('when a text is very long', () => {
    // Who tries again from each place where a `*` could end does not come back before the spec's time is over.
    it('takes the product of both lengths at most', () => {
      const hard = ['*a?????????????b', `${'*a'.repeat(60)}*b`, `*${'a?'.repeat(40)}c`, '*a*a*a*a*a*x'];
      const rules = new RuleSet(hard.map((urlPath, rule) => ({ criteria: { urlPath }, rule })));
      // Every next character is a pseudo-random one of two, which leads automata into ever new states.
      const random = seeded(1);
      const urlPath = Array.from({ length: 100_000 }, () => (random() < 0.5 ? 'a' : 'y')).join('');

      expect(rules.find({ ...REQUEST, urlPath })).to.equal(undefined);
      expect(rules.find({ ...REQUEST, urlPath: `${urlPath}a0123456789012b` })).to.equal(0);
    });
  });

  it('matches as a regular expression does that is written from the pattern', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'a',
        'A',
        'b',
        'k',
        '\u212a',
        '/',
        '.',
        ':',
        '8',
        'ß',
        'ẞ',
        'Σ',
        'ς',
        '😀',
        '\n',
        '[',
        ']',
        '$',
      ),
      maxLength: 12,
    });
    const pattern = fc.string({
      unit: fc.constantFrom('*', '*', '?', 'a', 'A', 'b', 'k', '/', '.', ':', '8', 'ß', 'σ', '😀', '\n', '[', ']', '$'),
      maxLength: 8,
    });
    const optional = fc.option(pattern, { nil: undefined });
    const criteria = fc.record(
      {
        service: optional,
        host: optional,
        urlPath: optional,
        attributes: fc.dictionary(fc.constantFrom('x', 'y'), pattern),
      },
      { requiredKeys: [] },
    );
    const request = fc.record({
      service: text,
      host: fc.option(text, { nil: undefined }),
      urlPath: fc.option(
        fc.tuple(text, fc.constantFrom('', '?a', '#a?', '?/')).map((parts) => parts.join('')),
        { nil: undefined },
      ),
      attributes: fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(text, fc.constantFrom(8, true))),
    });
    const rules = fc.array(criteria, { maxLength: 40 });
    fc.assert(
      fc.property(rules, fc.array(request, { maxLength: 5 }), (asked, requests) => {
        const set = new RuleSet(asked.map((each, rule) => ({ criteria: each, rule })));
        for (const each of requests) {
          const expected = asked.findIndex((one) => meets({ ...REQUEST, ...each }, one));
          expect(set.find({ ...REQUEST, ...each })).to.equal(expected === -1 ? undefined : expected);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('takes attributes that have no text, or throw when they are read, as not known', () => {
    const thrower = (): never => {
      throw new Error('not for you');
    };
    const hostile: unknown[] = [
      null,
      7,
      { tenant: Object.create(null) },
      { tenant: { toString: thrower } },
      { tenant: null },
      Object.defineProperty({}, 'tenant', { get: thrower }),
      new Proxy({}, { getOwnPropertyDescriptor: thrower }),
    ];
    for (const attributes of hostile as SamplingRequest['attributes'][])
      expect(takes({ attributes: { tenant: '*' } }, { attributes })).to.equal(false);
    expect(takes({ httpMethod: 'GET' }, { httpMethod: Object.create(null) as string })).to.equal(false);
  });
});

/** The same as the rule set, said slowly. */
function meets(request: SamplingRequest, { service, host, urlPath, attributes = {} }: RuleCriteria): boolean {
  const isPort = /(?:^[^[]*|\]):[\d*?]+$/.test(host ?? '');
  return (
    matches(service, request.service) &&
    (matches(host, request.host) || (!isPort && matches(`${host}:*`, request.host))) &&
    matches(urlPath, request.urlPath?.replace(/[?#][^]*$/, '')) &&
    Object.entries(attributes).every(([key, pattern]) => {
      const value = request.attributes?.[key];
      return value !== undefined && matches(pattern, String(value));
    })
  );
}

function matches(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined || pattern === '*') return true;
  if (text === undefined) return false;
  const source = Array.from(pattern, (character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
  return new RegExp(`^${source.join('')}$`, 'isu').test(text);
}
