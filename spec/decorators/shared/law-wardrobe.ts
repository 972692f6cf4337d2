import { types } from 'node:util';
import fc from 'fast-check';
import { Annotate, Metadata, Traced, TracedTask, Untraced } from '#lib/index.js';
import type { Member } from '../../support/random-method.js';
import { MEMBERS, type LawClass, type Wardrobe, type Wear, type Worn } from './law-class.js';

/** A decorator of ours, or of somebody else: that one stands on the twin too. */
export interface Choice {
  readonly isOurs: boolean;
  readonly make: () => Wear;
  readonly toString: () => string;
}

type Outfit = readonly [Choice, Choice, Choice];

/** What a class and its members wear. */
export type Outfits = Readonly<Record<keyof Wardrobe, Outfit>>;

/** A decorator that changes nothing, in the places of ours on a twin. */
export const nothing: Wear = (() => undefined) as () => never;

function ours(what: string, make: () => unknown): Choice {
  return { isOurs: true, make: make as () => Wear, toString: () => what };
}

function foreign(what: string, decorate: (fn: Fn) => Fn): Choice {
  return { isOurs: false, make: () => onFunction(decorate), toString: () => what };
}

type Fn = (...args: unknown[]) => unknown;

/** A decorator of another library's, which knows both dialects. */
function onFunction(decorate: (fn: Fn) => Fn): Wear {
  return ((target: unknown, _place: unknown, descriptor: PropertyDescriptor | undefined) => {
    if (descriptor === undefined) return typeof target === 'function' ? decorate(target as Fn) : undefined;
    return typeof descriptor.value === 'function'
      ? { ...descriptor, value: decorate(descriptor.value as Fn) }
      : undefined;
  }) as Wear;
}

const NONE: Choice = { isOurs: false, make: () => nothing, toString: () => 'nothing' };
const FOREIGN: readonly Choice[] = [
  foreign('a wrapper', (fn) => {
    const { wrapper } = {
      wrapper(this: unknown, ...args: unknown[]): unknown {
        return Reflect.apply(fn, this, args);
      },
    };
    return wrapper;
  }),
  foreign('a mark', (fn) => {
    Reflect.defineMetadata('mark', fn.name, fn);
    return Object.assign(fn, { mark: true });
  }),
  foreign('a name', (fn) => Object.defineProperty(fn, 'name', { value: 'renamed', configurable: true })),
];

const SELECTORS: readonly (readonly [what: string, select: (...args: unknown[]) => unknown])[] = [
  // A promise that a selector answers counts as handled, be it the user's own.
  ['the first', (first) => (types.isPromise(first) ? 'a promise' : first)],
  ['all', (...args) => args],
  [
    'this',
    function self(this: unknown) {
      return types.isPromise(this) ? 'a promise' : this;
    },
  ],
  ['a text', () => 'selected'],
  ['nothing', () => undefined],
  ['false', () => false],
  ['a rejection', () => Promise.reject(new Error('selector'))],
  [
    'a throw',
    () => {
      throw new Error('selector');
    },
  ],
];

const selector = fc.constantFrom(...SELECTORS).map(([, select]) => select);
const constant = fc.constantFrom<unknown>('text', 7, true, 10n);
const key = fc.constantFrom('a', 'b', 'user.id', 'operation');
const result = selector.map((select) => ({ result: select }));
const everything = {
  namespace: fc.constantFrom('aws', 'remote'),
  annotations: fc.dictionary(key, fc.oneof(selector, constant), { maxKeys: 2 }),
  metadata: fc.dictionary(key, fc.oneof(selector, constant), { maxKeys: 2 }),
  captureArguments: fc.oneof(fc.boolean(), selector),
  captureResult: fc.oneof(fc.boolean(), selector),
  when: selector,
  classifyError: selector,
};

function optionsOf(
  decorator: (options: never) => unknown,
  extra: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Choice> {
  const options = fc.record({ ...everything, ...extra }, { requiredKeys: [] });
  return options.map((given) => ours(`@Traced(${fc.stringify(given)})`, () => decorator(given as never)));
}

/** `@Traced` with any options. */
export const traced = optionsOf(Traced, { name: fc.oneof(fc.constantFrom('fixed', '{class}::{method}'), selector) });
const tracedClass = optionsOf(Traced, {
  name: fc.constant('{class}::{method}'),
  only: fc.constantFrom<unknown>(/^[a-p]/, ['plain', 'rows'], () => true),
  except: fc.constantFrom<unknown>(/s$/g, ['later']),
});
const tracedTask = fc
  .option(fc.oneof(fc.constant('{method}'), selector), { nil: undefined })
  .map((operation) => ours(`@TracedTask(${String(operation)})`, () => TracedTask(operation as never)));
const recorded = fc
  .tuple(fc.boolean(), key, fc.oneof(constant, selector, result))
  .map(([isAnnotation, name, value]) =>
    ours(`@Annotate or @Metadata(${name}, ${fc.stringify(value)})`, () =>
      isAnnotation ? Annotate(name, value as never) : Metadata(name, value as never),
    ),
  );
const recordedOnClass = fc
  .tuple(fc.boolean(), key)
  .map(([isAnnotation, name]) =>
    ours(`@Annotate(${name}, 1)`, () => (isAnnotation ? Annotate(name, 1) : Metadata(name, 1))),
  );
const untraced = fc.constant(ours('@Untraced()', () => Untraced()));
const none = fc.constant(NONE);
const strangers = fc.constantFrom(...FOREIGN);

function three(...choices: fc.Arbitrary<Choice>[]): fc.Arbitrary<Outfit> {
  const one = fc.oneof(...choices);
  return fc.tuple(one, one, one);
}

const outfitOfMethod = fc.oneof(
  { weight: 6, arbitrary: three(traced, traced, recorded, strangers, none) },
  { weight: 1, arbitrary: three(recorded, strangers, none) },
  { weight: 1, arbitrary: three(tracedTask, recorded, strangers, none) },
  { weight: 1, arbitrary: three(untraced, strangers, none) },
);
const outfitOfAccessor = three(traced, none);
const outfitOfClass = three(tracedClass, recordedOnClass, none, none, none);

/** Any combination of decorators that a class and its members may wear. */
export const outfits: fc.Arbitrary<Outfits> = fc.record(
  Object.fromEntries([
    ...Object.entries(MEMBERS).map(([name, { kind }]) => [
      name,
      kind === 'getter' || kind === 'setter' ? outfitOfAccessor : outfitOfMethod,
    ]),
    ['whole', outfitOfClass],
  ]) as Record<keyof Wardrobe, fc.Arbitrary<Outfit>>,
);

/** The wardrobe for the class itself, or with nothing in the places of ours for its twin. */
export function dress(chosen: Outfits, isTwin: boolean): Wardrobe {
  return Object.fromEntries(
    Object.entries(chosen).map(([name, [top, mid, low]]) => {
      const worn: Worn = { top: made(top, isTwin), mid: made(mid, isTwin), low: made(low, isTwin) };
      return [name, worn];
    }),
  ) as Record<keyof Wardrobe, Worn>;
}

function made(choice: Choice, isTwin: boolean): Wear {
  return isTwin && choice.isOurs ? nothing : choice.make();
}

const UNWORN: Worn = { top: nothing, mid: nothing, low: nothing };

/** For a class that is decorated by hand. */
export const EMPTY: Wardrobe = Object.fromEntries(
  [...Object.keys(MEMBERS), 'whole'].map((name) => [name, UNWORN]),
) as Record<keyof Wardrobe, Worn>;

/** Decorates by hand, as one dialect or the other calls decorators, whichever this was compiled in. */
export function decorateByHand(Class: LawClass, wear: Wardrobe, isStandard: boolean): void {
  for (const [worn, member] of Object.entries(MEMBERS) as [keyof typeof MEMBERS, Member][]) {
    const owner = member.isStatic ? Class : (Class.prototype as object);
    const slot = member.kind === 'getter' ? 'get' : member.kind === 'setter' ? 'set' : 'value';
    const { top, mid, low } = wear[worn];
    for (const decorate of [low, mid, top]) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, member.name)!;
      const answer: unknown = isStandard
        ? decorate(descriptor[slot], contextOf(member))
        : decorate(owner, member.name, descriptor);
      if (answer === undefined) continue;
      const replaced = isStandard ? { ...descriptor, [slot]: answer } : (answer as PropertyDescriptor);
      Object.defineProperty(owner, member.name, replaced);
    }
  }
  for (const decorate of [wear.whole.low, wear.whole.mid, wear.whole.top]) {
    if (isStandard) decorate(Class, { kind: 'class', name: Class.name, addInitializer: nothing, metadata: {} });
    else decorate(Class);
  }
}

function contextOf({ name, kind, isStatic }: Member): object {
  const shape = kind === 'callback' ? 'method' : kind;
  return { kind: shape, name, static: isStatic, private: false, access: {}, addInitializer: nothing, metadata: {} };
}
