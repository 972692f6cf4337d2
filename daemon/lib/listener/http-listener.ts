import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../foundation/clock.js';
import { BodyAllowance, RequestBody, type BodyRefusal } from './request-body.js';
import type { ResolvedAddress } from './resolved-address.js';

/** A request that has arrived. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** By names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** A word when it could not be taken. Good until the call that was given it returns. */
  readonly body: Uint8Array | BodyRefusal;
}

/** What is sent back. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an {@link HttpListener} needs. */
export interface HttpListenerOptions {
  readonly bind: ResolvedAddress;
  readonly clock: Clock;
  /** Bytes of a body; a larger one is read to its end, within limits, and not kept. */
  readonly maxBodyBytes: number;
  /** Must neither throw nor reject. */
  readonly onRequest: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;
  /** Called when a connection brings no HTTP, breaks, is too slow or one too many. */
  readonly onBadConnection: () => void;
}

/** Connections at a time; further ones are dropped and counted. */
const maxConnections = 128;

/** Bytes of all bodies that are arriving, beyond the first 16 KiB of each: 18 MiB with 128 connections. */
const maxAllBodiesBytes = 16 * 1024 * 1024;

const headersTimeoutMillis = 10_000;
const requestTimeoutMillis = 30_000;

/** How often Node.js looks for requests that take too long: its own 30 s would let them take twice as long and more. */
const checkEveryMillis = 2000;

/** How long a client has to take the word that it is refused, and to end its side of the connection. */
const farewellMillis = 1000;

/** How much of a body that is too large is read and thrown away, so that its sender sees the answer and no reset. */
const maxDiscardedBytes = 16 * 1024 * 1024;

/** How long `close` waits for readers of answers. */
const lastAnswersMillis = 1000;

/** An open HTTP server that hands each request over when all of it has arrived. */
export class HttpListener {
  /** The port in use: the real one, also where 0 was asked for. */
  readonly port: number;
  readonly #server: Server;
  readonly #options: HttpListenerOptions;
  readonly #bodies = new BodyAllowance(maxAllBodiesBytes);
  /** The requests of each connection that have no answer yet. */
  readonly #connections = new Map<Duplex, Set<IncomingMessage>>();
  /** Connections that brought what cannot be answered, and end. */
  readonly #refused = new WeakSet<Duplex>();
  #closing: Promise<void> | undefined;

  private constructor(server: Server, options: HttpListenerOptions) {
    this.#server = server;
    this.#options = options;
    // A server that listens on a port has an address of this form.
    this.port = (server.address() as AddressInfo).port;
    server.maxConnections = maxConnections;
    server.on('connection', (socket) => {
      this.#connections.set(socket, new Set());
      socket.on('close', () => this.#connections.delete(socket));
    });
    server.on('request', (request, response) => this.#receive(request, response));
    server.on('clientError', (error, socket) => this.#refuse(error, socket));
    server.on('error', options.onBadConnection);
    server.on('drop', options.onBadConnection);
  }

  /** Opens the server; resolves when it is listening, and rejects with the system's own error. */
  static async open(options: HttpListenerOptions): Promise<HttpListener> {
    const { address, port } = options.bind;
    const server = createServer({
      headersTimeout: headersTimeoutMillis,
      requestTimeout: requestTimeoutMillis,
      connectionsCheckingInterval: checkEveryMillis,
    });
    // Who asks and never reads would hold a connection for good.
    server.timeout = requestTimeoutMillis;
    server.listen({ host: address, port, exclusive: true });
    await once(server, 'listening');
    return new HttpListener(server, options);
  }

  /**
   * Takes no more requests, and ends every connection but those whose answer is on its way, which have a second.
   * Idempotent; resolves when all connections have ended.
   */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections.keys()) {
      if (!this.#isAnswering(socket)) {
        socket.destroy();
      }
    }
    const cancel = this.#options.clock.after(lastAnswersMillis, () => this.#server.closeAllConnections());
    await closed;
    cancel();
  }

  /** Whether a request of a connection has arrived as a whole and has no answer yet. */
  #isAnswering(socket: Duplex): boolean {
    return Array.from(this.#connections.get(socket) ?? []).some(({ complete }) => complete);
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { maxBodyBytes, onBadConnection } = this.#options;
    const { socket } = request;
    const body = new RequestBody({ maxBytes: maxBodyBytes, allowance: this.#bodies });
    this.#connections.get(socket)?.add(request);
    request.on('error', onBadConnection);
    response.on('error', onBadConnection);
    request.on('data', (piece: Buffer) => {
      body.add(piece);
      if (body.size > maxDiscardedBytes) {
        request.destroy();
      }
    });
    request.on('end', () => void this.#answer(request, response, body));
    request.on('close', () => body.release());
    response.on('close', () => {
      this.#connections.get(socket)?.delete(request);
      if (this.#closing !== undefined) {
        socket.destroySoon();
      } else if (this.#refused.has(socket) && !this.#isAnswering(socket)) {
        this.#end(socket);
      }
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: RequestBody): Promise<void> {
    const { method = '', url = '', headers } = request;
    const [path = ''] = url.split('?', 1);
    const answer = await this.#options.onRequest({ method, path, headers, body: body.content });
    if (response.destroyed) {
      return;
    }
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': Buffer.byteLength(answer.body),
      ...(this.#closing !== undefined && { connection: 'close' }),
    });
    response.end(answer.body);
  }

  #refuse(error: Error, socket: Duplex): void {
    if (this.#refused.has(socket)) {
      // The parser says so again with everything that follows.
      return;
    }
    this.#refused.add(socket);
    this.#options.onBadConnection();
    if (this.#isAnswering(socket)) {
      // What is written now would be read as the answer to a request that may have been done. The connection ends
      // after its answer, and with nothing else: of what was sent last, that says enough.
      return;
    }
    if (socket.writable) {
      const code = 'code' in error ? error.code : undefined;
      const status = statuses.get(code) ?? '400 Bad Request';
      socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
    this.#end(socket);
  }

  /**
   * Ends our side, and soon the connection: one whose other side stays open counts among those that there may be. Not
   * at once, since a system that is told to close while bytes wait to be read takes the last words back.
   */
  #end(socket: Duplex): void {
    socket.end();
    const cancel = this.#options.clock.after(farewellMillis, () => socket.destroy());
    socket.once('close', cancel);
  }
}

const statuses: ReadonlyMap<unknown, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);
