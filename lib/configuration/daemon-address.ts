import { ipVersion } from '../foundation/ip-address.js';

/** Where something listens. */
export interface HostAndPort {
  /** A host name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where the daemon takes documents, and where it answers for sampling. */
export interface DaemonAddress {
  readonly udp: HostAndPort;
  readonly tcp: HostAndPort;
}

/** What {@link parseDaemonAddress} takes, for messages. */
export const DAEMON_ADDRESS_FORMS = 'host:port, [ipv6]:port, or "tcp:host:port udp:host:port", ports from 1 to 65535';

/**
 * Reads a daemon address: one `host:port` for both, or `tcp:host:port` and `udp:host:port` in either order with a space or
 * a comma between. IPv6 addresses stand in brackets. `undefined` where it is none of these.
 */
export function parseDaemonAddress(text: string): DaemonAddress | undefined {
  const parts = text.trim().split(/[\s,]+/);
  if (parts.length === 1) {
    const both = parseHostAndPort(parts[0] as string);
    return both && { udp: both, tcp: both };
  }
  const udp = parts.find((part) => part.startsWith('udp:'));
  const tcp = parts.find((part) => part.startsWith('tcp:'));
  if (parts.length !== 2 || udp === undefined || tcp === undefined) return undefined;
  const addresses = { udp: parseHostAndPort(udp.slice(4)), tcp: parseHostAndPort(tcp.slice(4)) };
  return addresses.udp && addresses.tcp && { udp: addresses.udp, tcp: addresses.tcp };
}

function parseHostAndPort(text: string): HostAndPort | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]\s/@]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  // `udp:2000` is half of a pair rather than a host of that name.
  if (plain === 'udp' || plain === 'tcp') return undefined;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  const isAddress =
    bracketed === undefined ? !/^[\d.]+$/.test(host) || ipVersion(host) === 4 : ipVersion(bracketed) === 6;
  return isAddress ? { host, port } : undefined;
}

/** The address that was probably meant: without a scheme or a path, with brackets around IPv6, with the usual port. */
export function suggestDaemonAddress(text: string): string {
  const bare = text
    .trim()
    .replace(/^\w+:\/\//, '')
    .replace(/\/.*$/, '');
  const [, beforePort = ''] = /^(.*):\d{1,5}$/.exec(bare) ?? [];
  const split = bare.replace(`${beforePort}:`, `[${beforePort}]:`);
  const spellings = [bare, split, `${bare}:2000`, `[${bare}]:2000`];
  return spellings.find((spelling) => parseDaemonAddress(spelling) !== undefined) ?? '127.0.0.1:2000';
}

/** The address as it is written. */
export function printDaemonAddress({ udp, tcp }: DaemonAddress): string {
  const print = ({ host, port }: HostAndPort): string => `${ipVersion(host) === 6 ? `[${host}]` : host}:${port}`;
  return print(udp) === print(tcp) ? print(udp) : `tcp:${print(tcp)} udp:${print(udp)}`;
}
