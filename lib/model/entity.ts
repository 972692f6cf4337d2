import { printThrown } from '../foundation/errors.js';
import { KeyedList } from '../foundation/keyed-list.js';
import { toAnnotationValue } from './annotations.js';
import type { AwsRecord } from './aws-record.js';
import { EXCEPTIONS_PER_ENTITY, typeOf, type Cause } from './cause.js';
import { ENTITY_ID, parseTraceId } from './trace-id.js';
import { LINKS_PER_SEGMENT, type Link } from './link.js';
import { classifyStatus, errorCodeOf, type ErrorClass } from './error-class.js';
import { defined, mergeHttp, type HttpRecord } from './http-record.js';
import { cleanNamespace, DEFAULT_NAMESPACE, setOwn } from './metadata.js';
import type { CloseOptions, SegmentHandle } from './segment-handle.js';
import type { Segment } from './segment.js';
import type { SqlRecord } from './sql-record.js';
import type { Subsegment } from './subsegment.js';
import { Members } from './read.js';
import { cut, TEXT_LIMIT } from './text.js';

/** Members of a JSON object: the text of each value by its key as text, with the colon, for whoever puts them together. */
export type MemberTexts = KeyedList<string>;

/**
 * What a segment and a subsegment have in common: the state of one stretch of work. It knows nothing of documents; of the
 * recorder it knows its segment's `Keeper`.
 */
export abstract class Entity implements SegmentHandle {
  abstract readonly segment: Segment;
  readonly isSampled = true;
  readonly id: string;
  readonly name: string;
  /** Milliseconds of the segment's clock. */
  readonly startedAt: number;
  endedAt: number | undefined = undefined;
  isError = false;
  isFault = false;
  isThrottle = false;
  cause: Cause | undefined = undefined;
  annotations: MemberTexts | undefined = undefined;
  /** Of the default namespace, which most metadata is in. */
  metadataTexts: MemberTexts | undefined = undefined;
  /** Of the others, by namespace, as text with a colon and the brace that opens it. */
  namespaceTexts: KeyedList<MemberTexts> | undefined = undefined;
  httpRecord: HttpRecord | undefined = undefined;
  sqlRecord: SqlRecord | undefined = undefined;
  /** JSON text by member. */
  awsTexts: Record<string, string> | undefined = undefined;
  /** What it holds: its children that have not left, and those of a child that has. */
  children: Subsegment[] | undefined = undefined;
  /** How many of `children` are open, or have something open below them. */
  unfinished = 0;

  protected constructor(id: string, name: string, startedAt: number) {
    this.id = id;
    this.name = name;
    this.startedAt = startedAt;
  }

  get traceId(): string {
    return this.segment.trace;
  }

  get isClosed(): boolean {
    return this.endedAt !== undefined;
  }

  /** Whether it is closed, and everything below it too. */
  get isFinished(): boolean {
    return this.endedAt !== undefined && this.unfinished === 0;
  }

  /** Takes note that its complete document has left: it takes nothing any more, and gives back what it held. */
  leave(): void {
    this.isSent = true;
    this.cause = undefined;
    this.annotations = undefined;
    this.metadataTexts = undefined;
    this.namespaceTexts = undefined;
    this.httpRecord = undefined;
    this.sqlRecord = undefined;
    this.awsTexts = undefined;
  }

  annotate(keyOrRecord: string | Readonly<Record<string, unknown>>, value?: unknown): this {
    // Without a closure, which each call of a decorator would make: what reads the value of one key has a guard of its own.
    if (typeof keyOrRecord === 'string') {
      this.#annotateOne(keyOrRecord, value);
      return this;
    }
    return this.#take('annotations', () => {
      for (const key of Object.keys(keyOrRecord)) this.#annotateOne(key, readSafely(keyOrRecord, key));
    });
  }

  #annotateOne(key: string, value: unknown): void {
    if (value === undefined || value === null || !this.#isOpen('annotation', key)) return;
    const { dataPolicy } = this.segment.keeper;
    const entry = dataPolicy.entryOf(key);
    const text = dataPolicy.annotation(key, value, entry);
    if (text === undefined) {
      this.segment.keeper.refuse(
        `annotation ${key}`,
        `The annotation "${entry.name}" was given ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}; it takes text, ` +
          'a number or a boolean. It is kept as metadata of the same name; annotate with one of its members instead.',
      );
      this.metadata(key, value);
      return;
    }
    if (entry.annotation !== entry.name) {
      this.segment.keeper.refuse(
        `key ${entry.annotation} of ${this.name}`,
        `The annotation "${cut(entry.name, 100)}" is kept as "${cut(entry.annotation, 100)}": X-Ray takes letters, digits and underscores in a key, at most 500.`,
      );
    }
    const isKnown = this.annotations?.get(entry.annotationText) !== undefined;
    if (isKnown || this.segment.takeAnnotation(entry.annotation)) {
      (this.annotations ??= new KeyedList()).set(entry.annotationText, text);
    } else this.metadata(key, value);
  }

  metadata(keyOrRecord: string | Readonly<Record<string, unknown>>, value?: unknown, namespace?: string): this {
    if (typeof keyOrRecord === 'string' && namespace === undefined) {
      this.#metadataOne(keyOrRecord, value, DEFAULT_NAMESPACE);
      return this;
    }
    return this.#take('metadata', () => {
      if (typeof keyOrRecord === 'string') {
        this.#metadataOne(keyOrRecord, value, namespace ?? DEFAULT_NAMESPACE);
      } else {
        // For a record the namespace is the second argument.
        const into = typeof value === 'string' ? value : DEFAULT_NAMESPACE;
        for (const key of Object.keys(keyOrRecord)) this.#metadataOne(key, readSafely(keyOrRecord, key), into);
      }
    });
  }

  #metadataOne(key: string, value: unknown, namespace: string): void {
    if (!this.#isOpen('metadata', key)) return;
    const { dataPolicy } = this.segment.keeper;
    const entry = dataPolicy.entryOf(key);
    const text = dataPolicy.snapshot(key, value, entry);
    // A getter of the value may have closed it.
    if (!this.#isOpen('metadata', key)) return;
    const texts = namespace === DEFAULT_NAMESPACE ? (this.metadataTexts ??= new KeyedList()) : this.#textsOf(namespace);
    texts.set(entry.metadataText, text);
  }

  #textsOf(namespace: string): MemberTexts {
    const name = cleanNamespace(this.segment.keeper.dataPolicy.key(namespace));
    if (name === DEFAULT_NAMESPACE) return (this.metadataTexts ??= new KeyedList());
    const namespaces = (this.namespaceTexts ??= new KeyedList());
    const text = `${JSON.stringify(name)}:{`;
    let texts = namespaces.get(text);
    if (texts === undefined) namespaces.set(text, (texts = new KeyedList()));
    return texts;
  }

  error(thrown: unknown): this {
    return this.#take('error', () => {
      if (!this.#isOpen('error')) return;
      const members = new Members(thrown);
      this.recordError(members, this.segment.keeper.classify(members));
    });
  }

  /** Records an exception of which it is known what it means. */
  recordError(members: Members, errorClass: ErrorClass): void {
    this.#take('error', () => {
      const { keeper, causes } = this.segment;
      this.flag(errorClass);
      if ((this as unknown) === this.segment) this.segment.errorCode = errorCodeOf(members);
      if (typeof this.cause === 'object' && this.cause.length >= EXCEPTIONS_PER_ENTITY) {
        keeper.refuse(
          `exceptions of ${this.name}`,
          `"${this.name}" has recorded ${EXCEPTIONS_PER_ENTITY} exceptions; of further ones only the flags are set. ` +
            'Record them in subsegments of their own.',
        );
        return;
      }
      const cause = causes.record(members.holder, members);
      this.cause = typeof cause === 'string' ? (this.cause ?? cause) : mergeCauses(this.cause, cause);
      if (typeof cause === 'string') return;
      const message = members.read('message');
      if (typeof message === 'string' && message.length > TEXT_LIMIT)
        this.metadata('error_message', message, 'radiograph');
      if (keeper.detailsErrors) this.#detail(members);
    });
  }

  #detail(read: Members): void {
    const { holder: thrown } = read;
    this.annotate('error_type', typeOf(read));
    if (typeof thrown !== 'object' || thrown === null) return;
    const members: Record<string, unknown> = {};
    for (const key of Object.keys(thrown)) setOwn(members, key, read.readOrSay(key));
    this.metadata('error', members, 'radiograph');
  }

  /** Sets the flags that stand for `errorClass`; flags that are set stay set. */
  flag(errorClass: ErrorClass): void {
    this.isError ||= errorClass === 'error' || errorClass === 'throttle';
    this.isThrottle ||= errorClass === 'throttle';
    this.isFault ||= errorClass === 'fault';
  }

  http(record: HttpRecord): this {
    return this.#take('http data', () => {
      if (!this.#isOpen('http data')) return;
      const { request, response } = mergeHttp(undefined, record);
      const cleaned = request === undefined ? {} : { request: this.segment.keeper.dataPolicy.texts(request) };
      this.httpRecord = mergeHttp(this.httpRecord, { ...cleaned, ...(response && { response }) });
      const { status } = this.httpRecord.response ?? {};
      if (status !== undefined) this.flag(classifyStatus(status));
    });
  }

  sql(record: SqlRecord): this {
    return this.#take('sql data', () => {
      if (!this.#isOpen('sql data')) return;
      this.sqlRecord = { ...this.sqlRecord, ...this.segment.keeper.dataPolicy.sql(defined(record)) };
    });
  }

  aws(record: AwsRecord): this {
    return this.#take('aws data', () => {
      if (!this.#isOpen('aws data')) return;
      const texts = { ...this.awsTexts };
      for (const key of Object.keys(record)) {
        const value = readSafely(record, key);
        // As text at once: what changes in it later is not seen.
        if (value !== undefined) setOwn(texts, key, this.#awsText(key, value));
      }
      this.awsTexts = texts;
    });
  }

  #awsText(key: string, value: unknown): string {
    const { dataPolicy } = this.segment.keeper;
    const isText = typeof value === 'string' && !dataPolicy.hides(key, value);
    return isText ? JSON.stringify(dataPolicy.text(value)) : dataPolicy.snapshot(key, value);
  }

  user(id: string): this {
    return this.#take('user', () => {
      const text = toAnnotationValue(id);
      if (text !== undefined && this.segment.#isOpen('user')) this.segment.userId = cut(String(text));
    });
  }

  link({ traceId, id, attributes }: Link): this {
    return this.#take('link', () => {
      const { segment } = this;
      if (!segment.#isOpen('link')) return;
      const trace = parseTraceId(traceId);
      if (trace === undefined || !ENTITY_ID.test(id) || (segment.links?.length ?? 0) >= LINKS_PER_SEGMENT) {
        segment.keeper.refuse(
          `link of ${segment.name}`,
          `A link to ${segment.keeper.dataPolicy.text(JSON.stringify({ traceId, id }))} was refused. It takes a trace id, a segment id of 16 hex digits, and a ` +
            `segment takes ${LINKS_PER_SEGMENT} links.`,
        );
        return;
      }
      const kept =
        attributes && (JSON.parse(segment.keeper.dataPolicy.snapshot('link', attributes)) as typeof attributes);
      (segment.links ??= []).push({ traceId: trace, id, ...(kept && { attributes: kept }) });
    });
  }

  header(): string {
    return this.segment.headerFor(this.id);
  }

  responseHeader(): string {
    return this.segment.responseHeader();
  }

  run<T>(fn: () => T): T {
    return this.segment.keeper.runIn(this as unknown as Segment | Subsegment, fn);
  }

  close(options?: CloseOptions): void {
    this.segment.keeper.close(this as unknown as Segment | Subsegment, options);
  }

  [Symbol.dispose](): void {
    if (!this.isClosed) this.close();
  }

  /** Runs what reads the user's values: a getter or a proxy may throw, and a handle never does. */
  #take(what: string, read: () => void): this {
    try {
      read();
    } catch (thrown) {
      this.segment.keeper.refuse(
        `${what} of ${this.name}`,
        `The ${what} of "${this.name}" could not be read: ${this.segment.keeper.dataPolicy.text(printThrown(thrown))}. Give plain values.`,
      );
    }
    return this;
  }

  #isOpen(what: string, key?: string): boolean {
    // A subsegment that is closed but has not left yet can still take what comes late; a sent one cannot.
    if (!this.isSent) return true;
    this.segment.keeper.refuse(
      `late ${what} on ${this.name}`,
      `The ${what}${key === undefined ? '' : ` "${this.segment.keeper.dataPolicy.key(key)}"`} came after "${this.name}" had been closed and sent. Record it before the close.`,
    );
    return false;
  }

  /** Whether its complete document has left. */
  isSent = false;
}

function readSafely(record: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return record[key];
  } catch {
    return '[threw when read]';
  }
}

function mergeCauses(before: Cause | undefined, added: Exclude<Cause, string>): Cause {
  return before === undefined || typeof before === 'string' ? added : [...before, ...added];
}
