/* oxlint-disable typescript/no-unnecessary-type-parameters -- a type parameter with a bound is what decides, see Bound */
import { DecorationError } from '../foundation/errors.js';
import { nearest } from '../foundation/nearest.js';
import { wrap } from '../recorder/wrap.js';
import { readPlace, type ClassPlace, type FieldPlace, type Method } from './dialect.js';
import { describeGiven } from './given.js';
import { carryOut, MethodPlan, ownMethods, planFor } from './method-plan.js';
import type { AnyFunction, Bound, Called, ClassLike, Misfit, OfClass } from './selector.js';
import {
  planOptions,
  readTracedOptions,
  type AnyTracedOptions,
  type MethodChoice,
  type MisfitOfOptions,
  type MisfitOfOptionsFor,
  type OptionsFitClass,
  type RightOptions,
  type RightOptionsFor,
  type StandsOnCall,
} from './traced-options.js';

/** No options. */
// oxlint-disable-next-line typescript/no-empty-object-type -- `keyof` of it is `never`
export type NoOptions = {};

/** The options that stand for what `@Traced` is given. */
type OptionsOf<Given> = [Given] extends [string] ? { readonly name: Given } : Given extends string ? NoOptions : Given;

/** What `@TracedTask` returns: a decorator for a method, in either dialect, if the options fit it. */
export interface TracedMethodDecorator<Options> {
  <
    Value,
    Context extends { readonly kind: 'method' },
    Fitting extends Bound<Context, RightOptionsFor<Options, Context>> = Options,
  >(
    method: Value,
    context: Context & ([Options] extends [Fitting] ? unknown : MisfitOfOptionsFor<Options, Context>),
  ): Value;
  <Owner, Member, Fitting extends Bound<Owner, RightOptions<Options, Owner, Called<Member>>> = Options>(
    target: Owner,
    key: PropertyKey,
    descriptor: TypedPropertyDescriptor<Member> &
      (Member extends AnyFunction
        ? [Options] extends [Fitting]
          ? unknown
          : MisfitOfOptions<Options, Owner, Member>
        : Misfit<'It stands on a method'>),
  ): TypedPropertyDescriptor<Member>;
}

/**
 * What `@Traced` returns: a decorator for a method, an accessor or a class, in either dialect, or for a field that holds a
 * function (standard dialect), if the options fit it. One signature for each number of arguments, so that the compiler tells what
 * does not fit instead of that none of many does.
 */
export interface TracedDecorator<Options> {
  <Class extends ClassLike>(target: Class & OfClass<Class, OptionsFitClass<Options, Class['prototype']>>): void;
  <
    Value,
    Context extends { readonly kind: DecoratorContext['kind'] },
    Fitting extends Bound<Context, RightOptionsFor<Options, Context>> = Options,
  >(
    value: Value,
    context: Context &
      (Context extends { readonly kind: 'class' }
        ? OptionsFitClass<Options, Value extends ClassLike ? Value['prototype'] : never>
        : StandsOnCall<Context> & ([Options] extends [Fitting] ? unknown : MisfitOfOptionsFor<Options, Context>)),
  ): Context extends { readonly kind: 'class' } ? void : Value;
  <Owner, Member, Fitting extends Bound<Owner, RightOptions<Options, Owner, Called<Member>>> = Options>(
    target: Owner,
    key: PropertyKey,
    descriptor: TypedPropertyDescriptor<Member> &
      ([Options] extends [Fitting] ? unknown : MisfitOfOptions<Options, Owner, Called<Member>>),
  ): TypedPropertyDescriptor<Member>;
}

/**
 * Traces a method, or every method of a class: each call becomes a subsegment of the current segment, lasting until the method
 * returns or its promise settles, its generator or stream has ended, with the error if it threw one. On an accessor: reading and
 * writing it. On a class: its own methods with a string for a name; those it inherits are their class's own business, static ones and
 * accessors take a decorator of their own, and a method with a `@Traced` of its own follows that alone.
 *
 * Called while no segment is open, the method runs as it is and the option `contextMissing` decides what is said.
 *
 * @param nameOrOptions name of the subsegment, or options
 * @throws DecorationError where it stands on anything else, or with options that cannot be right
 */
export function Traced(): TracedDecorator<NoOptions>;
export function Traced<const Options extends string | AnyTracedOptions>(
  nameOrOptions: Options,
): TracedDecorator<OptionsOf<Options>>;
export function Traced(nameOrOptions: string | AnyTracedOptions = {}, ...more: unknown[]): TracedDecorator<NoOptions> {
  if (more.length > 0) {
    const message =
      `@Traced takes a name or options, and nothing more; it was given ${more.map(describeGiven).join(', ')} as well. ` +
      'Write it with parentheses: @Traced().';
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  const options = readTracedOptions('Traced', nameOrOptions);
  return ((...args: unknown[]): unknown => {
    const place = readPlace('Traced', args, ['method', 'accessor', 'field', 'class']);
    if (place.kind === 'class') return traceClass(place, options);
    refuseChoice(options);
    switch (place.kind) {
      case 'method':
        return place.answer(trace(place, options));
      case 'accessor':
        return place.answer(place.parts.map((part) => trace(part, options)));
      case 'field':
        return traceField(place, options);
    }
  }) as TracedDecorator<NoOptions>;
}

function trace(place: Parameters<typeof planFor>[0], options: AnyTracedOptions): Method {
  const plan = planFor(place);
  if (plan.isUntraced) throw contradiction(place.name, '@Traced and @Untraced');
  if (plan.isTask) throw contradiction(place.name, '@Traced and @TracedTask');
  planOptions(plan, options);
  return carryOut(plan, place.method);
}

/** Of two decorators that cannot both be meant. */
export function contradiction(name: PropertyKey, both: string): DecorationError {
  const message = `"${String(name)}" is ${both} at once. Remove one of them.`;
  return new DecorationError('DECORATION_TARGET', message);
}

function traceField(place: FieldPlace, options: AnyTracedOptions): unknown {
  const { name, isStatic } = place;
  return place.answer((self, value) => {
    if (typeof value !== 'function') {
      const message = `@Traced stands on the field "${String(name)}", which holds no function. Put it on a method.`;
      throw new DecorationError('DECORATION_TARGET', message);
    }
    const method = value as Method;
    const plan = new MethodPlan({ method, name, role: 'method', isStatic, owner: undefined });
    planOptions(plan, options);
    return wrap(method, plan.forHolder(self as object));
  });
}

function traceClass({ prototype }: ClassPlace, options: AnyTracedOptions): void {
  const { name } = options;
  if (typeof name === 'string' && !name.includes('{method}')) {
    const message = `@Traced on a class names all its methods: name takes a text with {method} in it, or a function; it was given '${name}'.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  const methods = ownMethods(prototype);
  const names = methods.map((method) => method.name);
  const isChosen = chooser(options, names, prototype);
  for (const method of methods) {
    if (method.plan.isTraced || method.plan.isUntraced || !isChosen(method.name)) continue;
    planOptions(method.plan, options);
    method.carryOut();
  }
}

function chooser(
  { only, except }: MethodChoice,
  names: readonly string[],
  prototype: object,
): (name: string) => boolean {
  for (const listed of [only, except]) {
    const stranger = Array.isArray(listed) ? (listed as string[]).find((name) => !names.includes(name)) : undefined;
    if (stranger === undefined) continue;
    const remedy = remedyForStranger(stranger, names, prototype);
    throw new DecorationError(
      'DECORATION_ARGUMENT',
      `@Traced: only and except name methods, and the class declares no method "${stranger}". ${remedy}`,
    );
  }
  return (name) => (only === undefined || matches(only, name)) && !(except !== undefined && matches(except, name));
}

function remedyForStranger(stranger: string, names: readonly string[], prototype: object): string {
  const member = Object.getOwnPropertyDescriptor(prototype, stranger);
  if (member?.get !== undefined || member?.set !== undefined)
    return 'It is an accessor: it takes a decorator of its own.';
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof made === 'function' && typeof Object.getOwnPropertyDescriptor(made, stranger)?.value === 'function') {
    return 'It is a static method: it takes a decorator of its own.';
  }
  const meant = nearest(stranger, names);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return names.length === 0 ? 'It declares none.' : `It declares ${names.join(', ')}.`;
}

function matches(choice: NonNullable<MethodChoice['only']>, name: string): boolean {
  if (typeof choice === 'function') return choice(name);
  // From its beginning, whatever a pattern with the flag g or y remembers.
  return choice instanceof RegExp ? name.search(choice) >= 0 : choice.includes(name);
}

function refuseChoice({ only, except }: MethodChoice): void {
  if (only === undefined && except === undefined) return;
  const message =
    '@Traced: only and except choose among the methods of a class; on one member there is nothing to choose.';
  throw new DecorationError('DECORATION_ARGUMENT', message);
}
