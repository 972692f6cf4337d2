import { isIPv6 } from 'node:net';
import { ConfigurationError } from '../foundation/errors.js';

/** Where a socket listens. */
export interface BindAddress {
  /** An IP address or a host name, an IPv6 address without brackets. */
  readonly host: string;
  /** 0–65535; 0 takes any free one. */
  readonly port: number;
}

/**
 * Reads `host:port`, with an IPv6 address in brackets: `127.0.0.1:2000`, `localhost:2000`, `[::1]:2000`.
 *
 * @throws ConfigurationError `BAD_ADDRESS`
 */
export function parseBindAddress(text: string): BindAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535 || (bracketed !== undefined && !isIPv6(bracketed))) {
    throw new ConfigurationError(
      'BAD_ADDRESS',
      `"${text}" is no address to listen on. Write host:port with a port of 0 to 65535, for example 127.0.0.1:2000, or [::1]:2000 for IPv6.`,
    );
  }
  return { host, port };
}

/** The inverse of {@link parseBindAddress}. */
export function formatBindAddress({ host, port }: BindAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
