import { stringify } from 'node:querystring';
import { inspect } from 'node:util';

/** A secret in a value that an application might record. */
export interface Planted {
  readonly value: unknown;
  /** What must not be seen. */
  readonly secrets: readonly string[];
  /** What must be seen: it stands beside the secret. */
  readonly kept: readonly string[];
}

export const SECRET_KEYS = `
  password userPassword DB_PASSWORD passwd pwd passphrase client_secret clientSecret SECRET newPassword2 passwordConfirmation
  token accessToken refresh_token id-token X-CSRF-Token authorization Proxy-Authorization cookie Set-Cookie
  apiKey x-api-key API_KEY privateKey credentials sessionId connect.sid ssn otp cardNumber cvv pin jwt aws_secret_access_key
`
  .trim()
  .split(/\s+/);

/** Keys that HTTP takes as the name of a header. */
const isHeader = (key: string): boolean => /^[\w-]+$/.test(key);

/** Two halves that are unlike everything else, and what is hard to quote between them. */
export function secretOf(left: string, right: string, between: string): { text: string; parts: readonly string[] } {
  return { text: `zq${left}${between}zq${right}`, parts: [`zq${left}`, `zq${right}`] };
}

class Account {
  readonly #secret: string;
  constructor(
    key: string,
    secret: string,
    readonly kept: string,
  ) {
    this.#secret = secret;
    Object.assign(this, { [key]: secret });
  }
  reveal(): string {
    return this.#secret;
  }
}

const rfc3986 = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`);

/** Secrets by the name of their key. */
const KEYED: Readonly<Record<string, (key: string, secret: string, kept: string) => unknown>> = {
  'a member': (key, secret, kept) => ({ kept, [key]: secret, after: kept }),
  'a member that is an object': (key, secret, kept) => ({ [key]: { deep: [secret, { [secret]: 1 }] }, kept }),
  'a member that is a list': (key, secret, kept) => ({ [key]: [secret], kept }),
  'a member that is bytes or a map': (key, secret, kept) => ({ kept, [key]: new Map([[secret, new Set([secret])]]) }),
  'an object without a prototype': (key, secret, kept) => Object.assign(Object.create(null), { [key]: secret, kept }),
  'a getter': (key, secret, kept) => Object.defineProperty({ kept }, key, { enumerable: true, get: () => secret }),
  'an instance': (key, secret, kept) => new Account(key, secret, kept),
  'a toJSON': (key, secret, kept) => ({ hidden: secret, toJSON: () => ({ [key]: secret, kept }) }),
  'a proxy': (key, secret, kept) => new Proxy({ [key]: secret, kept }, {}),
  'a map': (key, secret, kept) => new Map([['kept', kept], [key, secret]]), // prettier-ignore
  pairs: (key, secret, kept) => [['kept', kept], [key, secret]], // prettier-ignore
  'raw headers': (key, secret, kept) => ['kept', kept, key, secret],
  'Headers or pairs': (key, secret, kept) =>
    isHeader(key) && /^[\x21-\x7e]*$/.test(secret) ? new Headers({ kept, [key]: secret }) : [[key, secret], ['kept', kept]], // prettier-ignore
  URLSearchParams: (key, secret, kept) => new URLSearchParams({ [key]: secret, kept }),
  'name and value': (key, secret, kept) => [{ name: key, value: secret, kept }],
  'value and name': (key, secret, kept) => ({ value: secret, kept, name: key }),
  'an error with members': (key, secret, kept) => Object.assign(new Error(kept), { [key]: secret }),
  'the cause of an error': (key, secret, kept) =>
    new Error(kept, { cause: Object.assign(new Error('x'), { [key]: secret }) }),
  'the message of an error': (key, secret, kept) => new Error(`${kept}: ${JSON.stringify({ [key]: secret })}`),
  JSON: (key, secret, kept) => JSON.stringify({ kept, [key]: secret, after: kept }),
  'JSON over lines': (key, secret, kept) => JSON.stringify({ kept, [key]: [{ secret }] }, null, 2),
  'JSON in JSON': (key, secret, kept) => JSON.stringify({ body: JSON.stringify({ [key]: secret, n: 1 }), kept }),
  'JSON in JSON in JSON': (key, secret, kept) =>
    JSON.stringify([JSON.stringify({ body: JSON.stringify({ kept, [key]: secret }) })]),
  'pairs in JSON': (key, secret, kept) => JSON.stringify([['kept', kept], [key, secret]]), // prettier-ignore
  'a form': (key, secret, kept) => `kept=${kept}&${rfc3986(key)}=${rfc3986(secret)}&after=${kept}`,
  'a URL': (key, secret, kept) => `https://shop.example/${kept}?a=1&${rfc3986(key)}=${rfc3986(secret)}&b=2#c`,
  'a URL object': (key, secret, kept) => new URL(`https://shop.example/${kept}?${rfc3986(key)}=${rfc3986(secret)}`),
  'a URL in a URL': (key, secret, kept) =>
    `https://${kept}.example/?next=${rfc3986(`https://b/?${key}=${rfc3986(secret)}&c=1`)}&d=1`,
  'a form by encodeURIComponent': (key, secret, kept) =>
    `kept=${kept}&${encodeURIComponent(key)}=${encodeURIComponent(secret)}&after=${kept}`,
  'a form by querystring': (key, secret, kept) => stringify({ kept, [key]: secret, after: kept }),
  'a form by URLSearchParams': (key, secret, kept) => String(new URLSearchParams({ kept, [key]: secret, after: kept })),
  'a URL by its searchParams': (key, secret, kept) => {
    const url = new URL(`https://shop.example/${kept}`);
    url.searchParams.set(key, secret);
    return url.href;
  },
  'a URL in a URL by encodeURIComponent': (key, secret, kept) =>
    `https://${kept}.example/?next=${encodeURIComponent(`https://b/?${key}=${encodeURIComponent(secret)}&c=1`)}&d=1`,
  'value before name in JSON': (key, secret, kept) => JSON.stringify([{ value: secret, kept, name: key }, { kept }]),
  'value far from name in JSON': (key, secret, kept) =>
    JSON.stringify({ name: key, httpOnly: true, more: { kept }, value: secret }),
  'value behind property in JSON in JSON': (key, secret, kept) =>
    JSON.stringify({ body: JSON.stringify({ property: key, value: secret }), kept }),
  'name and value that inspect prints': (key, secret, kept) =>
    inspect([{ kept, name: key, value: secret.replaceAll(/['"`\\\n]/g, '') }]),
  multipart: (key, secret, kept) =>
    [['kept', kept], [key, secret]].map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('') + '--b--', // prettier-ignore
  YAML: (key, secret, kept) =>
    `kept: ${kept}\n${key}: two ${secret.replaceAll(/[^\w./+@%=-]/g, ' ')}\nafter: ${kept}\n`,
  'YAML in JSON': (key, secret, kept) =>
    JSON.stringify({ file: `a: 1\n${key}: two ${secret.replaceAll(/[^\w./+@%=-]/g, ' ')}\n`, kept }),
  'a comparison in SQL': (key, secret, kept) =>
    ['<>', 'LIKE', 'NOT IN (', '=', '!='].map(
      (sign) => `SELECT ${kept} FROM u WHERE ${key.replaceAll(/\W/g, '_')} ${sign} '${sqlOf(secret)}'`,
    ),
  'what inspect prints': (key, secret, kept) => inspect({ kept, [key]: secret.replaceAll(/['"`\\\n]/g, '') }),
};

const sqlOf = (text: string): string => text.replaceAll("'", "''").replaceAll('\\', '');

/** Secrets that show by their form. */
const FORMED: Readonly<Record<string, (secret: string, kept: string) => unknown>> = {
  'credentials in a URL': (secret, kept) => `postgres://app:${rfc3986(secret)}@db:5432/${kept}`,
  'credentials by encodeURIComponent': (secret, kept) => `postgres://app:${encodeURIComponent(secret)}@db:5432/${kept}`,
  'credentials by URL': (secret, kept) => {
    const url = new URL(`redis://db:5432/${kept}`);
    url.username = 'app';
    url.password = secret;
    return url.href;
  },
  'credentials in an encoded URL': (secret, kept) =>
    `/login?next=${rfc3986(`https://app:${rfc3986(secret)}@b/`)}&kept=${kept}`,
  'credentials in a URL by encodeURIComponent': (secret, kept) =>
    `/login?next=${encodeURIComponent(`https://app:${encodeURIComponent(secret)}@b/`)}&kept=${kept}`,
  'cookies with quotes': (secret, kept) =>
    `Kept: ${kept}\r\nCookie: prefs={"lang":"en"}; a="b"; sess=${rfc3986(secret)}\r\nAccept: a`,
  'cookies with quotes in JSON': (secret, kept) =>
    JSON.stringify({ raw: `Host: h\nCookie: prefs={"lang":"en"}; sess=${rfc3986(secret)}\nAccept: a`, kept }),
  'a connection string with blanks': (secret, kept) =>
    `Server=${kept};Password=two ${secret.replaceAll(/[^\w./+@%-]/g, ' ')};Database=x`,
  'the user of curl': (secret, kept) => `curl -u app:${rfc3986(secret)} https://${kept}.example/`,
  'SET PASSWORD': (secret, kept) => `SET PASSWORD FOR 'app'@'${kept}' = '${sqlOf(secret)}'`,
  'credentials in a list of URLs': (secret, kept) =>
    `amqp://a:${rfc3986(secret)}@one/${kept},amqp://a:${rfc3986(secret)}@two`,
  'credentials in a key': (secret, kept) => ({ [`redis://u:${rfc3986(secret)}@cache`]: kept }),
  bearer: (secret, kept) => `${kept} sent Bearer ${rfc3986(secret)}`,
  'a header line': (secret, kept) => `Kept: ${kept}\r\nAuthorization: Digest x, y=${rfc3986(secret)}\r\nAccept: a`,
  cookies: (secret, kept) => `Kept: ${kept}\nCookie: a=1; b=${rfc3986(secret)}; c=3`,
  'a connection string': (secret, kept) => `Server=${kept};Password=${rfc3986(secret)};Database=x`,
  'a command line': (secret, kept) => [
    `run ${kept} --password ${rfc3986(secret)} -v`,
    `--x --api-key=${rfc3986(secret)}`,
  ],
  'arguments of a command': (secret, kept) => ['run', kept, '-v', '--password', secret],
  XML: (secret, kept) => `<a><kept>${kept}</kept><w:Password Type="t">${rfc3986(secret)}</w:Password></a>`,
  SQL: (secret, kept) => `ALTER USER ${kept} WITH PASSWORD '${sqlOf(secret)}'`,
  'a private key': (secret, kept) =>
    `${kept} -----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY----- ${kept}`,
};

export const SHAPES: Readonly<Record<string, (key: string, secret: string, kept: string) => unknown>> = {
  ...KEYED,
  ...Object.fromEntries(
    Object.entries(FORMED).map(([name, make]) => [
      name,
      (_: string, secret: string, kept: string) => make(secret, kept),
    ]),
  ),
};

/** What stands around a value. */
export const WRAPPERS: Readonly<Record<string, (inner: unknown, kept: string) => unknown>> = {
  object: (inner, kept) => ({ before: kept, inner, n: 1 }),
  list: (inner, kept) => [kept, inner, 2],
  map: (inner, kept) => new Map<unknown, unknown>([['inner', inner], [7, kept]]), // prettier-ignore
  set: (inner, kept) => new Set([inner, kept]),
  getter: (inner, kept) => Object.defineProperty({ kept }, 'inner', { enumerable: true, get: () => inner }),
  toJSON: (inner, kept) => ({ toJSON: () => [inner, kept] }),
  instance: (inner, kept) => Object.assign(new Box(), { inner, kept }),
  proxy: (inner, kept) => new Proxy({ inner, kept }, {}),
  error: (inner, kept) => Object.assign(new RangeError(kept), { inner }),
  cause: (inner, kept) => new Error(kept, { cause: inner }),
  aggregate: (inner, kept) => new AggregateError([inner], kept),
  'long text before': (inner, kept) => ({ long: 'x '.repeat(900), inner, kept }),
};

class Box {
  readonly kind = 'box';
}
