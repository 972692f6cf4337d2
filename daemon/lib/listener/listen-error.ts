import { ListenError, type ErrorCode } from '../foundation/errors.js';
import { formatBindAddress, type BindAddress } from './bind-address.js';

const remedies: ReadonlyMap<string | undefined, readonly [ErrorCode, string]> = new Map([
  [
    'EADDRINUSE',
    [
      'ADDRESS_IN_USE',
      'the port is taken, perhaps by another X-Ray daemon. Stop that process, bind another port (--bind), or let a free one be taken (--any-port).',
    ],
  ],
  [
    'EADDRNOTAVAIL',
    [
      'ADDRESS_NOT_AVAILABLE',
      'this machine has no such address. Bind one of its own, 127.0.0.1 for local senders or 0.0.0.0 for all.',
    ],
  ],
  [
    'EACCES',
    ['ADDRESS_FORBIDDEN', 'the system does not allow it. Ports below 1024 need privileges: bind a higher one.'],
  ],
  ['ENOTFOUND', ['HOST_NOT_FOUND', 'the host name has no address. Check its spelling, or bind an IP address.']],
  ['EAI_AGAIN', ['HOST_NOT_FOUND', 'the host name could not be resolved just now. Bind an IP address.']],
]);

/** What the system says, with a remedy. */
export function listenError(transport: 'udp' | 'tcp', bind: BindAddress, cause: unknown): ListenError {
  const [code, reason] = remedies.get(systemCodeOf(cause)) ?? [
    'LISTEN_FAILED' as const,
    cause instanceof Error ? cause.message : String(cause),
  ];
  return new ListenError(code, `Cannot listen on ${transport} ${formatBindAddress(bind)}: ${reason}`, { cause });
}

/** The system's own code of an error, such as `EADDRINUSE`. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
