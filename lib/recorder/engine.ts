import { types } from 'node:util';
import type { ContextMissing } from '../context/context-missing.js';
import type { Emitter } from '../emitters/emitter.js';
import { builtIn } from '../foundation/built-in.js';
import type { Clock } from '../foundation/clock.js';
import type { Diagnostics } from '../foundation/diagnostics.js';
import { printThrown, StateError } from '../foundation/errors.js';
import type { Identifiers } from '../foundation/identifiers.js';
import { clearTimeout, setTimeout } from '../foundation/timers.js';
import { isUnexpectedPromise } from '../foundation/unexpected-promise.js';
import { DataPolicy } from '../model/data-policy.js';
import { DOCUMENT_BYTES, documentsOf, type SegmentDocument } from '../model/document.js';
import { classifyMembers, type ErrorClass, type ErrorClassifier } from '../model/error-class.js';
import type { Keeper } from '../model/keeper.js';
import { Members } from '../model/read.js';
import type { CloseOptions, SegmentHandle } from '../model/segment-handle.js';
import { Segment } from '../model/segment.js';
import { splitDocument } from '../model/split.js';
import { Subsegment } from '../model/subsegment.js';
import { TraceHeader } from '../model/trace-header.js';
import { makeTraceId } from '../model/trace-id.js';
import { UnsampledSegment, UnsampledSubsegment, type UnsampledKeeper } from '../model/unsampled-segment.js';
import type { Witness } from '../model/witness.js';
import { AnomalyConditions } from '../sampling/anomaly-conditions.js';
import { SAMPLED, UNSAMPLED, type Decider, type Decision } from '../sampling/decider.js';
import type { RuleSet } from '../sampling/rule-set.js';
import type { SamplingRequest } from '../sampling/sampler.js';
import { anomalyOf, endCall, recordFailure } from './anomaly-record.js';
import { AnomalyWatch, type AnomalyParts } from './anomaly-watch.js';
import type { CallSite } from './call-site.js';
import { comeBack, findFrame, isRecorded, liveFrame, releaseSiblings } from './flow.js';
import { Frame, synchronousRun } from './frame.js';
import { processState } from './process-state.js';
import { samplingRequestOf, type SegmentOptions, type TaskCall } from './segment-options.js';
import { STREAMING_THRESHOLD, takeFinished } from './streaming.js';

/** What an engine is made of: the ports and the settings that a `TracingModule` chose. */
export interface EngineParts {
  /** Name of the segments. */
  readonly service: string;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly decider: Decider;
  /** What is left out altogether, whatever the header says. */
  readonly ignored?: RuleSet<unknown> | undefined;
  /** Default: nothing is sent that is not sampled; what counts as an anomaly is what AWS counts as one. */
  readonly anomalies?: AnomalyParts | undefined;
  readonly emitter: Emitter;
  readonly contextMissing: ContextMissing;
  readonly diagnostics: Diagnostics;
  readonly classifyError?: ErrorClassifier | undefined;
  readonly beforeSend?: ((document: SegmentDocument) => unknown) | undefined;
  readonly detailsErrors?: boolean | undefined;
  /** Default: the default limits, and the default secrets kept out. */
  readonly dataPolicy?: DataPolicy | undefined;
  /** Finished subsegments that a segment holds before they leave early. Default: 100. */
  readonly streamingThreshold?: number | undefined;
}

/**
 * Does what the `Recorder` promises, from one `forRoot` to its `close`. Opens and closes segments, keeps the context, sends
 * what is finished. Apart from `CONTEXT_MISSING` nothing thrown in here reaches the user's code.
 */
export class Engine implements Keeper, UnsampledKeeper {
  readonly detailsErrors: boolean;
  readonly dataPolicy: DataPolicy;
  readonly #parts: EngineParts;
  /** What has not closed yet: segments, and subsegments that were opened after their segment had left. */
  readonly #open = new Set<Segment | Subsegment>();
  /** Current while documents leave: what the user's own code does then is not recorded in its turn. */
  readonly #unrecorded = new Frame(this, new UnsampledSegment('', NO_HEADER, this));
  readonly #streamingThreshold: number;
  readonly #anomalies: AnomalyWatch;
  readonly #writer: Parameters<typeof anomalyOf>[3];
  #isClosed = false;
  #isWarm = false;
  #shutDown: Promise<void> | undefined;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.detailsErrors = parts.detailsErrors ?? false;
    this.dataPolicy = parts.dataPolicy ?? new DataPolicy();
    this.#streamingThreshold = parts.streamingThreshold ?? STREAMING_THRESHOLD;
    const anomalies = parts.anomalies ?? { conditions: new AnomalyConditions(undefined), captures: undefined };
    this.#anomalies = new AnomalyWatch(anomalies, parts.clock);
    this.#writer = { keeper: this, anchor: () => parts.clock.anchor() };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many segments, and subsegments opened after their segment had left, are not closed. */
  get openCount(): number {
    return this.#open.size;
  }

  /** A frame for a new segment, not yet current. */
  openSegment(
    operation: string,
    options: SegmentOptions,
    caller: Frame | undefined,
    task?: TaskCall,
  ): Frame | undefined {
    if (this.#isClosed) return undefined;
    const { service, clock, identifiers } = this.#parts;
    const incoming = options.header === undefined ? headerOf(caller) : this.#readHeader(options.header);
    const within =
      options.header === undefined && caller !== undefined && isRecorded(caller.entity) ? caller : undefined;
    const name = options.segmentName ?? service;
    const decision = this.#decide(incoming, () => samplingRequestOf(name, operation, options, task));
    if (!decision.isSampled) {
      const outer = caller?.engine === this && !isRecorded(caller.entity) ? caller.entity.segment.witness : undefined;
      const witness = decision === IGNORED ? undefined : this.#anomalies.witnessOf(operation, decision, outer);
      if (witness?.watchesCalls === true && !this.#isWarm) this.#warmUp();
      const unsampled = new UnsampledSegment(name, incoming, this, witness);
      if (options.http !== undefined) unsampled.http(options.http);
      return new Frame(this, unsampled);
    }
    if (!this.#isWarm) this.#warmUp();
    const anchor = clock.anchor();
    const startedAt = clock.elapsed();
    const segment = new Segment({
      id: identifiers.entity(),
      name,
      trace: incoming.root ?? makeTraceId((anchor + startedAt) / 1000, identifiers.trace()),
      incoming,
      keeper: this,
      within: within?.engine === this ? (within.entity as Segment | Subsegment).segment : undefined,
      anchor,
      startedAt,
      ruleName: decision.ruleName,
    });
    this.#open.add(segment);
    this.#anomalies.watch(segment, operation, decision.tally);
    segment.annotate('operation', operation);
    if (options.http !== undefined) segment.http(options.http);
    return new Frame(this, segment);
  }

  /**
   * Records errors that nobody sees, and loads what makes ids. V8 compiles a regular expression when it is first used, and again when it
   * is used more often or for another width of characters; where little of the stack is left, at the bottom of a recursion that has
   * run out of it, that ends the process.
   */
  #warmUp(): void {
    this.#isWarm = true;
    builtIn('node:crypto');
    const keeper: Keeper = {
      detailsErrors: false,
      dataPolicy: this.dataPolicy,
      nextId: () => '',
      classify: classifyMembers,
      refuse: () => undefined,
      runIn: (_entity, fn) => fn(),
      close: () => undefined,
    };
    for (const message of ['warm 1', 'warm 2', 'warm 3', '\u1e9e 1', '\u1e9e 2', '\u1e9e 3']) {
      const members = new Members(new Error(message));
      classifyMembers(members);
      new Segment({ id: '', name: message, trace: '', keeper, anchor: 0, startedAt: 0 }).recordError(members, 'fault');
    }
  }

  #readHeader(text: string | readonly string[]): TraceHeader {
    const header =
      (typeof text === 'string' ? TraceHeader.fromTraceparent(text) : undefined) ?? TraceHeader.parse(text);
    if (header.root === undefined && text.length > 0) {
      const given = typeof text === 'string' ? text : text.join(', ');
      const message = `"${this.dataPolicy.text(given, 200)}" has no valid Root; a new trace begins. A header reads Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1.`;
      this.#parts.diagnostics.report(new StateError('HEADER_INVALID', message), 'header');
    }
    return header;
  }

  #decide(incoming: TraceHeader, describe: () => SamplingRequest): Decision {
    const { ignored, decider } = this.#parts;
    try {
      if (ignored === undefined) {
        if (typeof incoming.sampled === 'boolean') return incoming.sampled ? SAMPLED : UNSAMPLED;
        return decider.decide(decider.isBlind === true ? UNDESCRIBED : describe());
      }
      const request = describe();
      if (ignored.find(request) !== undefined) return IGNORED;
      if (typeof incoming.sampled === 'boolean') return incoming.sampled ? SAMPLED : UNSAMPLED;
      return decider.decide(request);
    } catch (thrown) {
      this.#reportUserCode('The sampler', thrown);
      return SAMPLED;
    }
  }

  newTraceId(startedAt = this.#parts.clock.elapsed()): string {
    const { clock, identifiers } = this.#parts;
    return makeTraceId((clock.anchor() + startedAt) / 1000, identifiers.trace());
  }

  nextId(): string {
    return this.#parts.identifiers.entity();
  }

  /**
   * Opens what a call is recorded in, not yet current. `undefined` where nothing is recorded.
   *
   * @param parent the frame of this flow, where it is known to be live
   * @throws StateError CONTEXT_MISSING where that is the strategy
   */
  enter(
    site: CallSite,
    self: unknown,
    args: ArrayLike<unknown>,
    parent: Frame | undefined = liveFrame(),
  ): Frame | undefined {
    if (site.isTask === true) return this.#enterTask(site, self, args, parent);
    // What was begun by hand with another engine may have been closed: it records into its own segments.
    if (parent !== undefined && parent.engine !== this) return parent.engine.enter(site, self, args, parent);
    if (parent === undefined) {
      if (this.#isWanted(site, self, args)) this.missContext(`"${this.#nameOf(site, self, args)}"`, site.entry);
      return undefined;
    }
    if (this.#isClosed || !(isRecorded(parent.entity) || parent.entity.isWatched)) return undefined;
    if (!this.#isWanted(site, self, args)) return undefined;
    if (!isRecorded(parent.entity)) {
      if (site.isSilent === true) return undefined;
      const { namespace } = site;
      const name = this.#nameOf(site, self, args);
      return new Frame(this, new UnsampledSubsegment(parent.entity, name, namespace, this.elapsed()));
    }
    if (site.isSilent === true) {
      this.#recordCall(site, parent.entity, self, args);
      return site.after.length === 0 ? undefined : parent;
    }
    const { identifiers, clock } = this.#parts;
    const name = this.#nameOf(site, self, args);
    const subsegment = new Subsegment(parent.entity, identifiers.entity(), name, clock.elapsed(), site.namespace);
    if (subsegment.segment.isSent) this.#open.add(subsegment);
    this.#recordCall(site, subsegment, self, args);
    return new Frame(this, subsegment);
  }

  #enterTask(site: CallSite, self: unknown, args: ArrayLike<unknown>, caller: Frame | undefined): Frame | undefined {
    if (!this.#isWanted(site, self, args)) return undefined;
    const frame = this.openSegment(this.#nameOf(site, self, args), {}, caller, { site, self });
    if (frame !== undefined && isRecorded(frame.entity)) this.#recordCall(site, frame.entity, self, args);
    return frame;
  }

  #isWanted(site: CallSite, self: unknown, args: ArrayLike<unknown>): boolean {
    const { when } = site;
    if (when === undefined) return true;
    let isWanted: unknown = true;
    this.#guard(
      () => {
        const answer = when(self, args);
        if (!isUnexpectedPromise(answer, () => undefined)) isWanted = answer;
        else throw new TypeError('it answered a promise; it has to answer at once');
      },
      `The option when of "${site.nameFor(self)}"`,
    );
    return Boolean(isWanted);
  }

  #nameOf(site: CallSite, self: unknown, args: ArrayLike<unknown>): string {
    const { selectName } = site;
    let name: unknown;
    if (selectName !== undefined) {
      this.#guard(
        () => {
          name = selectName(self, args);
          isUnexpectedPromise(name, () => undefined);
          if (typeof name !== 'string' || name === '') throw new TypeError(`it answered ${typeof name}, no text`);
        },
        `The name function of "${site.nameFor(self)}"`,
      );
    }
    return typeof name === 'string' && name !== '' ? name : site.nameFor(self);
  }

  #recordCall(site: CallSite, entity: Segment | Subsegment, self: unknown, args: ArrayLike<unknown>): void {
    for (const record of site.before) {
      try {
        const answer: unknown = record(entity, args, self);
        if (answer !== undefined) isUnexpectedPromise(answer, (thrown) => this.#reportSelector(entity, thrown));
      } catch (thrown) {
        this.#reportSelector(entity, thrown);
      }
    }
  }

  #reportSelector(entity: Segment | Subsegment, thrown: unknown): void {
    this.#reportUserCode(`A selector of "${entity.name}"`, thrown);
  }

  /** Closes what `enter` or `openSegment` opened, after a result. Like `fail` and `abandon`, it never throws. */
  leave(frame: Frame, site: CallSite, result: unknown): void {
    const { entity } = frame;
    try {
      if (isRecorded(entity) && site.after.length > 0) this.#recordResult(site, entity, result);
      if (site.isSilent !== true) this.#closeOwn(entity);
    } catch (thrown) {
      this.reportFailure(thrown);
    }
  }

  #recordResult(site: CallSite, entity: Segment | Subsegment, result: unknown): void {
    if (types.isPromise(result)) {
      this.refuse(
        `result of ${entity.name}`,
        `The result of "${entity.name}" is a promise with members or a class of its own; it is not waited for, and so its ` +
          'value not recorded. Record it where it is awaited.',
      );
      return;
    }
    for (const record of site.after) {
      try {
        const answer: unknown = record(entity, result);
        if (answer !== undefined) isUnexpectedPromise(answer, (thrown) => this.#reportSelector(entity, thrown));
      } catch (thrown) {
        this.#reportSelector(entity, thrown);
      }
    }
  }

  /** What a call opened was never begun by hand: it has no context to give back. */
  #closeOwn(entity: Frame['entity']): void {
    if (!isRecorded(entity) || entity.endedAt !== undefined) {
      entity.close();
      return;
    }
    entity.endedAt = Math.max(entity.startedAt, this.#parts.clock.elapsed());
    this.#release(entity);
  }

  /** Closes what `enter` or `openSegment` opened, after a throw. */
  fail({ entity }: Frame, site: CallSite, thrown: unknown): void {
    if (site.isSilent === true) return;
    try {
      const members = new Members(thrown);
      if (isRecorded(entity)) entity.recordError(members, this.classify(members, site.classifyError));
      else if (entity.segment.witness !== undefined) this.#recordUnsampled(entity, members, site.classifyError);
      this.#closeOwn(entity);
    } catch (failure) {
      this.reportFailure(failure);
    }
  }

  /** Closes what `enter` opened and nothing will ever end, at a time of the engine's clock. */
  abandon({ entity }: Frame, site: CallSite, elapsedMillis: number): void {
    if (site.isSilent === true) return;
    try {
      if (isRecorded(entity)) this.#closeAt(entity, elapsedMillis);
      else entity.close({ endTime: (elapsedMillis + this.#parts.clock.anchor()) / 1000 });
    } catch (thrown) {
      this.reportFailure(thrown);
    }
  }

  /** Milliseconds of the clock that segments take their times from; before all times where that fails. Never throws. */
  elapsed(): number {
    try {
      return this.#parts.clock.elapsed();
    } catch (thrown) {
      this.reportFailure(thrown);
      return Number.NEGATIVE_INFINITY;
    }
  }

  /** Opens a segment and makes it the current one of this flow until it is closed. */
  beginSegment(operation: string, options: SegmentOptions): SegmentHandle | undefined {
    const opened = this.openSegment(operation, options, undefined);
    return opened && this.#begin(opened.entity);
  }

  /** Opens a subsegment and makes it the current one of this flow until it is closed; `undefined` without a context. */
  beginSubsegment(site: CallSite): SegmentHandle | undefined {
    const parent = liveFrame();
    if (parent !== undefined && !isRecorded(parent.entity)) {
      return new UnsampledSubsegment(parent.entity, site.nameFor(undefined), site.namespace, this.elapsed());
    }
    const opened = this.enter(site, undefined, []);
    return opened && this.#begin(opened.entity);
  }

  #begin(entity: Frame['entity']): SegmentHandle {
    const previous = comeBack(processState.context.current());
    const byHand = { previous, run: synchronousRun(), begun: [], cameBackFrom: undefined };
    const frame = new Frame(this, entity, byHand);
    if (previous?.byHand?.run === byHand.run) {
      const { begun } = previous.byHand;
      begun.push(frame);
      // What has left is nobody's child to be moved: looked through once for as many as are kept.
      if (begun.length % 2048 === 0)
        begun.splice(0, begun.length, ...begun.filter((each) => !(each.entity as Subsegment).isSent));
      if (entity instanceof Subsegment) entity.isProvisional = true;
    }
    processState.context.enter(frame);
    return entity;
  }

  runIn<T>(entity: Frame['entity'], fn: () => T): T {
    const { context } = processState;
    const caller = context.current();
    context.enter(new Frame(this, entity));
    try {
      return fn();
    } finally {
      context.enter(caller);
    }
  }

  noteError(entity: UnsampledSegment | UnsampledSubsegment, thrown: unknown): void {
    try {
      this.#recordUnsampled(entity, new Members(thrown), undefined);
    } catch (failure) {
      this.reportFailure(failure);
    }
  }

  #recordUnsampled(
    entity: UnsampledSegment | UnsampledSubsegment,
    members: Members,
    classifyError: ErrorClassifier | undefined,
  ): void {
    recordFailure(entity, { members, errorClass: this.classify(members, classifyError) }, this.#writer);
  }

  closeUnsampled(entity: UnsampledSegment | UnsampledSubsegment, options: CloseOptions | undefined): void {
    if (entity instanceof UnsampledSegment) this.#giveBackContext(entity);
    const { witness } = entity.segment;
    if (witness === undefined) return;
    try {
      if (options !== undefined && 'error' in options) this.noteError(entity, options.error);
      const endedAt = this.#endOf(entity, options);
      if (entity instanceof UnsampledSegment) this.#endWitnessed(entity, witness, endedAt);
      else endCall(entity, endedAt);
    } catch (thrown) {
      this.reportFailure(thrown);
    }
  }

  #endOf(entity: UnsampledSegment | UnsampledSubsegment, options: CloseOptions | undefined): number {
    const { clock } = this.#parts;
    return options?.endTime === undefined
      ? clock.elapsed()
      : this.#readTime(options.endTime, entity.name, clock.anchor());
  }

  #endWitnessed(segment: UnsampledSegment, witness: Witness, endedAt: number): void {
    const reason = this.#anomalies.judgeUnsampled(witness, endedAt);
    if (reason === undefined) return;
    this.#parts.diagnostics.count(reason === 'beyond the limit' ? 'anomalies beyond the limit' : 'anomalies captured');
    if (reason !== 'beyond the limit') this.#send(anomalyOf(segment, witness, { reason, endedAt }, this.#writer));
  }

  close(entity: Segment | Subsegment, options: CloseOptions | undefined): void {
    const { clock, diagnostics } = this.#parts;
    if (entity.endedAt !== undefined) {
      diagnostics.count('CLOSED_ALREADY');
      diagnostics.log('debug', `CLOSED_ALREADY: "${entity.name}" was closed before; the second close changes nothing.`);
      return;
    }
    if (options !== undefined) {
      this.#guard(() => {
        if ('error' in options) entity.error(options.error);
      }, `The error of "${entity.name}"`);
    }
    const end =
      options?.endTime === undefined
        ? clock.elapsed()
        : this.#readTime(options.endTime, entity.name, entity.segment.anchor);
    this.#closeAt(entity, end);
  }

  #closeAt(entity: Segment | Subsegment, elapsedMillis: number): void {
    if (entity.endedAt !== undefined) return;
    entity.endedAt = Math.max(entity.startedAt, elapsedMillis);
    this.#giveBackContext(entity);
    this.#release(entity);
  }

  /** Sends what has ended, or leaves it to whoever holds it. */
  #release(entity: Segment | Subsegment): void {
    if (entity instanceof Segment) {
      this.#open.delete(entity);
      this.#anomalies.judge(entity);
      this.#send(entity);
    } else if (entity.segment.isSent) {
      this.#open.delete(entity);
      entity.detach();
      this.#send(entity);
    } else {
      entity.finish();
      if (entity.segment.finished.length > this.#streamingThreshold) {
        for (const root of takeFinished(entity.segment)) this.#send(root);
      }
    }
  }

  #readTime(time: unknown, name: string, anchor: number): number {
    const millis = typeof time === 'number' ? time * 1000 : time instanceof Date ? time.getTime() : Number.NaN;
    if (Number.isFinite(millis) && Math.abs(millis) < MILLIS_BEYOND_DATES) return millis - anchor;
    this.refuse(
      `endTime of ${name}`,
      `The endTime of "${name}" was ${this.dataPolicy.text(printThrown(time))}; it takes a date or epoch seconds. The time of now is taken.`,
    );
    return this.#parts.clock.elapsed();
  }

  /** After the close of what was begun by hand: what was current before is current again in this flow. */
  #giveBackContext(entity: Frame['entity']): void {
    const found = findFrame(entity);
    if (found === undefined) return;
    releaseSiblings(found.frame, found.passed);
    processState.context.enter(comeBack(found.frame.byHand?.previous, { entity, before: undefined }));
  }

  #send(entity: Segment | Subsegment): void {
    let documents: readonly string[];
    try {
      documents = documentsOf(entity);
    } catch (thrown) {
      this.reportFailure(thrown);
      return;
    }
    settle(entity);
    if (this.#isClosed) {
      this.#parts.diagnostics.count('closed after the module', documents.length);
      return;
    }
    const { context } = processState;
    const caller = context.current();
    context.enter(this.#unrecorded);
    const { beforeSend } = this.#parts;
    if (beforeSend === undefined) this.#emit(documents);
    else for (const document of documents) this.#emit(this.#edit(document, beforeSend));
    context.enter(caller);
  }

  #emit(documents: readonly string[]): void {
    const { emitter } = this.#parts;
    for (const document of documents) this.#guard(() => emitter.emit(document), 'The emitter');
  }

  /** What `beforeSend` makes of the document: none, one, or several where it has become too large for one. */
  #edit(document: string, beforeSend: NonNullable<EngineParts['beforeSend']>): readonly string[] {
    const { diagnostics } = this.#parts;
    try {
      const draft = JSON.parse(document) as SegmentDocument;
      const answer = beforeSend(draft);
      if (answer === null || answer === false) {
        diagnostics.count('dropped by beforeSend');
        return [];
      }
      if (isUnexpectedPromise(answer, () => undefined))
        throw new TypeError('it answered a promise; it has to answer at once');
      if (answer !== undefined && !isDocument(answer)) throw new TypeError(`it answered ${typeof answer}, no document`);
      const edited: string | undefined = JSON.stringify(answer ?? draft);
      if (edited === undefined) throw new TypeError('it answered what JSON has no words for');
      return splitDocument(edited, DOCUMENT_BYTES);
    } catch (thrown) {
      this.#reportUserCode('beforeSend', thrown);
      return [document];
    }
  }

  /** @param first a classifier to be asked before that of the module */
  classify(members: Members, first?: ErrorClassifier): ErrorClass {
    for (const classifier of [first, this.#parts.classifyError]) {
      const answer = classifier && this.#ask(classifier, members.holder);
      if (answer !== undefined) return answer;
    }
    try {
      return classifyMembers(members);
    } catch {
      return 'fault';
    }
  }

  #ask(classifier: ErrorClassifier, thrown: unknown): ErrorClass | undefined {
    try {
      const answer = classifier(thrown);
      isUnexpectedPromise(answer, () => undefined);
      return ERROR_CLASSES.has(answer) ? answer : undefined;
    } catch (failure) {
      this.#reportUserCode('classifyError', failure);
      return undefined;
    }
  }

  refuse(subject: string, message: string): void {
    this.#parts.diagnostics.report(new StateError('VALUE_REFUSED', message), subject);
  }

  /** @throws StateError CONTEXT_MISSING where that is the strategy */
  missContext(what: string, below?: CallSite['entry']): void {
    if (!this.#isClosed) this.#parts.contextMissing.meet(what, below ?? this.missContext);
  }

  /** Counts and says once that recording itself failed; the traced call ran on without it. */
  reportFailure(thrown: unknown): void {
    const error = new StateError('RECORDING_FAILED', `Something was not recorded: ${printThrown(thrown)}`, {
      cause: thrown,
    });
    this.#parts.diagnostics.report(error, 'call');
  }

  flush(): Promise<void> {
    return this.#guardAsync(() => this.#parts.emitter.flush());
  }

  /** Sends what is still open as in progress, flushes, closes the emitter. Records nothing from then on. */
  shutDown(): Promise<void> {
    return (this.#shutDown ??= this.#end());
  }

  async #end(): Promise<void> {
    for (const entity of this.#open) this.#send(entity);
    this.#open.clear();
    this.#isClosed = true;
    this.#guard(() => this.#parts.decider.close(), 'The sampler');
    await this.#guardAsync(() => this.#parts.emitter.close());
  }

  #guard(work: () => unknown, who: string): void {
    try {
      isUnexpectedPromise(work(), (thrown) => this.#reportUserCode(who, thrown));
    } catch (thrown) {
      this.#reportUserCode(who, thrown);
    }
  }

  async #guardAsync(work: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${EMITTER_MILLIS} ms`)), EMITTER_MILLIS);
    });
    try {
      await Promise.race([work(), late]);
    } catch (thrown) {
      this.#reportUserCode('The emitter', thrown);
    } finally {
      clearTimeout(timer);
    }
  }

  #reportUserCode(who: string, thrown: unknown): void {
    const error = new StateError('USER_CODE_FAILED', `${who} threw: ${printThrown(thrown)}`, { cause: thrown });
    this.#parts.diagnostics.report(error, who);
  }
}

const NO_HEADER = new TraceHeader({});
const UNDESCRIBED: SamplingRequest = Object.freeze({ service: '', operation: '' });
/** No trace at all, and so no anomaly either. */
const IGNORED: Decision = { ...UNSAMPLED };
/** How long a flush or a close waits for the emitter. */
const EMITTER_MILLIS = 5000;
const ERROR_CLASSES: ReadonlySet<unknown> = new Set<ErrorClass>(['error', 'fault', 'throttle', 'none']);
/** The range of JavaScript's dates; epoch milliseconds given for seconds lie beyond it. */
const MILLIS_BEYOND_DATES = 8.64e14;

function isDocument(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && typeof (answer as Partial<SegmentDocument>).id === 'string';
}

function headerOf(caller: Frame | undefined): TraceHeader {
  return caller === undefined ? NO_HEADER : TraceHeader.parse(caller.entity.header());
}

/** After the documents have left: what was complete is sent, and nobody's child any more. */
function settle(root: Segment | Subsegment): void {
  const pending: (Segment | Subsegment)[] = [root];
  for (let entity = pending.pop(); entity !== undefined; entity = pending.pop()) {
    if (entity.endedAt !== undefined) entity.leave();
    for (const child of entity.children ?? []) pending.push(child);
    entity.children = undefined;
  }
}
