import type { Socket, SocketOptions } from 'node:dgram';
import { builtIn } from '../foundation/built-in.js';
import { Episode, type Diagnostics } from '../foundation/diagnostics.js';
import { EmissionError } from '../foundation/errors.js';
import { ipVersion } from '../foundation/ip-address.js';
import { clearTimeout, nextTurn, now, setTimeout } from '../foundation/timers.js';
import { splitDocument } from '../model/split.js';
import { DATAGRAM_BYTES, DatagramWriter, documentIn, HEADER_BYTES } from './datagram-writer.js';
import type { Emitter } from './emitter.js';
import { Pace, USUAL_PACE, type PaceLimits } from './pace.js';
import { PacedQueue } from './paced-queue.js';

/** Every system sends so much, which has room for any entity; see `splitDocument`. */
const LEAST_DATAGRAM_BYTES = 1_232;
/** Bytes that may wait for a socket or for their turn: two seconds at the usual pace; a flush may take five. */
const WAITING_BYTES = 64 * 1024 * 1024;
/** Bytes that may wait in the socket; beyond it the daemon is out of reach for longer than memory should pay for. */
const SEND_QUEUE_BYTES = 8 * 1024 * 1024;
/** What Node keeps of a send until its callback, beside the datagram. */
const SEND_BYTES = 600;
const RESOLVE_EVERY_MILLIS = 30_000;
const RETRY_AFTER_MILLIS = 1000;

type EmissionCode = ConstructorParameters<typeof EmissionError>[0];

/** What a datagram can be had from again: itself, where it has memory of its own, or its document. */
type Source = Buffer | string;

interface Address {
  readonly address: string;
  readonly family: number;
}

/** Answers the addresses of a host name, as `dns.promises.lookup` does with `all`. */
export type Lookup = (host: string, options: { readonly all: true }) => Promise<Address[]>;

/**
 * Sends each document to the daemon as one datagram, over a connected socket: only then does the system say that nobody
 * listens. What the system finds too large leaves in several documents, and what follows is split likewise. A few documents
 * leave at once; of very many the rest waits for its turn, so that the receiver's buffer does not overflow; where too many
 * wait, the first leave ahead of their turn. Host names are resolved when the first document comes, again every 30 seconds
 * while documents come, and whenever the daemon is not found where it was.
 */
export class UdpEmitter implements Emitter {
  readonly #host: string;
  /** The host is a name, which may come to stand for another address. */
  readonly #isNamed: boolean;
  readonly #port: number;
  readonly #lookup: Lookup;
  readonly #diagnostics: Diagnostics;
  readonly #episode: Episode;
  readonly #openSocket: (options: SocketOptions) => Socket;
  /** What waits for a socket, or for its turn. */
  readonly #waiting = new PacedQueue();
  readonly #writer = new DatagramWriter();
  readonly #pace: Pace;
  #turn: NodeJS.Timeout | undefined;
  /** The largest datagram that the socket is known or hoped to take. */
  #limitBytes = DATAGRAM_BYTES;
  #addresses: Address[] = [];
  #resolvedAt = Number.NEGATIVE_INFINITY;
  #socket: Socket | undefined;
  /** Connected, and not told of yet. */
  #coming: Socket | undefined;
  #connecting: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #inFlight = 0;
  /** Bytes given to the socket whose callback has not come: it keeps them, though they may long have left. */
  #inFlightBytes = 0;
  /** Something waits in the socket: the system took it not at once. */
  #isBackedUp = false;
  /** Why there is no socket to the address that is known. */
  #refusal: string | undefined;
  /** How often the system has found a datagram too large. */
  #splits = 0;
  /** Documents that were sent and may still be refused. */
  #unconfirmed = 0;
  /** Who waits until so many have been taken from the queue, and none is in flight. */
  #idle: { taken: number; readonly resolve: () => void }[] = [];
  #closed: Promise<void> | undefined;

  /**
   * @param parts.host a name, an IPv4 or an IPv6 address
   * @param parts.openSocket default: as the system does
   * @param parts.pace default {@link USUAL_PACE}
   */
  constructor(parts: {
    readonly host: string;
    readonly port: number;
    readonly diagnostics: Diagnostics;
    readonly lookup?: Lookup;
    readonly openSocket?: (options: SocketOptions) => Socket;
    readonly pace?: PaceLimits;
  }) {
    this.#host = parts.host;
    this.#isNamed = ipVersion(parts.host) === 0;
    this.#port = parts.port;
    this.#diagnostics = parts.diagnostics;
    this.#lookup = parts.lookup ?? ((host, options) => builtIn('node:dns/promises').lookup(host, options));
    this.#openSocket = parts.openSocket ?? ((options) => builtIn('node:dgram').createSocket(options));
    this.#pace = new Pace(parts.pace ?? USUAL_PACE, now);
    this.#episode = new Episode(parts.diagnostics);
  }

  emit(document: string): void {
    if (this.#closed !== undefined) {
      this.#diagnostics.count('emitted after close');
      return;
    }
    const datagram = this.#writer.write(document);
    if (datagram.length > this.#limitBytes) this.#passPieces(document);
    else this.#pass(datagram, document);
  }

  /** Sends the datagram, or lets it wait. */
  #pass(datagram: Buffer, document: string): void {
    const socket = this.#socket;
    if (socket === undefined) {
      // A long synchronous run leaves the promise of a socket unsettled that has long been there.
      if (this.#waiting.bytes >= WAITING_BYTES && this.#coming !== undefined) this.#adopt(this.#coming);
      if (this.#socket !== undefined) this.#pass(this.#writer.write(document), document);
      else if (this.#waiting.bytes < WAITING_BYTES) this.#waiting.put(Buffer.from(datagram));
      else this.#lose('SEND_QUEUE_FULL', this.#queueFull());
      if (this.#retry === undefined) this.#connect();
      return;
    }
    if (this.#waiting.size === 0 && this.#pace.take(datagram.length)) {
      this.#send(socket, datagram, document, false);
    } else {
      this.#waiting.put(Buffer.from(datagram));
      this.#sendWaiting();
    }
    if (this.#isNamed && now() - this.#resolvedAt > RESOLVE_EVERY_MILLIS) this.#connect();
  }

  #sendWaiting(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    for (let { first } = this.#waiting; first !== undefined; { first } = this.#waiting) {
      const isInTurn = this.#pace.take(first.length);
      if (!isInTurn && this.#waiting.bytes <= WAITING_BYTES) break;
      // Nothing is given up that the receiver might well take.
      if (!isInTurn) this.#diagnostics.count('documents sent ahead of their turn');
      this.#waiting.shift();
      this.#send(socket, first, first, false);
    }
    if (this.#waiting.size > 0 && this.#turn === undefined) {
      this.#turn = setTimeout(() => {
        this.#turn = undefined;
        this.#sendWaiting();
      }, 1);
      if (this.#idle.length === 0) this.#turn.unref();
    }
    this.#settleIdle();
  }

  async flush(): Promise<void> {
    if (this.#socket === undefined && this.#waiting.size > 0) this.#connect();
    await this.#connecting;
    let splits: number;
    do {
      splits = this.#splits;
      await this.#untilIdle();
      // The system's word that nobody listens, or that a datagram is too large, comes with the next turn of the event loop.
      await nextTurn();
      await nextTurn();
    } while (splits !== this.#splits);
    if (this.#socket === undefined) {
      const unsent = this.#waiting.size;
      this.#waiting.clear();
      if (unsent > 0) this.#loseUnsent(unsent);
    }
    this.#confirm();
  }

  /** Resolves when what waits now has been sent, or there is no socket that could. */
  async #untilIdle(): Promise<void> {
    const taken = this.#waiting.taken + this.#waiting.size;
    const idle = new Promise<void>((resolve) => this.#idle.push({ taken, resolve }));
    this.#turn?.ref();
    this.#settleIdle();
    await idle;
  }

  #settleIdle(): void {
    if (this.#idle.length === 0 || this.#isSending()) return;
    const { taken } = this.#waiting;
    const isOver = (waiter: { readonly taken: number }): boolean => this.#socket === undefined || waiter.taken <= taken;
    for (const { resolve } of this.#idle.filter(isOver)) resolve();
    this.#idle = this.#idle.filter((waiter) => !isOver(waiter));
  }

  /** What has left the queue needs no waiting: its callback comes by process.nextTick, which fake timers may hold. */
  #isSending(): boolean {
    return this.#inFlight > 0 && this.#socket !== undefined && this.#socket.getSendQueueCount() > 0;
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#shutDown());
  }

  async #shutDown(): Promise<void> {
    await this.flush();
    clearTimeout(this.#retry);
    clearTimeout(this.#turn);
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
    this.#resolvedAt = now();
    const family = ipVersion(this.#host);
    try {
      // At once, where nothing has to be asked: a synchronous run may send more than may wait for a socket.
      this.#addresses = family === 0 ? await this.#resolve() : [{ address: this.#host, family }];
    } catch {
      this.#addresses = [];
    }
    const [target] = this.#addresses;
    if (target === undefined) {
      this.#refusal = undefined;
      this.#lose('DAEMON_UNRESOLVED', this.#unresolved(), 0);
      if (this.#socket === undefined) this.#retryLater();
      return;
    }
    if (this.#socket?.remoteAddress().address === target.address) return;
    await this.#attach(target);
  }

  async #resolve(): Promise<Address[]> {
    const addresses = await this.#lookup(this.#host, { all: true });
    // Daemons listen on 127.0.0.1 unless told otherwise, while many systems resolve localhost to ::1 first.
    return this.#host === 'localhost' ? addresses.toSorted((one, other) => one.family - other.family) : addresses;
  }

  async #attach({ address, family }: Address): Promise<void> {
    const socket = this.#openSocket({ type: family === 6 ? 'udp6' : 'udp4', lookup: answerAtOnce });
    const failure = await new Promise<Error | undefined>((resolve) => {
      socket.once('error', resolve);
      // The callback is told of a failure as well, whatever its type says.
      socket.connect(this.#port, address, resolve as () => void);
      if (!isConnected(socket)) return;
      this.#coming = socket;
      resolve(undefined);
    });
    this.#coming = undefined;
    if (this.#socket === socket) return;
    socket.removeAllListeners('error');
    if (failure !== undefined) {
      this.#refusal = `No socket to ${address}: ${failure.message}.`;
      this.#lose('SEND_FAILED', this.#refusal, 0);
      socket.on('error', () => undefined);
      socket.close();
      if (this.#socket === undefined) this.#retryLater();
      return;
    }
    this.#adopt(socket);
  }

  #adopt(socket: Socket): void {
    this.#coming = undefined;
    socket.removeAllListeners('error');
    socket.unref();
    socket.on('error', (error) => this.#fail(socket, error));
    this.#socket?.close();
    this.#socket = socket;
    this.#refusal = undefined;
    this.#limitBytes = DATAGRAM_BYTES;
    this.#sendWaiting();
  }

  #retryLater(): void {
    if (this.#closed !== undefined) return;
    this.#retry = setTimeout(() => this.#connect(), RETRY_AFTER_MILLIS);
    this.#retry.unref();
  }

  #send(socket: Socket, datagram: Buffer, source: Source, isSecondTry: boolean): void {
    // Callbacks come with the turns of the event loop; a run that never lets it turn would keep every datagram.
    const isBackedUp = this.#isBackedUp;
    if ((isBackedUp && socket.getSendQueueSize() > SEND_QUEUE_BYTES) || this.#inFlightBytes > WAITING_BYTES) {
      this.#lose('SEND_QUEUE_FULL', this.#queueFull());
      return;
    }
    this.#inFlight += 1;
    const bytes = datagram.length + SEND_BYTES;
    this.#inFlightBytes += bytes;
    try {
      const isCopied = isBackedUp && typeof source === 'string';
      socket.send(isCopied ? Buffer.from(datagram) : datagram, (error) => {
        this.#sent(socket, source, bytes, error, isSecondTry);
      });
      this.#isBackedUp = socket.getSendQueueCount() > 0;
      // It may be this one that has not left; of those that follow the socket gets copies, which are smaller.
      if (this.#isBackedUp && !isBackedUp) this.#writer.leave();
    } catch (thrown) {
      this.#sent(socket, source, bytes, thrown as Error, true);
    }
  }

  #sent(
    socket: Socket,
    source: Source,
    bytes: number,
    error: NodeJS.ErrnoException | null,
    isSecondTry: boolean,
  ): void {
    this.#inFlight -= 1;
    this.#inFlightBytes -= bytes;
    if (error === null) {
      this.#confirm();
      this.#unconfirmed = 1;
    } else if (error.code === 'ECONNREFUSED') {
      // The refusal is of the datagrams before; this one has not been sent at all.
      this.#refused(isSecondTry ? 1 : 0);
      if (!isSecondTry) this.#send(socket, this.#datagramOf(source), source, true);
    } else if (error.code === 'EMSGSIZE') {
      this.#sendSmaller(this.#datagramOf(source));
    } else {
      this.#lose('SEND_FAILED', `The socket refused a datagram: ${error.message}.`);
    }
    this.#settleIdle();
  }

  #datagramOf(source: Source): Buffer {
    return typeof source === 'string' ? this.#writer.write(source) : source;
  }

  /** The system does not send so much at once: half of it, from now on. */
  #sendSmaller(datagram: Buffer): void {
    if (datagram.length <= this.#limitBytes) {
      this.#limitBytes = Math.max(LEAST_DATAGRAM_BYTES, Math.floor(datagram.length / 2));
    }
    this.#passPieces(documentIn(datagram), datagram.length);
    // Who waits for the document waits for its pieces.
    this.#splits += 1;
    for (const waiter of this.#idle) waiter.taken = this.#waiting.taken + this.#waiting.size;
  }

  /** @param refusedBytes what the system has refused: a piece of this size cannot be sent */
  #passPieces(document: string, refusedBytes = DATAGRAM_BYTES + 1): void {
    for (const piece of splitDocument(document, this.#limitBytes - HEADER_BYTES)) {
      const datagram = this.#writer.write(piece);
      if (datagram.length < refusedBytes) this.#pass(datagram, piece);
      else this.#refuse(datagram);
    }
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
    this.#settleIdle();
  }

  /** @param unsent documents that were not even sent */
  #refused(unsent: number): void {
    const lost = this.#unconfirmed + unsent;
    this.#unconfirmed = 0;
    const message = `Nothing listens at ${this.#host}:${this.#port} (UDP). Is the daemon running?`;
    this.#lose('DAEMON_UNREACHABLE', message, lost);
    if (!this.#isNamed || this.#closed !== undefined) return;
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

  /** What waited for a socket that did not come: an address may be known, and none be connected to. */
  #loseUnsent(documents: number): void {
    if (this.#refusal === undefined) this.#lose('DAEMON_UNRESOLVED', this.#unresolved(), documents);
    else this.#lose('SEND_FAILED', this.#refusal, documents);
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
