import { ANNOTATIONS_PER_TRACE } from './annotations.js';
import { CauseRecorder } from './cause.js';
import { Entity } from './entity.js';
import type { Keeper } from './keeper.js';
import type { Link } from './link.js';
import type { Subsegment } from './subsegment.js';
import { TraceHeader } from './trace-header.js';

/** What one service did for one request: the root of what this process records of a trace. */
export class Segment extends Entity {
  readonly segment = this;
  readonly trace: string;
  /** Id of the segment or subsegment that called, from the incoming header. */
  readonly parentId: string | undefined;
  readonly keeper: Keeper;
  /** Epoch milliseconds to add to the segment's times. */
  readonly anchor: number;
  /** The sampling rule that decided for it; `undefined` where none did. */
  readonly ruleName: string | undefined;
  readonly #incoming: TraceHeader | undefined;
  #causes: CauseRecorder | undefined;
  #annotationCount = 0;
  userId: string | undefined = undefined;
  /** Status or code of the latest error on the segment itself; `undefined` where it had neither. */
  errorCode: string | undefined = undefined;
  links: Link[] | undefined = undefined;
  /** Subsegments that have finished since some last left early, in the order in which they did. */
  finished: Subsegment[] = [];
  /** The first segment of the trace in this process: exceptions, annotations and the anchor of times are the trace's. */
  readonly #first: Segment;

  constructor(opening: {
    readonly id: string;
    readonly name: string;
    readonly trace: string;
    readonly incoming?: TraceHeader | undefined;
    readonly keeper: Keeper;
    /** The segment of the same trace within which this one is opened. */
    readonly within?: Segment | undefined;
    readonly anchor: number;
    readonly startedAt: number;
    readonly ruleName?: string | undefined;
  }) {
    super(opening.id, opening.keeper.dataPolicy.entityName(opening.name), opening.startedAt);
    this.trace = opening.trace;
    this.parentId = opening.incoming?.parent;
    this.keeper = opening.keeper;
    this.#first = opening.within === undefined ? this : opening.within.#first;
    this.anchor = opening.within?.anchor ?? opening.anchor;
    this.ruleName = opening.ruleName;
    this.#incoming = opening.incoming;
  }

  /** The exceptions recorded in this trace so far. */
  get causes(): CauseRecorder {
    return (this.#first.#causes ??= new CauseRecorder(() => this.keeper.nextId(), this.keeper.dataPolicy));
  }

  override leave(): void {
    super.leave();
    this.links = undefined;
    this.finished = [];
  }

  /** Takes one of the annotations that the trace may have; answers `false`, and says so, when there are none left. */
  takeAnnotation(key: string): boolean {
    if (this.#first.#annotationCount < ANNOTATIONS_PER_TRACE) {
      this.#first.#annotationCount += 1;
      return true;
    }
    this.keeper.refuse(
      `annotation limit ${this.name}`,
      `The annotation "${key}" is the ${ANNOTATIONS_PER_TRACE + 1}st of its trace; X-Ray indexes ${ANNOTATIONS_PER_TRACE}. ` +
        'It is kept as metadata of the same name; use metadata for what needs no search.',
    );
    return false;
  }

  override responseHeader(): string {
    return this.#incoming?.sampled === '?' ? `Root=${this.trace};Sampled=1` : '';
  }

  /** The outgoing header of a request sent by the segment or subsegment with the given id. */
  headerFor(parent: string): string {
    const incoming = this.#incoming;
    if (incoming === undefined) return `Root=${this.trace};Parent=${parent};Sampled=1`;
    const { lineage, extra } = incoming;
    return new TraceHeader({ root: this.trace, parent, sampled: true, lineage, extra }).toString();
  }
}
