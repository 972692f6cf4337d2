import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { TRACE_HEADER, type Recorder } from 'radiograph';
import { ShopError } from './errors.js';

/** A request, as far as the shop and the gateway care. */
export interface Request {
  /** Method and path, such as `POST /orders`. */
  readonly route: string;
  readonly body: string;
  /** Aborts when the caller leaves before the answer. */
  readonly gone: AbortSignal;
}

/** An answer, sent as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * An HTTP server that makes each request a segment: of the trace in its header, or of a new one. Radiograph has no
 * instrumentation of HTTP servers yet; this is what it takes by hand.
 */
export function createTracedServer(recorder: Recorder, answer: (request: Request) => Promise<Reply>): Server {
  return createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { method = '', headers } = request;
    const { origin, pathname } = new URL(request.url ?? '/', `http://${headers.host ?? 'localhost'}`);
    const route = `${method} ${pathname}`;

    void recorder.resume(headers[TRACE_HEADER], route, async (segment) => {
      const caller = { userAgent: headers['user-agent'], clientIp: request.socket.remoteAddress };
      segment.http({ request: { method, url: origin + pathname, ...caller } });
      const reply = await text(request)
        .then((body) => answer({ route, body, gone: gone.signal }))
        .catch((error: unknown) => {
          segment.error(error);
          return replyTo(error);
        });
      const body = `${JSON.stringify(reply.body)}\n`;
      const contentLength = Buffer.byteLength(body);
      segment.http({ response: { status: reply.status, contentLength } });
      response.writeHead(reply.status, {
        'content-type': 'application/json',
        'content-length': contentLength,
        [TRACE_HEADER]: segment.header(),
      });
      response.end(body);
    });
  });
}

function replyTo(error: unknown): Reply {
  if (error instanceof ShopError) {
    return { status: error.status, body: { outcome: error.outcome, message: error.message } };
  }
  return { status: 500, body: { outcome: 'failed', message: 'This is our fault, not yours.' } };
}
