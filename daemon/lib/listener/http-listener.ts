import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../foundation/clock.js';
import type { ResolvedAddress } from './resolved-address.js';

/** A request that has arrived. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** By names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Undefined when it was too large to be taken. */
  readonly body: Uint8Array | undefined;
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
  /** Must not throw. */
  readonly onRequest: (request: HttpRequest) => HttpAnswer;
  /** Called when a connection brings no HTTP, breaks, is too slow or one too many. */
  readonly onBadConnection: () => void;
}

/** Connections at a time; further ones are dropped and counted. With bodies of 1 MiB, they hold 128 MiB. */
const maxConnections = 128;

const headersTimeoutMillis = 10_000;
const requestTimeoutMillis = 30_000;

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
  readonly #connections = new Set<Socket>();
  readonly #answering = new Set<Socket>();
  #closing: Promise<void> | undefined;

  private constructor(server: Server, options: HttpListenerOptions) {
    this.#server = server;
    this.#options = options;
    // A server that listens on a port has an address of this form.
    this.port = (server.address() as AddressInfo).port;
    server.maxConnections = maxConnections;
    server.on('connection', (socket) => {
      this.#connections.add(socket);
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
    const server = createServer({ headersTimeout: headersTimeoutMillis, requestTimeout: requestTimeoutMillis });
    server.listen({ host: address, port, exclusive: true });
    await once(server, 'listening');
    return new HttpListener(server, options);
  }

  /**
   * Takes no more requests, and ends every connection but those whose answer is on its way, which have a second.
   * Idempotent; resolves when all connections have ended.
   */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections) {
      if (!this.#answering.has(socket)) {
        socket.destroy();
      }
    }
    const cancel = this.#options.clock.after(lastAnswersMillis, () => this.#server.closeAllConnections());
    await closed;
    cancel();
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { maxBodyBytes, onBadConnection } = this.#options;
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('error', onBadConnection);
    response.on('error', onBadConnection);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) {
        chunks.push(chunk);
      } else {
        chunks = [];
        if (size > maxDiscardedBytes) {
          request.destroy();
        }
      }
    });
    request.on('end', () => this.#answer(request, response, size <= maxBodyBytes ? Buffer.concat(chunks) : undefined));
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: Uint8Array | undefined): void {
    const { method = '', url = '', headers, socket } = request;
    const [path = ''] = url.split('?', 1);
    const answer = this.#options.onRequest({ method, path, headers, body });
    this.#answering.add(socket);
    response.on('close', () => {
      this.#answering.delete(socket);
      if (this.#closing !== undefined) {
        socket.destroySoon();
      }
    });
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': Buffer.byteLength(answer.body),
      ...(this.#closing !== undefined && { connection: 'close' }),
    });
    response.end(answer.body);
  }

  #refuse(error: Error, socket: Duplex): void {
    this.#options.onBadConnection();
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    // Answers are written in one piece, so this follows the one before it.
    const code = 'code' in error ? error.code : undefined;
    const status = statuses.get(code) ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}

const statuses: ReadonlyMap<unknown, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);
