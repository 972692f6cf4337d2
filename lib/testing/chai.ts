// Nothing of chai is imported, not even its types: the door opens with chai 4, 5 and 6, and compiles without @types/chai.
import { compareTrees, type TreeOptions } from './assert-tree.js';
import {
  matchesException,
  printException,
  printExpectedException,
  type ExceptionPattern,
} from './exception-pattern.js';
import type { ExpectedTree } from './expected-tree.js';
import { matches, printPattern } from './pattern.js';
import { explainMiss, search, type Path } from './path.js';
import { rootsOf, type Recorded } from './print-trace.js';
import type { RecordedEntity } from './recorded-entity.js';

declare global {
  // The only way to add to chai's own types.
  // oxlint-disable-next-line typescript/no-namespace
  namespace Chai {
    interface Assertion {
      /** A subsegment is at the path, as `RecordedTrace.find` reads one; what follows is about it. */
      subsegment(...path: Path): Assertion;
      /** A segment is at the path, by its name or its operation; what follows is about it. */
      segment(...path: Path): Assertion;
      /** The annotation is there, and is like the value where one is given. */
      annotation(key: string, value?: unknown): Assertion;
      /** The metadata is there, and is like the value where one is given. The namespace is `default` unless one is named. */
      metadata(key: string, value?: unknown, namespace?: string): Assertion;
      /** An exception was recorded on it: any, or the one that is meant. */
      exception(pattern?: ExceptionPattern): Assertion;
      /** What was recorded is as expected, as `assertTree` compares. */
      tree(expected: ExpectedTree, options?: TreeOptions): Assertion;
      /** It is flagged as a fault: the service's own failure. */
      readonly fault: Assertion;
      /** It is flagged as an error: the caller's failure. */
      readonly error: Assertion;
      /** It is flagged as a throttle. */
      readonly throttle: Assertion;
      /** It was never closed. */
      readonly inProgress: Assertion;
    }
  }
}

/** What an assertion is to a plugin of chai. */
interface PluginAssertion {
  assert(
    isTrue: unknown,
    message: string | (() => string),
    negatedMessage: string | (() => string),
    expected?: unknown,
    actual?: unknown,
    showDiff?: boolean,
  ): void;
}

/** What this plugin needs of chai, of whichever version. */
export interface PluggableChai {
  readonly Assertion: object;
}

/** What this plugin needs of chai's utilities. */
export interface PluginUtilities {
  addMethod(prototype: object, name: string, method: (...args: never[]) => unknown): void;
  addProperty(prototype: object, name: string, getter: () => unknown): void;
  flag(assertion: object, name: string, value?: unknown): unknown;
}

/**
 * The plugin for chai's `use`: assertions about recorded traces and entities. `expect(trace).to.have.subsegment('Orders.place')` goes on with
 * the subsegment that it found: `.with.annotation('item', 'tea').and.is.a.fault`. Of a trace with one root, flags and values are the
 * root's.
 */
export function radiographChai({ Assertion }: PluggableChai, utilities: PluginUtilities): void {
  const { prototype } = Assertion as { prototype: object };
  const addMethod = (name: string, method: (this: PluginAssertion, ...args: never[]) => void): void =>
    utilities.addMethod(prototype, name, method);

  const subjectOf = (assertion: PluginAssertion): unknown => utilities.flag(assertion, 'object');

  const goOn = (assertion: PluginAssertion, path: Path, isSegment: boolean): void => {
    const subject = subjectOf(assertion);
    const roots = rootsOf(subject as Recorded);
    // Of an entity: what is below it.
    const below = isEntity(subject) ? subject.children : roots;
    const kind = isSegment ? 'segment' : 'subsegment';
    const all = search(below, path);
    const found = all.find((entity) => entity.isSegment === isSegment);
    assertion.assert(
      found !== undefined,
      () => (all.length > 0 ? `What was recorded at ${printPath(path)} is no ${kind}.` : explainMiss(below, path)),
      `expected no ${kind} at ${printPath(path)}, but one was recorded`,
    );
    if (found !== undefined && utilities.flag(assertion, 'negate') !== true) utilities.flag(assertion, 'object', found);
  };
  addMethod('subsegment', function subsegment(...path: Path) {
    goOn(this, path, false);
  });
  addMethod('segment', function segment(...path: Path) {
    goOn(this, path, true);
  });

  addMethod('annotation', function annotation(...[key, value]: [key: string, value?: unknown]) {
    const { name, annotations } = entityOf(subjectOf(this));
    assertValue(this, { subject: name, noun: 'annotation', key, values: annotations, pattern: value });
  });
  addMethod('metadata', function metadata(key: string, value?: unknown, namespace = 'default') {
    const { name, metadata: values } = entityOf(subjectOf(this));
    const noun = namespace === 'default' ? 'metadata' : `metadata of "${namespace}"`;
    assertValue(this, { subject: name, noun, key, values: values[namespace] ?? {}, pattern: value });
  });

  addMethod('exception', function exception(pattern?: ExceptionPattern) {
    const { name, exceptions } = entityOf(subjectOf(this));
    const isThere = pattern === undefined ? exceptions.length > 0 : matchesException(pattern, exceptions);
    const meant = pattern === undefined ? 'an exception' : `the exception ${printExpectedException(pattern)}`;
    const recorded =
      exceptions.length === 0 ? 'none was recorded' : `recorded was ${exceptions.map(printException).join(', ')}`;
    this.assert(
      isThere,
      `expected ${name} to have ${meant}, but ${recorded}`,
      `expected ${name} not to have ${meant}, but ${recorded}`,
    );
  });

  addMethod('tree', function tree(expected: ExpectedTree, options: TreeOptions = {}) {
    const mismatch = compareTrees(subjectOf(this) as Recorded, expected, options);
    this.assert(
      mismatch === undefined,
      () => mismatch?.message ?? '',
      'expected another tree than the one that was recorded',
      mismatch?.expected,
      mismatch?.actual,
      false,
    );
  });

  const addFlag = (name: string, claim: string, read: (entity: RecordedEntity) => boolean): void =>
    utilities.addProperty(prototype, name, function flag(this: PluginAssertion) {
      const entity = entityOf(subjectOf(this));
      this.assert(read(entity), `expected ${entity.name} to be ${claim}`, `expected ${entity.name} not to be ${claim}`);
    });
  addFlag('fault', 'a fault', ({ isFault }) => isFault);
  addFlag('error', 'an error', ({ isError }) => isError);
  addFlag('throttle', 'a throttle', ({ isThrottle }) => isThrottle);
  addFlag('inProgress', 'in progress', ({ isInProgress }) => isInProgress);
}

interface ExpectedValue {
  readonly subject: string;
  readonly noun: string;
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Absent where any value will do. */
  readonly pattern: unknown;
}

function assertValue(assertion: PluginAssertion, { subject, noun, key, values, pattern }: ExpectedValue): void {
  const isThere = Object.hasOwn(values, key);
  const isAsked = pattern === undefined ? '' : ` ${printPattern(pattern)}`;
  const keys = Object.keys(values);
  const others = keys.length === 0 ? `it has no ${noun}` : `it has ${keys.join(', ')}`;
  const recorded = isThere ? `it is ${JSON.stringify(values[key])}` : others;
  assertion.assert(
    isThere && (pattern === undefined || matches(pattern, values[key])),
    `expected ${subject} to have the ${noun} "${key}"${isAsked}, but ${recorded}`,
    `expected ${subject} not to have the ${noun} "${key}"${isAsked}, but ${recorded}`,
  );
}

function isEntity(subject: unknown): subject is RecordedEntity {
  return typeof subject === 'object' && subject !== null && 'children' in subject && 'annotations' in subject;
}

function entityOf(subject: unknown): RecordedEntity {
  const roots = rootsOf(subject as Recorded);
  const [only] = roots;
  if (only !== undefined && roots.length === 1) return only;
  throw new TypeError(
    `The trace has ${roots.length} roots: find the entity that is meant, trace.find('Orders.place').`,
  );
}

function printPath(path: Path): string {
  return path.map(String).join(' > ');
}
