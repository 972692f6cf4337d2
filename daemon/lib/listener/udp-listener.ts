import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { BindAddress } from './bind-address.js';
import type { ResolvedAddress } from './resolved-address.js';

/** What a {@link UdpListener} needs. */
export interface UdpListenerOptions {
  readonly bind: ResolvedAddress;
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

  /** Opens the socket; resolves when datagrams are being received, and rejects with the system's own error. */
  static async open(options: UdpListenerOptions): Promise<UdpListener> {
    return new UdpListener(await openSocket(options.bind), options);
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

async function openSocket({ address, family, port }: ResolvedAddress): Promise<Socket> {
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
