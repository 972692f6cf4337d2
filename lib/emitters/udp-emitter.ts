import { createSocket, type Socket } from 'node:dgram';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { BoundedQueue } from '../foundation/bounded-queue.js';
import { Episode, type Diagnostics } from '../foundation/diagnostics.js';
import { EmissionError } from '../foundation/errors.js';
import { clearTimeout, nextTurn, setTimeout } from '../foundation/timers.js';
import type { Emitter } from './emitter.js';

/** Precedes each document in its datagram. Source: X-Ray developer guide, "Sending segment documents to the daemon". */
const DATAGRAM_HEADER = '{"format":"json","version":1}\n';
/** The largest payload of UDP over IPv4. */
const DATAGRAM_BYTES = 65_507;
/** Documents that wait while the daemon's host name is being resolved. */
const WAITING_DOCUMENTS = 1000;
/** Bytes that may wait in the socket; beyond it the daemon is out of reach for longer than memory should pay for. */
const SEND_QUEUE_BYTES = 8 * 1024 * 1024;
const RESOLVE_EVERY_MILLIS = 30_000;
const RETRY_AFTER_MILLIS = 1000;

type EmissionCode = ConstructorParameters<typeof EmissionError>[0];

interface Address {
  readonly address: string;
  readonly family: number;
}

/** Answers the addresses of a host name, as `dns.promises.lookup` does with `all`. */
export type Lookup = (host: string, options: { readonly all: true }) => Promise<Address[]>;

/**
 * Sends each document to the daemon as one datagram, over a connected socket: only then does the system say that nobody
 * listens. Host names are resolved when the first document comes, again every 30 seconds while documents come, and whenever
 * the daemon is not found where it was.
 */
export class UdpEmitter implements Emitter {
  readonly #host: string;
  readonly #port: number;
  readonly #lookup: Lookup;
  readonly #diagnostics: Diagnostics;
  readonly #episode: Episode;
  readonly #waiting = new BoundedQueue<Buffer>(WAITING_DOCUMENTS);
  #addresses: Address[] = [];
  #resolvedAt = Number.NEGATIVE_INFINITY;
  #socket: Socket | undefined;
  #connecting: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #inFlight = 0;
  /** Documents that were sent and may still be refused. */
  #unconfirmed = 0;
  #idle: (() => void)[] = [];
  #closed: Promise<void> | undefined;

  /** @param parts.host a name, an IPv4 or an IPv6 address */
  constructor(parts: {
    readonly host: string;
    readonly port: number;
    readonly diagnostics: Diagnostics;
    readonly lookup?: Lookup;
  }) {
    this.#host = parts.host;
    this.#port = parts.port;
    this.#diagnostics = parts.diagnostics;
    this.#lookup = parts.lookup ?? systemLookup;
    this.#episode = new Episode(parts.diagnostics);
  }

  emit(document: string): void {
    if (this.#closed !== undefined) {
      this.#diagnostics.count('emitted after close');
      return;
    }
    const datagram = Buffer.from(DATAGRAM_HEADER + document);
    if (datagram.length > DATAGRAM_BYTES) {
      this.#refuse(datagram);
    } else if (this.#socket === undefined) {
      if (!this.#waiting.offer(datagram)) this.#lose('SEND_QUEUE_FULL', this.#queueFull());
      if (this.#retry === undefined) this.#connect();
    } else {
      this.#send(this.#socket, datagram, false);
      if (isIP(this.#host) === 0 && performance.now() - this.#resolvedAt > RESOLVE_EVERY_MILLIS) this.#connect();
    }
  }

  async flush(): Promise<void> {
    if (this.#socket === undefined && this.#waiting.size > 0) this.#connect();
    await this.#connecting;
    // What has left the queue needs no waiting: its callback comes by process.nextTick, which fake timers may hold.
    if (this.#inFlight > 0 && this.#socket?.getSendQueueCount() !== 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    const unsent = this.#waiting.drain().length;
    if (unsent > 0) this.#lose('DAEMON_UNRESOLVED', this.#unresolved(), unsent);
    // The system's word that nobody listens comes with the next turn of the event loop.
    await nextTurn();
    await nextTurn();
    this.#confirm();
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#shutDown());
  }

  async #shutDown(): Promise<void> {
    await this.flush();
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    // The handle is given back within the turn; the socket's own event would come by process.nextTick.
    await nextTurn();
    await nextTurn();
  }

  #connect(): void {
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
  }

  async #open(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#resolvedAt = performance.now();
    try {
      this.#addresses = await this.#resolve();
    } catch {
      this.#addresses = [];
    }
    const [target] = this.#addresses;
    if (target === undefined) {
      this.#lose('DAEMON_UNRESOLVED', this.#unresolved(), 0);
      if (this.#socket === undefined) this.#retryLater();
      return;
    }
    if (this.#socket?.remoteAddress().address === target.address) return;
    await this.#attach(target);
  }

  async #resolve(): Promise<Address[]> {
    const family = isIP(this.#host);
    if (family !== 0) return [{ address: this.#host, family }];
    const addresses = await this.#lookup(this.#host, { all: true });
    // Daemons listen on 127.0.0.1 unless told otherwise, while many systems resolve localhost to ::1 first.
    return this.#host === 'localhost' ? addresses.toSorted((one, other) => one.family - other.family) : addresses;
  }

  async #attach({ address, family }: Address): Promise<void> {
    const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', lookup: answerAtOnce });
    const failure = await new Promise<Error | undefined>((resolve) => {
      socket.once('error', resolve);
      socket.connect(this.#port, address, () => resolve(undefined));
      if (isConnected(socket)) resolve(undefined);
    });
    socket.removeAllListeners('error');
    if (failure !== undefined) {
      this.#lose('SEND_FAILED', `No socket to ${address}: ${failure.message}.`, 0);
      socket.on('error', () => undefined);
      socket.close();
      if (this.#socket === undefined) this.#retryLater();
      return;
    }
    socket.unref();
    socket.on('error', (error) => this.#fail(socket, error));
    this.#socket?.close();
    this.#socket = socket;
    for (const datagram of this.#waiting.drain()) this.#send(socket, datagram, false);
  }

  #retryLater(): void {
    if (this.#closed !== undefined) return;
    this.#retry = setTimeout(() => this.#connect(), RETRY_AFTER_MILLIS);
    this.#retry.unref();
  }

  #send(socket: Socket, datagram: Buffer, isSecondTry: boolean): void {
    if (socket.getSendQueueSize() > SEND_QUEUE_BYTES) {
      this.#lose('SEND_QUEUE_FULL', this.#queueFull());
      return;
    }
    this.#inFlight += 1;
    try {
      socket.send(datagram, (error) => this.#sent(socket, datagram, error, isSecondTry));
    } catch (thrown) {
      this.#sent(socket, datagram, thrown as Error, true);
    }
  }

  #sent(socket: Socket, datagram: Buffer, error: NodeJS.ErrnoException | null, isSecondTry: boolean): void {
    this.#inFlight -= 1;
    if (error === null) {
      this.#confirm();
      this.#unconfirmed = 1;
    } else if (error.code === 'ECONNREFUSED') {
      // The refusal is of the datagrams before; this one has not been sent at all.
      this.#refused(isSecondTry ? 1 : 0);
      if (!isSecondTry) this.#send(socket, datagram, true);
    } else if (error.code === 'EMSGSIZE') {
      this.#refuse(datagram);
    } else {
      this.#lose('SEND_FAILED', `The socket refused a datagram: ${error.message}.`);
    }
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** An error of the socket itself, outside of any send. */
  #fail(socket: Socket, error: NodeJS.ErrnoException): void {
    if (error.code === 'ECONNREFUSED') {
      this.#refused(0);
      return;
    }
    this.#lose('SEND_FAILED', `The socket failed: ${error.message}.`, 0);
    if (this.#socket === socket) this.#socket = undefined;
    socket.close();
  }

  /** @param unsent documents that were not even sent */
  #refused(unsent: number): void {
    const lost = this.#unconfirmed + unsent;
    this.#unconfirmed = 0;
    const message = `Nothing listens at ${this.#host}:${this.#port} (UDP). Is the daemon running?`;
    this.#lose('DAEMON_UNREACHABLE', message, lost);
    if (isIP(this.#host) !== 0 || this.#closed !== undefined) return;
    const [, next] = this.#addresses;
    if (next === undefined) {
      this.#connect();
    } else {
      this.#addresses = [...this.#addresses.slice(1), this.#addresses[0] as Address];
      this.#connecting ??= this.#attach(next).finally(() => {
        this.#connecting = undefined;
      });
    }
  }

  /** What was sent and not refused by now has arrived, as far as a sender of datagrams can know. */
  #confirm(): void {
    if (this.#unconfirmed === 0) return;
    this.#diagnostics.count('documents sent', this.#unconfirmed);
    this.#unconfirmed = 0;
    this.#episode.succeed();
  }

  #lose(code: EmissionCode, message: string, documents = 1): void {
    this.#episode.fail(code, () => new EmissionError(code, message), documents);
  }

  #refuse(datagram: Buffer): void {
    const message = `A document of ${datagram.length} bytes is more than the system sends in a datagram.`;
    this.#diagnostics.report(new EmissionError('DOCUMENT_TOO_LARGE', message), 'size');
  }

  #unresolved(): string {
    return `The daemon's host name "${this.#host}" has no address.`;
  }

  #queueFull(): string {
    return `Documents come faster than they can be sent to ${this.#host}:${this.#port}.`;
  }
}

/** The look-up of what is an address already: Node's own would answer by process.nextTick, which fake timers may hold. */
function answerAtOnce(
  address: string,
  family: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, address, family as number);
}

function isConnected(socket: Socket): boolean {
  try {
    return socket.remoteAddress() !== undefined;
  } catch {
    return false;
  }
}
