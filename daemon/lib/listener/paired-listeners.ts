import type { BindAddress } from './bind-address.js';
import { HttpListener, type HttpListenerOptions } from './http-listener.js';
import { listenError, systemCodeOf } from './listen-error.js';
import { resolveAddress, type ResolvedAddress } from './resolved-address.js';
import { UdpListener, type UdpListenerOptions } from './udp-listener.js';

/** What {@link openPair} needs. */
export interface PairOptions {
  readonly bind: BindAddress;
  /** Take a free port of the same host when the wanted one is taken. */
  readonly anyPort: boolean;
  readonly udp: Omit<UdpListenerOptions, 'bind'>;
  readonly http: Omit<HttpListenerOptions, 'bind'>;
}

/** Two listeners of one host and port. */
export interface Pair {
  readonly udp: UdpListener;
  readonly http: HttpListener;
}

/** A port that is free for TCP is taken for UDP now and then; so many in a row mean something else. */
const attempts = 20;

/**
 * Opens UDP and TCP on one host and one port: SDKs are told a single address for both.
 *
 * @throws ListenError `ADDRESS_IN_USE`, `ADDRESS_NOT_AVAILABLE`, `ADDRESS_FORBIDDEN`, `HOST_NOT_FOUND`,
 *   `LISTEN_FAILED`
 */
export async function openPair(options: PairOptions): Promise<Pair> {
  const { bind, anyPort } = options;
  let resolved: ResolvedAddress;
  try {
    resolved = await resolveAddress(bind);
  } catch (error) {
    throw listenError('udp', bind, error);
  }
  if (bind.port === 0) {
    return openFree(resolved, options);
  }
  try {
    return await openBoth(resolved, options);
  } catch (error) {
    if (anyPort && error instanceof Failure && systemCodeOf(error.cause) === 'EADDRINUSE') {
      return openFree({ ...resolved, port: 0 }, options);
    }
    throw explained(error, bind);
  }
}

async function openFree(free: ResolvedAddress, options: PairOptions): Promise<Pair> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openBoth(free, options);
    } catch (error) {
      const isTaken = error instanceof Failure && systemCodeOf(error.cause) === 'EADDRINUSE';
      if (!isTaken || attempt === attempts) {
        throw explained(error, { ...options.bind, port: 0 });
      }
    }
  }
}

/** UDP first where a port is wanted, which is what a second daemon misses first; TCP first where any will do. */
async function openBoth(bind: ResolvedAddress, { udp, http }: PairOptions): Promise<Pair> {
  if (bind.port !== 0) {
    const first = await tryTo('udp', UdpListener.open({ ...udp, bind }));
    try {
      return { udp: first, http: await tryTo('tcp', HttpListener.open({ ...http, bind })) };
    } catch (error) {
      await first.close();
      throw error;
    }
  }
  const first = await tryTo('tcp', HttpListener.open({ ...http, bind }));
  try {
    return { udp: await tryTo('udp', UdpListener.open({ ...udp, bind: { ...bind, port: first.port } })), http: first };
  } catch (error) {
    await first.close();
    throw error;
  }
}

class Failure extends Error {
  readonly transport: 'udp' | 'tcp';

  constructor(transport: 'udp' | 'tcp', cause: unknown) {
    super(transport, { cause });
    this.transport = transport;
  }
}

async function tryTo<Listener>(transport: 'udp' | 'tcp', opening: Promise<Listener>): Promise<Listener> {
  try {
    return await opening;
  } catch (error) {
    throw new Failure(transport, error);
  }
}

function explained(error: unknown, bind: BindAddress): unknown {
  return error instanceof Failure ? listenError(error.transport, bind, error.cause) : error;
}
