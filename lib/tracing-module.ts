import type { ContainerInstance } from 'typedi';
import { processEnvironment } from './configuration/environment-variables.js';
import { describeOptions, resolveOptions, type ResolvedOptions, type ResolvedValues } from './configuration/resolve.js';
import { isSampler, type ResolvedSampling } from './configuration/sampling-options.js';
import type { TracingOptions } from './configuration/tracing-options.js';
import { ContextMissing } from './context/context-missing.js';
import { UdpEmitter } from './emitters/udp-emitter.js';
import { SystemClock, type Clock } from './foundation/clock.js';
import { Diagnostics } from './foundation/diagnostics.js';
import { RandomIdentifiers } from './foundation/identifiers.js';
import { DataPolicy } from './model/data-policy.js';
import type { AnomalyParts } from './recorder/anomaly-watch.js';
import { Engine } from './recorder/engine.js';
import { installEngine, removeEngine } from './recorder/process-state.js';
import { processRecorder, Recorder, recorderOf } from './recorder/recorder.js';
import { AnomalyConditions } from './sampling/anomaly-conditions.js';
import { CustomDecider } from './sampling/custom-decider.js';
import type { Decider } from './sampling/decider.js';
import { FixedDecider } from './sampling/fixed-decider.js';
import { ignoredRequests } from './sampling/ignored-requests.js';
import { Reservoir } from './sampling/reservoir.js';
import { RuleDecider } from './sampling/rule-decider.js';

/** Tracing, configured: puts the parts together, gives the `Recorder` its engine, and takes everything back at the end. */
export class TracingModule {
  /** The recorder that the container injects: that of the process, or with the option `container` one of its own. */
  readonly recorder: Recorder;
  readonly #options: ResolvedOptions;
  readonly #diagnostics: Diagnostics;
  readonly #engine: Engine | undefined;
  readonly #container: ContainerInstance | undefined;

  /**
   * Starts to trace. Called again, the later configuration takes over: services keep the recorder that they hold, and traces
   * that are open end where they began.
   *
   * @throws ConfigurationError CONFIGURATION_INVALID naming every option and environment variable that cannot be right
   */
  static forRoot(options: TracingOptions = {}): TracingModule {
    return new TracingModule(resolveOptions(options, processEnvironment()));
  }

  private constructor(options: ResolvedOptions) {
    const { values } = options;
    this.#options = options;
    this.#diagnostics = new Diagnostics(values.logger, values.logLevel);
    this.#engine = values.enabled ? makeEngine(options, this.#diagnostics) : undefined;
    this.#container = values.container;
    this.recorder = this.#container === undefined ? processRecorder() : recorderOf(this.#engine);
    this.#container?.set(Recorder, this.recorder);
    if (this.#engine !== undefined) installEngine(this.#engine, this.#container === undefined ? 'process' : 'own');
  }

  /** Each option with the value in force and where it came from, a line each. */
  describe(): string {
    return describeOptions(this.#options);
  }

  /**
   * How often what happened to documents and values: lost and refused, by name or error code; and sent, where Radiograph itself
   * sends them.
   */
  statistics(): Readonly<Record<string, number>> {
    return this.#diagnostics.counts;
  }

  /** Resolves when everything that is finished has been sent or given up. Never rejects. */
  async flush(): Promise<void> {
    await this.#engine?.flush();
  }

  /**
   * Sends what is finished, what is still open as in progress, and gives back every timer and socket. The recorder then
   * records nothing. Called again, it changes nothing. Never rejects.
   */
  async close(): Promise<void> {
    if (this.#container?.has(Recorder) && this.#container.get(Recorder) === this.recorder)
      this.#container.remove(Recorder);
    if (this.#engine === undefined) return;
    removeEngine(this.#engine);
    await this.#engine.shutDown();
  }
}

function makeEngine({ values }: ResolvedOptions, diagnostics: Diagnostics): Engine {
  const clock = new SystemClock();
  return new Engine({
    service: values.service,
    clock,
    identifiers: new RandomIdentifiers(),
    decider: makeDecider(values.sampling, clock),
    ignored: ignoredRequests(values.ignore),
    anomalies: makeAnomalies(values.adaptiveSampling, clock),
    emitter: values.emitter ?? new UdpEmitter({ ...values.daemonAddress.udp, diagnostics }),
    contextMissing: new ContextMissing(values.contextMissing, diagnostics),
    diagnostics,
    classifyError: values.classifyError,
    beforeSend: values.beforeSend,
    detailsErrors: values.errorDetails,
    dataPolicy: new DataPolicy({ redact: values.redact, limits: values.metadataLimits }),
    streamingThreshold: values.streamingThreshold,
  });
}

function makeDecider({ local }: ResolvedSampling, clock: Clock): Decider {
  if (local === 'all' || local === 'none') return new FixedDecider(local === 'all');
  return isSampler(local) ? new CustomDecider(local) : new RuleDecider({ ...local, clock });
}

function makeAnomalies(adaptive: ResolvedValues['adaptiveSampling'], clock: Clock): AnomalyParts {
  const limit = adaptive?.anomalyCaptureLimit.anomalyTracesPerSecond;
  return {
    conditions: new AnomalyConditions(adaptive?.anomalyConditions),
    captures: limit === undefined ? undefined : new Reservoir({ limit, clock }),
  };
}
