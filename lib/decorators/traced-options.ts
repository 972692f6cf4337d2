import { DecorationError } from '../foundation/errors.js';
import { isAnnotatable, type Annotatable } from '../model/annotations.js';
import type { ErrorClassifier } from '../model/error-class.js';
import { setOwn } from '../model/metadata.js';
import type { SegmentHandle } from '../model/segment-handle.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';
import { describeGiven } from './given.js';
import type { MethodPlan } from './method-plan.js';
import { parametersOf } from './parameter-names.js';
import { atOnce } from './recorded-value.js';
import type { AnyFunction, AnySelf, AtOnce, CallOf, Misfit, ResultOf, Selector } from './selector.js';

/**
 * How a method is traced. Functions of the call get its arguments, and its `this` where they are written as a `function`; they
 * run when the call begins, and answer at once. One that throws is counted and said, and the method runs all the same.
 *
 * @typeParam Self what the method is called on
 * @typeParam Args its arguments
 * @typeParam Result its result; of a promise what it resolves to, of a generator what it returns
 */
export interface TracedOptions<Self = unknown, Args extends readonly unknown[] = unknown[], Result = unknown> {
  /**
   * Name of the subsegment: text, in which `{class}` and `{method}` stand for the class that declares the method and for the
   * method; or a function of the call. Default `{class}.{method}`.
   */
  readonly name?: string | Selector<Self, Args, string> | undefined;
  /** `aws` or `remote` for a method that calls downstream. Default: none, work of this process. */
  readonly namespace?: SubsegmentNamespace | undefined;
  /** Annotations by key: values, or functions of the call. */
  readonly annotations?: Readonly<Record<string, Annotatable | Selector<Self, Args, Annotatable>>> | undefined;
  /** Metadata by key, into the namespace `default`: values, or functions of the call. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Keeps the arguments as the metadata `arguments`: all (`true`), by their names where the source tells them, or what a function of
   * the call makes of them. Default `false`.
   */
  readonly captureArguments?: boolean | Selector<Self, Args, unknown> | undefined;
  /** Keeps the result as the metadata `result`: whole (`true`), or what the selector makes of it. Default `false`. */
  readonly captureResult?: boolean | ((result: Result) => unknown) | undefined;
  /** Whether this call is recorded. Default: each is. */
  readonly when?: Selector<Self, Args, boolean> | undefined;
  /** What an error that leaves the method means: asked before the module's own classifier. */
  readonly classifyError?: ErrorClassifier | undefined;
}

/** Which methods of a class are traced. */
export interface MethodChoice {
  /** Only these: their names, a pattern of them, or a function of one. Default: all that the class declares. */
  readonly only?: readonly string[] | RegExp | ((method: string) => boolean) | undefined;
  /** All but these. */
  readonly except?: readonly string[] | RegExp | ((method: string) => boolean) | undefined;
}

/** What the options of `@Traced` may be at all; whether they fit shows where the decorator stands. */
export type AnyTracedOptions = TracedOptions<AnySelf, never[], never> & MethodChoice;

/** Metadata is anything; where it is a function, it is one of the call. */
interface WithMetadata<Options, Self, Args extends readonly unknown[]> {
  readonly metadata?: Options extends { readonly metadata: infer Metadata }
    ? {
        readonly [Key in keyof Metadata]: Metadata[Key] extends AnyFunction
          ? AtOnce<ReturnType<Metadata[Key]>, Selector<Self, Args, unknown>>
          : unknown;
      }
    : unknown;
}

type Expected<Options, Self, Args extends readonly unknown[], Result> = TracedOptions<Self, Args, Result> &
  WithMetadata<Options, Self, Args>;

/** The options that do not fit, by name. */
type Wrong<Options, Right> = {
  [Key in keyof Options]: Key extends keyof Right
    ? Pick<Options, Key> extends { readonly [Same in Key]?: Right[Key] }
      ? never
      : Key
    : Key;
}[keyof Options] &
  string;

type Verdict<Names extends string, What extends string> = [Names] extends [never]
  ? unknown
  : Misfit<`The option ${Names} does not fit the ${What}`>;

/** Options that fit the method; as a bound, see {@link Bound}. */
export type RightOptions<Options, Self, M extends AnyFunction> = Expected<Options, Self, Parameters<M>, ResultOf<M>> & {
  readonly [Key in Exclude<keyof Options, keyof TracedOptions>]?: undefined;
};

/** What is wrong with options that do not fit the method. */
export type MisfitOfOptions<Options, Self, M extends AnyFunction> = Verdict<
  Wrong<Options, Expected<Options, Self, Parameters<M>, ResultOf<M>>>,
  'method'
>;

/** The same for what a standard decorator stands on. */
export type RightOptionsFor<Options, Context> =
  CallOf<Context> extends { readonly self: infer Self; readonly call: infer M extends AnyFunction }
    ? RightOptions<Options, Self, M>
    : unknown;

/** The same for what a standard decorator stands on. */
export type MisfitOfOptionsFor<Options, Context> =
  CallOf<Context> extends { readonly self: infer Self; readonly call: infer M extends AnyFunction }
    ? MisfitOfOptions<Options, Self, M>
    : never;

/** Where a standard decorator may stand, whatever its options are. */
export type StandsOnCall<Context> = [CallOf<Context>] extends [never]
  ? Misfit<'@Traced stands on a method, an accessor, or a field that holds a function'>
  : unknown;

/** `unknown` where the options fit every method of a class, else a {@link Misfit}. */
export type OptionsFitClass<Options, Self> =
  NamesEach<Options> extends true
    ? Verdict<
        Wrong<Options, Expected<Options, Self, unknown[], unknown> & MethodChoice>,
        'class: a selector takes what any of its methods may be given'
      >
    : Misfit<'On a class the name takes a text with {method} in it, or a function'>;

/** Whether the name, where it is a text that the compiler knows, can be that of several methods. */
type NamesEach<Options> = Options extends { readonly name: infer Name extends string }
  ? string extends Name
    ? true
    : Name extends `${string}{method}${string}`
      ? true
      : false
  : true;

const METHOD_OPTIONS = [
  'name',
  'namespace',
  'annotations',
  'metadata',
  'captureArguments',
  'captureResult',
  'when',
  'classifyError',
] as const satisfies readonly (keyof TracedOptions)[];
const CLASS_OPTIONS = ['only', 'except'] as const satisfies readonly (keyof MethodChoice)[];
/** All of them; `docs/reference/decorators.md` has a section for each. */
export const TRACED_OPTIONS = [...METHOD_OPTIONS, ...CLASS_OPTIONS] as const;
const PLACEHOLDERS = ['class', 'method'];

/**
 * The options, checked as far as can be without knowing where they stand.
 *
 * @throws DecorationError DECORATION_ARGUMENT
 */
export function readTracedOptions(decorator: string, given: unknown): AnyTracedOptions {
  const options = typeof given === 'string' ? { name: given } : given;
  const problem = problemOf(options);
  if (problem !== undefined) throw new DecorationError('DECORATION_ARGUMENT', `@${decorator}: ${problem}`);
  return options as AnyTracedOptions;
}

function problemOf(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null)
    return `takes a name or an object of options; it was given ${describeGiven(options)}.`;
  const known: readonly string[] = TRACED_OPTIONS;
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) return `no option is called "${unknown}"; there are ${known.join(', ')}.`;
  for (const [option, check] of Object.entries(CHECKS)) {
    const value = (options as Record<string, unknown>)[option];
    const problem = value === undefined ? undefined : check(value);
    if (problem !== undefined) return `${option} ${problem}`;
  }
  return undefined;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const takes =
  (isRight: (value: unknown) => boolean, allowed: string) =>
  (value: unknown): string | undefined =>
    isRight(value) ? undefined : `takes ${allowed}; it was given ${describeGiven(value)}.`;
const choice = takes(
  (value) =>
    value instanceof RegExp ||
    isFunction(value) ||
    (Array.isArray(value) && value.every((each) => typeof each === 'string')),
  'a list of names, a pattern, or a function of a name',
);

const CHECKS: Readonly<Record<(typeof TRACED_OPTIONS)[number], (value: unknown) => string | undefined>> = {
  name: (value) => (isFunction(value) ? undefined : problemOfName(value)),
  namespace: takes((value) => value === 'aws' || value === 'remote', "'aws' or 'remote'"),
  annotations: (value) => problemOfRecord(value, isAnnotatable, 'a text, a number, a boolean, a bigint or a Date'),
  metadata: (value) => problemOfRecord(value, () => true, 'anything'),
  captureArguments: takes(
    (value) => typeof value === 'boolean' || isFunction(value),
    'true, false, or a function of the call',
  ),
  captureResult: takes(
    (value) => typeof value === 'boolean' || isFunction(value),
    'true, false, or a function of the result',
  ),
  when: takes(isFunction, 'a function of the call'),
  classifyError: takes(isFunction, 'a function of the thrown value'),
  only: choice,
  except: choice,
};

function problemOfRecord(
  record: unknown,
  isRecordable: (value: unknown) => boolean,
  allowed: string,
): string | undefined {
  if (!isRecord(record)) return `takes an object of values or functions by key; it was given ${describeGiven(record)}.`;
  for (const [key, value] of Object.entries(record as object)) {
    if (key === '') return 'takes keys that are not empty; it was given an empty one.';
    if (isFunction(value) || isRecordable(value)) continue;
    return `takes ${allowed}, or a function of the call, for each key; for "${key}" it was given ${describeGiven(value)}.`;
  }
  return undefined;
}

/** What is wrong with a name, or `undefined`. */
export function problemOfName(name: unknown): string | undefined {
  if (typeof name !== 'string' || name.trim() === '')
    return `takes a text that is not empty, or a function of the call; it was given ${describeGiven(name)}.`;
  const placeholders = [...name.matchAll(/\{([^{}]*)\}/g)].map(([, placeholder]) => placeholder as string);
  const unknown = placeholders.find((placeholder) => !PLACEHOLDERS.includes(placeholder));
  return unknown === undefined ? undefined : `takes the placeholders {class} and {method}; it was given {${unknown}}.`;
}

/** Writes the options into the plan of a method. Of several `@Traced` on one method, the lowest says what each only says once. */
export function planOptions(plan: MethodPlan, options: AnyTracedOptions): void {
  const { name, namespace, annotations, metadata, captureArguments, captureResult, when, classifyError } = options;
  plan.isTraced = true;
  if (plan.name === undefined && plan.selectName === undefined) {
    if (typeof name === 'string') plan.name = name;
    else if (name !== undefined) plan.selectName = callOf(name);
  }
  plan.namespace ??= namespace;
  plan.when ??= when && callOf(when);
  plan.classifyError ??= classifyError;
  const before: MethodPlan['before'] = [];
  for (const [key, value] of Object.entries(annotations ?? {})) {
    before.push(recordOf(value, (entity, read) => entity.annotate(key, read as string)));
  }
  for (const [key, value] of Object.entries(metadata ?? {})) {
    before.push(recordOf(value, (entity, read) => entity.metadata(key, read)));
  }
  if (captureArguments === true) before.push(captureAll(plan));
  else if (captureArguments)
    before.push(recordOf(captureArguments, (entity, read) => entity.metadata('arguments', read)));
  plan.before.unshift(...before);
  if (captureResult) plan.after.unshift(recordResult(captureResult));
}

function callOf(select: unknown): (self: unknown, args: ArrayLike<unknown>) => unknown {
  return (self, args) => Reflect.apply(select as () => unknown, self, args);
}

function recordOf(
  value: unknown,
  write: (entity: SegmentHandle, value: unknown) => void,
): MethodPlan['before'][number] {
  if (typeof value !== 'function') return (entity) => write(entity, value);
  const select = callOf(value);
  return (entity, args, self) => write(entity, atOnce('@Traced', select(self, args)));
}

function captureAll({ original }: MethodPlan): MethodPlan['before'][number] {
  const { names, rest } = parametersOf(original);
  return (entity, args) => {
    const given: Record<string, unknown> = {};
    for (let index = 0; index < args.length; index += 1) {
      const name = names[index] ?? String(index);
      if (index === rest) {
        setOwn(given, name, Array.from(args).slice(index));
        break;
      }
      setOwn(given, name, args[index]);
    }
    entity.metadata('arguments', names.length === 0 ? Array.from(args) : given);
  };
}

function recordResult(capture: true | ((result: never) => unknown)): MethodPlan['after'][number] {
  if (capture === true) return (entity, result) => entity.metadata('result', result);
  return (entity, result) => entity.metadata('result', atOnce('captureResult', capture(result as never)));
}
