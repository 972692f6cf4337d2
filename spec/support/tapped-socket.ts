import { createSocket } from 'node:dgram';

/** What real sockets were told to send. */
export interface Tap {
  /** Opens a real socket whose sends are seen. */
  readonly openSocket: typeof createSocket;
  /** The datagrams that the system took. */
  readonly sent: Buffer[];
  /** The sizes of those that it did not. */
  readonly refused: number[];
}

/** @param limitBytes what the system is to take at most, as macOS and BSD have it; it answers `EMSGSIZE` above it */
export function tapSockets(limitBytes = Number.POSITIVE_INFINITY): Tap {
  const sent: Buffer[] = [];
  const refused: number[] = [];
  const openSocket = (type: 'udp4' | 'udp6'): ReturnType<typeof createSocket> => {
    const socket = createSocket(type);
    const send = socket.send.bind(socket) as (datagram: Buffer, done: (error: Error | null) => void) => void;
    const tapped = (datagram: Buffer, done: (error: Error | null) => void): void => {
      if (datagram.length > limitBytes) {
        refused.push(datagram.length);
        setImmediate(done, Object.assign(new Error('send EMSGSIZE'), { code: 'EMSGSIZE' }));
        return;
      }
      // The emitter writes the next one over it.
      sent.push(Buffer.from(datagram));
      send(datagram, done);
    };
    return Object.assign(socket, { send: tapped });
  };
  return { openSocket: openSocket as typeof createSocket, sent, refused };
}

/** Sockets that the system takes nothing from for a while: what they are told to send stays with them until it is let go. */
export interface Jam {
  readonly openSocket: typeof createSocket;
  jam(): void;
  /** Sends what was kept, as it is now, and from then on as usual. */
  release(): void;
}

export function jamSockets(): Jam {
  const kept: (() => void)[] = [];
  let isJammed = false;
  const openSocket = (options: 'udp4' | 'udp6'): ReturnType<typeof createSocket> => {
    const socket = createSocket(options);
    const send = socket.send.bind(socket) as (datagram: Buffer, done: (error: Error | null) => void) => void;
    const jammed = (datagram: Buffer, done: (error: Error | null) => void): void => {
      if (isJammed) kept.push(() => send(datagram, done));
      else send(datagram, done);
    };
    const getSendQueueCount = socket.getSendQueueCount.bind(socket);
    return Object.assign(socket, { send: jammed, getSendQueueCount: () => kept.length + getSendQueueCount() });
  };
  return {
    openSocket: openSocket as typeof createSocket,
    jam: () => {
      isJammed = true;
    },
    release: () => {
      isJammed = false;
      for (const go of kept.splice(0)) go();
    },
  };
}
