import type { ContextMissingStrategy } from '../context/context-missing.js';
import { MemoryEmitter } from '../emitters/memory-emitter.js';
import { clearTimeout, setTimeout } from '../foundation/timers.js';
import type { SegmentDocument } from '../model/document.js';
import { installEngine, processState, removeEngine } from '../recorder/process-state.js';
import { printTrace } from './print-trace.js';
import { RecordedTrace } from './recorded-trace.js';
import { checkOptions, RECORDING_OPTIONS, RecordingEngine, type RecordingOptions } from './recording-engine.js';

/** How `startRecording` records. */
export interface StartRecordingOptions extends RecordingOptions {
  /** What happens when something is to be recorded while no segment is open, as for `TracingModule.forRoot`. Default `LOG_ERROR`. */
  readonly contextMissing?: ContextMissingStrategy | undefined;
}

/** Every trace that begins in the process, until it is stopped. */
export interface OngoingRecording extends AsyncDisposable {
  /** What has been sent so far, by trace, in the order in which they began. A segment is sent when it ends. */
  readonly traces: readonly RecordedTrace[];
  /**
   * The only trace so far.
   *
   * @throws Error saying what there is, where there is none or more than one
   */
  readonly trace: RecordedTrace;
  /**
   * Gives the process back to whatever recorded before; then waits until all open segments have ended, since a server's may end
   * after its answer has arrived. What is open even then is recorded as in progress. Called again, it changes nothing.
   *
   * @param withinMillis how long it waits at most, by the real clock. Default 1000
   */
  stop(withinMillis?: number): Promise<void>;
}

/**
 * Records every trace that begins from now on, whoever begins it, containers' own recorders among them: for a server under test, or
 * several. What began before goes on
 * to where it went. A `TracingModule.forRoot` that is called later takes over what begins then, so start the application first.
 *
 * @throws TypeError naming an option that does not exist
 */
export function startRecording(options: StartRecordingOptions = {}): OngoingRecording {
  checkOptions(options, {
    ...RECORDING_OPTIONS,
    contextMissing: ['string function', 'LOG_ERROR, RUNTIME_ERROR, IGNORE_ERROR or a function'],
  });
  return new ProcessRecording(options);
}

/** How long `stop` waits for open segments, unless it is said otherwise. */
const STOPS_WITHIN_MILLIS = 1000;

class ProcessRecording implements OngoingRecording {
  readonly #emitter = new ObservedEmitter(() => this.#noticeEnd());
  readonly #engine: RecordingEngine;
  #isOvertaken = false;
  #allEnded: (() => void) | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: StartRecordingOptions) {
    this.#engine = new RecordingEngine(this.#emitter, options, options.contextMissing);
    installEngine(this.#engine, 'everywhere');
  }

  get traces(): readonly RecordedTrace[] {
    const byTrace = new Map<string, SegmentDocument[]>();
    for (const document of this.#emitter.documents) {
      const trace = document.trace_id ?? '';
      byTrace.set(trace, [...(byTrace.get(trace) ?? []), document]);
    }
    const { rankOf } = this.#engine;
    return [...byTrace.values()]
      .map((documents) => new RecordedTrace(documents, rankOf))
      .toSorted((one, other) => rankOf(one.roots[0]?.id ?? '') - rankOf(other.roots[0]?.id ?? ''));
  }

  get trace(): RecordedTrace {
    const { traces } = this;
    const [only] = traces;
    if (only !== undefined && traces.length === 1) return only;
    if (only === undefined) throw new Error(`No trace was recorded. ${this.#remedy()}`);
    const printed = traces.map((trace) => printTrace(trace)).join('\n\n');
    throw new Error(`${traces.length} traces were recorded, so none is the only one; see traces.\n\n${printed}`);
  }

  #remedy(): string {
    this.#noticeOvertaking();
    if (this.#isOvertaken) {
      return 'TracingModule.forRoot or another startRecording was called after this one and takes what begins since; start this recording after it.';
    }
    const isOpen = this.#engine.openCount > 0 ? 'A segment is open: wait for it, or stop the recording. ' : '';
    return `${isOpen}Traced methods are recorded inside a segment alone, as recorder.trace and recorder.resume open one.`;
  }

  #noticeOvertaking(): void {
    if (this.#stopped === undefined && processState.engine !== this.#engine) this.#isOvertaken = true;
  }

  stop(withinMillis = STOPS_WITHIN_MILLIS): Promise<void> {
    this.#noticeOvertaking();
    return (this.#stopped ??= this.#end(withinMillis));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(withinMillis: number): Promise<void> {
    removeEngine(this.#engine);
    if (this.#engine.openCount > 0 && withinMillis > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMillis);
        this.#allEnded = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await this.#engine.shutDown();
  }

  #noticeEnd(): void {
    if (this.#engine.openCount === 0) this.#allEnded?.();
  }
}

class ObservedEmitter extends MemoryEmitter {
  readonly #notice: () => void;

  constructor(notice: () => void) {
    super();
    this.#notice = notice;
  }

  override emit(document: string): void {
    super.emit(document);
    this.#notice();
  }
}
