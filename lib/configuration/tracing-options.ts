import type { ContainerInstance } from 'typedi';
import type { ContextMissingStrategy } from '../context/context-missing.js';
import type { Emitter } from '../emitters/emitter.js';
import { LOG_LEVELS, type Logger, type LogLevel } from '../foundation/diagnostics.js';
import type { SegmentDocument } from '../model/document.js';
import type { MetadataLimits } from '../model/data-policy.js';
import type { ErrorClassifier } from '../model/error-class.js';
import { cleanName, NAME_LIMIT } from '../model/name.js';
import type { RedactOptions } from '../model/redactor.js';
import { checkAdaptiveSampling, type AdaptiveSampling } from './adaptive-options.js';
import { DAEMON_ADDRESS_FORMS, parseDaemonAddress, suggestDaemonAddress } from './daemon-address.js';
import { nearest } from '../foundation/nearest.js';
import { checkMetadataLimits, checkRedact } from './data-options.js';
import { checkIgnore, type IgnoredRequest } from './ignore-options.js';
import { accepts, Option } from './option.js';
import { checkSampling, type Sampling } from './sampling-options.js';

export const CONTEXT_MISSING_STRATEGIES = [
  'LOG_ERROR',
  'RUNTIME_ERROR',
  'IGNORE_ERROR',
] as const satisfies readonly ContextMissingStrategy[];

/**
 * Edits a document before it leaves, or drops it: the answer is sent; `null` or `false` drops it; without an answer the
 * document is sent as the function left it. What it throws is counted, and the document sent as it was.
 */
export type BeforeSend = (document: SegmentDocument) => SegmentDocument | null | false | undefined | void;

const isFunction = (value: unknown): boolean => typeof value === 'function';
const hasMethods =
  (...methods: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && methods.every((method) => isFunction(Reflect.get(value, method)));

/**
 * What `TracingModule.forRoot` takes. An environment variable, where one is named, wins over the option: operators change it
 * without a new build. Options that do not exist are refused.
 */
export class TracingOptions {
  /**
   * Name of the service: of its segments, and so of its node in the service map. 1 to 200 letters, digits, spaces and
   * `_ . : / % & # = + \ - @`. Default: the package's name as npm tells it, else `unnamed`. Variable: `AWS_XRAY_TRACING_NAME`.
   */
  @Option(
    accepts(
      (value) => typeof value === 'string' && value !== '' && cleanName(value) === value,
      `1 to ${NAME_LIMIT} letters, digits, spaces and _ . : / % & # = + \\ - @`,
      (value) =>
        typeof value === 'string' && value.trim() !== '' ? `Write '${cleanName(value)}'.` : 'Name the service.',
    ),
  )
  readonly service?: string;

  /**
   * Where the daemon listens: `host:port`, `[ipv6]:port`, or `tcp:host:port udp:host:port`. Default `127.0.0.1:2000`.
   * Variable: `AWS_XRAY_DAEMON_ADDRESS`.
   */
  @Option(
    accepts(
      (value) => typeof value === 'string' && parseDaemonAddress(value) !== undefined,
      DAEMON_ADDRESS_FORMS,
      (value) => `Write '${suggestDaemonAddress(String(value))}'.`,
    ),
  )
  readonly daemonAddress?: string;

  /**
   * Which traces are recorded, where the incoming header does not say. Default: by the rules that the daemon serves, and where it
   * serves none, 1 of each second and 5 % of the rest.
   */
  @Option(checkSampling)
  readonly sampling?: Sampling;

  /**
   * Requests that are left out altogether, whatever sampling and headers say: paths (`/health*`), methods (`OPTIONS`), both
   * (`GET /ping`), or objects of patterns. Default: none.
   */
  @Option(checkIgnore)
  readonly ignore?: readonly (string | IgnoredRequest)[];

  /**
   * Which traces are anomalies, and how many of them are captured although they are not sampled. Default: none is captured; `{}` takes
   * the defaults of each member. Variable: `AWS_XRAY_ADAPTIVE_SAMPLING_CONFIG`, YAML or the path of a file of it.
   */
  @Option(checkAdaptiveSampling)
  readonly adaptiveSampling?: AdaptiveSampling;

  /**
   * What happens when something is to be recorded while no segment is open. Default `LOG_ERROR`. Variable:
   * `AWS_XRAY_CONTEXT_MISSING`.
   */
  @Option(
    accepts(
      (value) => isFunction(value) || (CONTEXT_MISSING_STRATEGIES as readonly unknown[]).includes(value),
      `${CONTEXT_MISSING_STRATEGIES.join(', ')}, or a function that takes a message`,
      (value) => `Write '${nearest(String(value), CONTEXT_MISSING_STRATEGIES) ?? 'LOG_ERROR'}'.`,
    ),
  )
  readonly contextMissing?: ContextMissingStrategy;

  /** How much Radiograph says of itself. Default `warn`. Variable: `AWS_XRAY_LOG_LEVEL`. */
  @Option(
    accepts(
      (value) => (LOG_LEVELS as readonly unknown[]).includes(value),
      LOG_LEVELS.join(', '),
      (value) => `Write '${nearest(String(value), LOG_LEVELS) ?? 'warn'}'.`,
    ),
  )
  readonly logLevel?: LogLevel;

  /** Where it says so. Default: the console. */
  @Option(
    accepts(
      hasMethods('debug', 'info', 'warn', 'error'),
      'an object with the methods debug, info, warn and error',
      'Give a logger such as console or pino().',
    ),
  )
  readonly logger?: Logger;

  /** `false` makes everything a no-op. Default `true`. Variable: `AWS_XRAY_SDK_ENABLED`. */
  @Option(accepts((value) => typeof value === 'boolean', 'true or false', 'Write false to switch tracing off.'))
  readonly enabled?: boolean;

  /**
   * Edits or drops each document before it leaves. Where it throws or answers a promise, the document leaves as it was: what must
   * never leave is for `redact`.
   */
  @Option(accepts(isFunction, 'a function of a document', 'Give (document) => document.'))
  readonly beforeSend?: BeforeSend;

  /** Decides whether a thrown value is an error, a throttle, a fault, or none. Default: by its status, see `classifyError`. */
  @Option(accepts(isFunction, 'a function of the thrown value', "Give (thrown) => 'error'."))
  readonly classifyError?: ErrorClassifier;

  /** Annotates the type of each recorded error as `error_type` and keeps its own members as metadata. Default `false`. */
  @Option(accepts((value) => typeof value === 'boolean', 'true or false', 'Write true to keep the details of errors.'))
  readonly errorDetails?: boolean;

  /**
   * What is kept out of the trace, on top of the defaults: keys (in any spelling, at any depth), paths, patterns of values. `false`
   * keeps everything in. Default: `{}`, the default keys and patterns.
   */
  @Option(checkRedact)
  readonly redact?: false | RedactOptions;

  /** How much of each metadata value is kept. Default `{ depth: 32, breadth: 1000, bytes: 16384 }`. */
  @Option(checkMetadataLimits)
  readonly metadataLimits?: MetadataLimits;

  /**
   * Finished subsegments that a segment holds; when there is one more, they leave ahead of it and their memory is free. A whole
   * number from 0, where each leaves when it has finished, to 1,000,000. Default 100.
   */
  @Option(
    accepts(
      (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 1_000_000,
      'a whole number of subsegments from 0 to 1000000',
      'Write 100, or leave the option out.',
    ),
  )
  readonly streamingThreshold?: number;

  /** What carries the documents away, instead of UDP to the daemon. The module closes it. */
  @Option(
    accepts(
      hasMethods('emit', 'flush', 'close'),
      'an object with the methods emit, flush and close',
      'Give an Emitter, or leave the option out to send to the daemon.',
    ),
  )
  readonly emitter?: Emitter;

  /**
   * A container that gets a recorder of its own: what begins with that recorder is recorded by this module, everything else by
   * the module of the process. Take services out of it after `forRoot`. Default: none, the recorder is that of the process.
   */
  @Option(
    accepts(
      hasMethods('get', 'set', 'has', 'remove'),
      'a container of TypeDI',
      "Give Container.of('tenant'), or leave the option out.",
    ),
  )
  readonly container?: ContainerInstance;
}
