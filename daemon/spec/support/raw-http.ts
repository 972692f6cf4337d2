import { once } from 'node:events';
import http from 'node:http';
import { connect, type Socket } from 'node:net';

interface Place {
  readonly host: string;
  readonly port: number;
}

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** Sends a request with nothing in it that was not given; resolves to the answer, whose body must be an object. */
export async function ask(
  { host, port }: Place,
  path: string,
  {
    method = 'POST',
    headers = {},
    body = '{}',
  }: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  const request = http.request({ host, port, path, method, headers, agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  const parsed: Record<string, unknown> = JSON.parse(Buffer.concat(chunks).toString());
  return { status: response.statusCode ?? 0, headers: response.headers, body: parsed };
}

/** A connection that is open. */
export async function connected({ host, port }: Place): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  return socket;
}

/** Resolves when a connection has ended, by whatever. */
export function ended(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** Sends bytes over a connection of their own; resolves to all that came back when the other side has ended it. */
export async function sendRaw(place: Place, bytes: Uint8Array | string): Promise<string> {
  const socket = await connected(place);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = ended(socket);
  socket.end(bytes);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}
