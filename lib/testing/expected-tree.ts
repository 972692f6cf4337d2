import { inspect } from 'node:util';
import { nearest } from '../foundation/nearest.js';
import type { ExceptionPattern } from './exception-pattern.js';

/**
 * What an entity has to be like: only what is named is compared. A value may be a RegExp for a text, a function that says yes or no,
 * or a matcher of sinon, jest or vitest.
 */
export interface ExpectedEntity {
  readonly name?: string | RegExp | undefined;
  readonly isSegment?: boolean | undefined;
  readonly isInProgress?: boolean | undefined;
  readonly isError?: boolean | undefined;
  readonly isFault?: boolean | undefined;
  readonly isThrottle?: boolean | undefined;
  /** A number, or a function of one: times are exact under fake timers only. */
  readonly durationMillis?: number | ((millis: number) => boolean) | undefined;
  /** By key; `undefined` for one that must not be there. */
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
  /** By namespace and key; `undefined` for one that must not be there. Of an object, only the members that are named count. */
  readonly metadata?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** One of the exceptions recorded on it; `false` for none. */
  readonly exception?: ExceptionPattern | false | undefined;
  /** All of its children, in the order in which they began, unless it is said otherwise. A text or RegExp is a child's name. */
  readonly children?: ExpectedChildren | undefined;
}

export type ExpectedChild = string | RegExp | ExpectedEntity;

export type ExpectedChildren =
  | readonly ExpectedChild[]
  /** All of them, in any order: for work that runs concurrently. */
  | { readonly inAnyOrder: readonly ExpectedChild[] }
  /** These, in any order, among others. */
  | { readonly including: readonly ExpectedChild[] };

/** The text that `printTrace` prints; or what the root has to be like; or, of several roots, each. */
export type ExpectedTree = string | ExpectedEntity | readonly ExpectedEntity[];

/** An expectation with nothing left to be read out of it. */
export interface ExpectedNode {
  readonly entity: ExpectedEntity;
  readonly children: ExpectedFamily | undefined;
}

export interface ExpectedFamily {
  readonly order: 'as given' | 'any' | 'among others';
  readonly nodes: readonly ExpectedNode[];
}

const MEMBERS = [
  'name',
  'isSegment',
  'isInProgress',
  'isError',
  'isFault',
  'isThrottle',
  'durationMillis',
  'annotations',
  'metadata',
  'exception',
  'children',
] as const satisfies readonly (keyof ExpectedEntity)[];

/** @throws TypeError naming what cannot be meant: a member that does not exist would otherwise be compared with nothing */
export function readExpected(expected: Exclude<ExpectedTree, string>, inAnyOrder: boolean): ExpectedFamily {
  const roots = Array.isArray(expected) ? (expected as readonly ExpectedEntity[]) : [expected as ExpectedEntity];
  return readFamily(roots, inAnyOrder);
}

function readFamily(children: ExpectedChildren, inAnyOrder: boolean): ExpectedFamily {
  const read = (each: readonly ExpectedChild[]): ExpectedNode[] => each.map((child) => readNode(child, inAnyOrder));
  if (Array.isArray(children)) {
    return { order: inAnyOrder ? 'any' : 'as given', nodes: read(children as readonly ExpectedChild[]) };
  }
  const given: unknown = children;
  if (typeof given === 'object' && given !== null && Object.keys(given).length === 1) {
    if ('inAnyOrder' in given && Array.isArray(given.inAnyOrder))
      return { order: 'any', nodes: read(given.inAnyOrder) };
    if ('including' in given && Array.isArray(given.including)) {
      return { order: 'among others', nodes: read(given.including) };
    }
  }
  const allowed = 'an array, { inAnyOrder: [...] } or { including: [...] }';
  throw new TypeError(
    `The children that are expected are given as ${allowed}; it was ${inspect(given, { depth: 0 })}.`,
  );
}

function readNode(child: ExpectedChild, inAnyOrder: boolean): ExpectedNode {
  if (typeof child === 'string' || child instanceof RegExp) return { entity: { name: child }, children: undefined };
  const given: unknown = child;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const allowed = 'a name, a RegExp for one, or an object';
    throw new TypeError(`An expected entity is ${allowed}; it was given ${inspect(given, { depth: 0 })}.`);
  }
  for (const member of Object.keys(given)) {
    if ((MEMBERS as readonly string[]).includes(member)) continue;
    const meant = nearest(member, MEMBERS);
    const remedy = meant === undefined ? `It has: ${MEMBERS.join(', ')}.` : `Did you mean ${meant}?`;
    throw new TypeError(`An expected entity has no member "${member}". ${remedy}`);
  }
  const entity = given as ExpectedEntity;
  return {
    entity,
    children: entity.children === undefined ? undefined : readFamily(entity.children, inAnyOrder),
  };
}
