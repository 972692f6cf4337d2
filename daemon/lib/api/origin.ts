import { isIP } from 'node:net';

/**
 * Tells whether a request comes from a page of another site, in the browser of somebody who runs this daemon. SDKs and
 * command lines send neither of the headers that are looked at; browsers let no page leave them out or change them.
 *
 * A page of this very daemon has the origin that the request is sent to. Since a foreign name can be made to lead to
 * this machine, such an origin counts only with an address or as `localhost`.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function isForeign(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return true;
  }
  if (origin === undefined) {
    return false;
  }
  const [, authority] = typeof origin === 'string' ? (/^http:\/\/([^/]+)$/.exec(origin) ?? []) : [];
  const name = authority?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') ?? '';
  return authority !== host || !(name === 'localhost' || isIP(name) !== 0);
}
