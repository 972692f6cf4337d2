import type { ErrorCode, RadiographError } from './errors.js';
import { isUnexpectedPromise } from './unexpected-promise.js';

/** Where Radiograph says what it has to say of itself. A logger that throws is ignored. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** From the most to the least talkative; a level lets itself and all that follow it through. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const REPORTS_REMEMBERED = 1000;

/** Counts what happened to documents and values, and says the rest once: nothing is lost silently, nothing floods. */
export class Diagnostics {
  readonly #counts = new Map<string, number>();
  readonly #reported = new Set<string>();
  readonly #logger: Logger;
  readonly #threshold: number;

  constructor(logger: Logger, level: LogLevel) {
    this.#logger = logger;
    this.#threshold = LOG_LEVELS.indexOf(level);
  }

  /** How often each thing happened, by its name. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  log(level: Exclude<LogLevel, 'silent'>, message: string): void {
    if (LOG_LEVELS.indexOf(level) < this.#threshold) return;
    const failed = (): void => this.count('logger failed');
    try {
      const answer: unknown = this.#logger[level](`radiograph: ${message}`);
      isUnexpectedPromise(answer, failed);
    } catch {
      failed();
    }
  }

  /** Whether `key` is reported for the first time; answers `false` from then on. */
  isFirst(key: string): boolean {
    if (this.#reported.has(key) || this.#reported.size >= REPORTS_REMEMBERED) return false;
    this.#reported.add(key);
    return true;
  }

  /** Counts the error under its code and logs it the first time that it is reported for `subject`. */
  report(error: RadiographError, subject: string): void {
    this.count(error.code);
    if (this.isFirst(`${error.code} ${subject}`)) this.log('warn', `${error.code}: ${error.message}`);
  }
}

/** How an {@link Episode} is told. */
export interface EpisodeTelling {
  readonly begins: Exclude<LogLevel, 'silent'>;
  readonly ends: Exclude<LogLevel, 'silent'>;
  /** What its end says of the sum. */
  readonly tellEnd: (lost: number) => string;
}

const LOSS_OF_DOCUMENTS: EpisodeTelling = {
  begins: 'error',
  ends: 'warn',
  tellEnd: (lost) => `${lost} document(s) were lost meanwhile.`,
};

/**
 * A stretch in which something does not work: each code that it fails with is logged once, every loss in it counted, its end
 * told with the sum.
 */
export class Episode {
  readonly #diagnostics: Diagnostics;
  readonly #telling: EpisodeTelling;
  readonly #codes = new Set<string>();
  #lost = 0;

  /** @param telling default: as a loss of documents, which is an error */
  constructor(diagnostics: Diagnostics, telling: EpisodeTelling = LOSS_OF_DOCUMENTS) {
    this.#diagnostics = diagnostics;
    this.#telling = telling;
  }

  /**
   * @param code what it fails with
   * @param describe makes the error, where it has not been said yet
   * @param lost how much that cost: documents, or calls
   */
  fail(code: ErrorCode, describe: () => RadiographError, lost = 1): void {
    this.#diagnostics.count(code, lost);
    this.#lost += lost;
    if (this.#codes.has(code)) return;
    this.#codes.add(code);
    this.#diagnostics.log(this.#telling.begins, `${code}: ${describe().message} (Said once until it works again.)`);
  }

  succeed(): void {
    if (this.#codes.size === 0) return;
    const codes = [...this.#codes].join(' and ');
    this.#diagnostics.log(this.#telling.ends, `${codes} is over; ${this.#telling.tellEnd(this.#lost)}`);
    this.#codes.clear();
    this.#lost = 0;
  }
}
