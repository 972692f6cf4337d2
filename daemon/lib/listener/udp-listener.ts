import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { ListenError, type ErrorCode } from '../foundation/errors.js';
import { formatBindAddress, type BindAddress } from './bind-address.js';

/** What a {@link UdpListener} needs. */
export interface UdpListenerOptions {
  readonly bind: BindAddress;
  /** Take a free port of the same host when the wanted one is taken. */
  readonly anyPort: boolean;
  /** Called for each datagram. The bytes are the callee's to keep. Must not throw. */
  readonly onDatagram: (bytes: Uint8Array) => void;
  /** Called for an error of the open socket; it keeps listening. */
  readonly onError: (error: Error) => void;
}

/** Asked of the system, which may grant less: room for bursts that arrive while a trace is being printed. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** How many datagrams `close` still takes from the system's buffer before it gives up on a sender that never pauses. */
const lastDatagrams = 10_000;

/** An open UDP socket that hands each datagram over, and never answers. */
export class UdpListener {
  /** The address in use: the port is the real one, also where 0 was asked for. */
  readonly address: BindAddress;
  readonly #socket: Socket;
  readonly #options: UdpListenerOptions;
  #received = 0;
  #closing: Promise<void> | undefined;

  private constructor(socket: Socket, options: UdpListenerOptions) {
    const { address, port } = socket.address();
    this.address = { host: address, port };
    this.#socket = socket;
    this.#options = options;
    socket.on('error', options.onError);
    socket.on('message', (bytes) => {
      this.#received += 1;
      options.onDatagram(bytes);
    });
  }

  /**
   * Opens the socket; resolves when datagrams are being received.
   *
   * A host name is resolved, to an IPv4 address where it has one, since that is where SDKs send by default.
   *
   * @throws ListenError `ADDRESS_IN_USE`, `ADDRESS_NOT_AVAILABLE`, `ADDRESS_FORBIDDEN`, `HOST_NOT_FOUND`,
   *   `LISTEN_FAILED`
   */
  static async open(options: UdpListenerOptions): Promise<UdpListener> {
    const { bind, anyPort } = options;
    try {
      return new UdpListener(await openSocket(bind), options);
    } catch (error) {
      if (anyPort && codeOf(error) === 'EADDRINUSE') {
        return UdpListener.open({ ...options, bind: { ...bind, port: 0 }, anyPort: false });
      }
      throw listenError(bind, error);
    }
  }

  /**
   * Takes what the system has already received, then closes the socket. Idempotent; resolves when the last datagram
   * was handed over.
   */
  close(): Promise<void> {
    this.#closing ??= this.#drainAndClose();
    return this.#closing;
  }

  async #drainAndClose(): Promise<void> {
    const limit = this.#received + lastDatagrams;
    let before: number;
    do {
      before = this.#received;
      // One turn of the event loop reads the socket once; a turn that brings nothing means its buffer is empty.
      await turnOfTheLoop();
      await turnOfTheLoop();
    } while (this.#received > before && this.#received < limit);
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
    this.#socket.off('error', this.#options.onError);
  }
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function openSocket({ host, port }: BindAddress): Promise<Socket> {
  const { address, family } = await resolveHost(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    socket.bind({ port, address, exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch {
    // The system's own size has to do.
  }
  return socket;
}

async function resolveHost(host: string): Promise<{ address: string; family: number }> {
  const family = isIP(host);
  if (family !== 0) {
    return { address: host, family };
  }
  const addresses = await lookup(host, { all: true });
  const found = addresses.find((each) => each.family === 4) ?? addresses[0];
  if (found === undefined) {
    throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
  }
  return found;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const remedies: ReadonlyMap<string | undefined, readonly [ErrorCode, string]> = new Map([
  [
    'EADDRINUSE',
    [
      'ADDRESS_IN_USE',
      'the port is taken, perhaps by another X-Ray daemon. Stop that process, bind another port (--bind), or let a free one be taken (--any-port).',
    ],
  ],
  [
    'EADDRNOTAVAIL',
    [
      'ADDRESS_NOT_AVAILABLE',
      'this machine has no such address. Bind one of its own, 127.0.0.1 for local senders or 0.0.0.0 for all.',
    ],
  ],
  [
    'EACCES',
    ['ADDRESS_FORBIDDEN', 'the system does not allow it. Ports below 1024 need privileges: bind a higher one.'],
  ],
  ['ENOTFOUND', ['HOST_NOT_FOUND', 'the host name has no address. Check its spelling, or bind an IP address.']],
  ['EAI_AGAIN', ['HOST_NOT_FOUND', 'the host name could not be resolved just now. Bind an IP address.']],
]);

function listenError(bind: BindAddress, cause: unknown): ListenError {
  const [code, reason] = remedies.get(codeOf(cause)) ?? [
    'LISTEN_FAILED' as const,
    cause instanceof Error ? cause.message : String(cause),
  ];
  return new ListenError(code, `Cannot listen on udp ${formatBindAddress(bind)}: ${reason}`, { cause });
}
