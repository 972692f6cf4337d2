import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

type Answer = (response: ServerResponse, received: Received) => void;

/** A daemon as far as TCP is concerned: a real server on loopback that answers as a spec wants it. */
export class SamplingServer {
  readonly received: Received[] = [];
  readonly #server: Server;
  #answer: Answer;

  private constructor(answer: Answer) {
    this.#answer = answer;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async listen(answer: Answer = json({}), port = 0): Promise<SamplingServer> {
    const server = new SamplingServer(answer);
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get daemon(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.port };
  }

  answerWith(answer: Answer): void {
    this.#answer = answer;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const { method, url: path, headers } = request;
    const received = { method, path, headers, body: JSON.parse(Buffer.concat(pieces).toString()) as unknown };
    this.received.push(received);
    this.#answer(response, received);
    this.#server.emit('received');
  }

  /** Resolves when so many requests have come in. */
  async untilReceived(count: number): Promise<void> {
    while (this.received.length < count) await once(this.#server, 'received');
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Answers everything with this. */
export function json(answer: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
}
