import type { ClientRequest, IncomingMessage } from 'node:http';
import { builtIn } from '../foundation/built-in.js';
import { printThrown, StateError } from '../foundation/errors.js';
import { setImmediate } from '../foundation/timers.js';
import type { Timers } from './poller.js';

/** Rules of an account are some tens of kilobytes: 25 of them by default, of one each at most. */
const ANSWER_BYTES = 1024 * 1024;
/**
 * A connection that is being made holds the process, whatever is done to its socket: that is all the time it gets. The daemon is on the
 * same machine, or near.
 */
const CONNECT_MILLIS = 1000;
/** What a report may take, which comes every 10 seconds. */
const EXCHANGE_MILLIS = 10_000;

type FailureCode = 'SAMPLING_UNREACHABLE' | 'SAMPLING_REFUSED' | 'SAMPLING_UNREADABLE';

/** Why a call did not bring an answer. */
export class CallFailure extends StateError {
  declare readonly code: FailureCode;
  /** The status, where it was that. */
  readonly status: number | undefined;

  constructor(
    code: FailureCode,
    message: string,
    options: { readonly status?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(code, message, options.cause === undefined ? {} : { cause: options.cause });
    this.status = options.status;
  }
}

/**
 * Calls over plain HTTP, JSON both ways: one connection for each, since there are ten seconds between them. It keeps no process alive,
 * and survives whatever is at the other end. Redirections are not followed.
 */
export class JsonExchange {
  readonly #host: string;
  readonly #port: number;
  readonly #timers: Timers;
  readonly #underWay = new Set<ClientRequest>();
  #isClosed = false;

  /** @param parts.host a name, an IPv4 or an IPv6 address */
  constructor(parts: { readonly host: string; readonly port: number; readonly timers: Timers }) {
    this.#host = parts.host;
    this.#port = parts.port;
    this.#timers = parts.timers;
  }

  /**
   * The answer, as JSON says it.
   *
   * @throws CallFailure (as a rejection): SAMPLING_UNREACHABLE, SAMPLING_REFUSED on any status but 200, SAMPLING_UNREADABLE
   */
  async post(path: string, body: string): Promise<unknown> {
    const { status, text } = await this.#send(path, body);
    const what = `POST ${path} at ${this.#host}:${this.#port} (TCP)`;
    if (status !== 200) {
      const message = `${what} was answered with status ${status}${textOf(text)}.`;
      throw new CallFailure('SAMPLING_REFUSED', message, { status });
    }
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new CallFailure('SAMPLING_UNREADABLE', `The answer to ${what} is no JSON${textOf(text)}.`, { cause });
    }
  }

  /** Aborts what is under way, which rejects then, and takes nothing more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const request of this.#underWay) request.destroy();
  }

  #send(path: string, body: string): Promise<{ status: number | undefined; text: string }> {
    return new Promise((resolve, reject) => {
      const fail = (why: string, cause?: unknown): void => {
        const message = `No answer from ${this.#host}:${this.#port} (TCP) to POST ${path}: ${why}. Is the daemon running?`;
        reject(new CallFailure('SAMPLING_UNREACHABLE', message, { cause }));
      };
      if (this.#isClosed) {
        fail('it is closed');
        return;
      }
      const request = builtIn('node:http').request({
        host: this.#host,
        port: this.#port,
        path,
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      });
      const giveUp = (why: string): void => {
        fail(why);
        request.destroy();
      };
      let cancelConnecting = this.#limit(CONNECT_MILLIS, () => giveUp(`no connection within ${CONNECT_MILLIS} ms`));
      const cancelExchange = this.#limit(EXCHANGE_MILLIS, () => giveUp(`nothing within ${EXCHANGE_MILLIS} ms`));
      let hasResponse = false;
      this.#underWay.add(request);
      request.on('socket', (socket) => {
        // Not before: of a name with several addresses each is tried with a handle of its own, and the attempt holds the process anyway.
        socket.once('connect', () => {
          socket.unref();
          cancelConnecting();
          cancelConnecting = () => undefined;
        });
      });
      request.on('response', (response) => {
        hasResponse = true;
        this.#read(response).then(
          (text) => resolve({ status: response.statusCode, text }),
          (thrown: unknown) => {
            if (thrown instanceof CallFailure) reject(thrown);
            else fail(printThrown(thrown), thrown);
            request.destroy();
          },
        );
      });
      request.on('error', (error) => fail(error.message, error));
      request.on('close', () => {
        cancelConnecting();
        cancelExchange();
        this.#underWay.delete(request);
        // An answer that has come may not have been read yet.
        if (!hasResponse) fail('the connection was closed');
      });
      request.end(body);
    });
  }

  /** Lets the event loop turn once before the time is over: after a long synchronous run the answer may be there already. */
  #limit(millis: number, giveUp: () => void): () => void {
    let isCancelled = false;
    const cancel = this.#timers.schedule(() => {
      setImmediate(() => {
        if (!isCancelled) giveUp();
      });
    }, millis);
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  async #read(response: IncomingMessage): Promise<string> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > ANSWER_BYTES) {
        const message = `An answer from ${this.#host}:${this.#port} (TCP) has more than ${ANSWER_BYTES} bytes.`;
        throw new CallFailure('SAMPLING_UNREADABLE', message);
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }
}

/** The beginning of an answer, for a message. */
function textOf(text: string): string {
  const line = text.trim().split(/[\r\n]/, 1)[0] ?? '';
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}
