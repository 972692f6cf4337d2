import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { BindAddress } from './bind-address.js';

/** Where a socket listens, with an IP address. */
export interface ResolvedAddress {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
  readonly port: number;
}

/**
 * Resolves a host name, to an IPv4 address where it has one, since that is where SDKs send by default. Rejects with the
 * system's own error.
 */
export async function resolveAddress({ host, port }: BindAddress): Promise<ResolvedAddress> {
  const family = isIP(host);
  if (family !== 0) {
    return { address: host, family, port };
  }
  const addresses = await lookup(host, { all: true });
  const found = addresses.find((each) => each.family === 4) ?? addresses[0];
  if (found === undefined) {
    throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
  }
  return { ...found, port };
}
