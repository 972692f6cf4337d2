import { DecorationError } from '../foundation/errors.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';
import { isUnexpectedPromise } from '../foundation/unexpected-promise.js';
import { readPlace, type AnyMethod, type ClassPlace, type Method } from './dialect.js';
import { carryOut, planFor, type MethodPlan } from './method-plan.js';

/** How a method is traced. */
export interface TracedOptions {
  /** Name of the subsegment. Default `Class.method`, with the class that declares the method. */
  readonly name?: string;
  /** `aws` or `remote` for a method that calls downstream. Default: none, work of this process. */
  readonly namespace?: SubsegmentNamespace;
  /**
   * Keeps the result, of a promise the resolved one, as the metadata `result`: whole (`true`), or what the selector makes of
   * it. Default `false`.
   */
  readonly captureResult?: boolean | ((result: never) => unknown);
}

/** What `@Traced` returns: a decorator for a class or a method, in either dialect. */
export interface TracedDecorator {
  <This, M extends AnyMethod<This>>(method: M, context: ClassMethodDecoratorContext<This, M>): M;
  // oxlint-disable-next-line typescript/no-unsafe-function-type -- a class with a private constructor is nothing narrower
  (target: Function, context?: { readonly kind: 'class' }): void;
  <M extends (...args: never[]) => unknown>(
    target: object,
    key: PropertyKey,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
}

/**
 * Traces a method, or every method of a class: each call becomes a subsegment of the current segment, lasting until the method
 * returns or its promise settles, with the error if it threw one. On a class: its own methods with a string for a name; those
 * it inherits are their class's own business, static ones take a decorator of their own.
 *
 * Called while no segment is open, the method runs as it is and the option `contextMissing` decides what is said.
 *
 * @param nameOrOptions name of the subsegment, or options; on a class there are none
 * @throws DecorationError where it stands on anything else, or with options that cannot be right
 */
export function Traced(nameOrOptions: string | TracedOptions = {}): TracedDecorator {
  const options = readOptions(nameOrOptions);
  return ((...args: unknown[]): unknown => {
    const place = readPlace('Traced', args);
    if (place.kind === 'parameter') {
      throw new DecorationError('DECORATION_TARGET', '@Traced stands on a parameter. Put it on the method.');
    }
    if (place.kind === 'class') {
      traceClass(place, options);
      return undefined;
    }
    const plan = planFor(place);
    if (plan.isUntraced) throw contradiction(String(place.name));
    applyOptions(plan, options);
    return place.answer(carryOut(plan, place.method));
  }) as TracedDecorator;
}

function traceClass({ prototype }: ClassPlace, options: TracedOptions): void {
  if (options.name !== undefined || options.captureResult !== undefined) {
    const remedy = 'Give name and captureResult to the @Traced of a method.';
    throw new DecorationError('DECORATION_ARGUMENT', `@Traced on a class takes only the option namespace. ${remedy}`);
  }
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    const method: unknown = descriptor?.value;
    if (name === 'constructor' || typeof method !== 'function' || descriptor?.configurable !== true) continue;
    if (isClass(method)) continue;
    const plan = planFor({
      kind: 'method',
      method: method as Method,
      name,
      owner: prototype,
      isStatic: false,
      answer: (replacement) => replacement,
    });
    if (plan.isTraced || plan.isUntraced) continue;
    applyOptions(plan, options);
    Object.defineProperty(prototype, name, { ...descriptor, value: carryOut(plan, method as Method) });
  }
}

/** A class that stands on a prototype is no method: wrapped, it could not be constructed. */
function isClass(fn: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}

function applyOptions(plan: MethodPlan, { name, namespace, captureResult }: TracedOptions): void {
  plan.isTraced = true;
  plan.name ??= name;
  plan.namespace ??= namespace;
  if (captureResult === undefined || captureResult === false) return;
  const select = captureResult === true ? (result: unknown): unknown => result : captureResult;
  plan.after.push((entity, result) => {
    const selected: unknown = select(result as never);
    if (captureResult !== true && isUnexpectedPromise(selected, () => undefined)) {
      throw new TypeError('captureResult answered a promise; it has to answer at once');
    }
    entity.metadata('result', selected);
  });
}

function readOptions(nameOrOptions: string | TracedOptions): TracedOptions {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  const problem = problemOf(options);
  if (problem !== undefined) throw new DecorationError('DECORATION_ARGUMENT', `@Traced: ${problem}`);
  return options;
}

const OPTIONS = ['name', 'namespace', 'captureResult'];

function problemOf(options: TracedOptions): string | undefined {
  if (typeof options !== 'object' || options === null) return 'takes a name or an object of options.';
  const { name, namespace, captureResult } = options;
  const unknown = Object.keys(options).find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) return `no option is called "${unknown}"; there are ${OPTIONS.join(', ')}.`;
  if (name !== undefined && (typeof name !== 'string' || name.trim() === ''))
    return 'name takes a text that is not empty.';
  if (namespace !== undefined && !['aws', 'remote'].includes(namespace)) return "namespace takes 'aws' or 'remote'.";
  return captureResult === undefined || ['boolean', 'function'].includes(typeof captureResult)
    ? undefined
    : 'captureResult takes true, false, or a function of the result.';
}

function contradiction(name: string): DecorationError {
  return new DecorationError('DECORATION_TARGET', `"${name}" is @Traced and @Untraced at once. Remove one of them.`);
}
