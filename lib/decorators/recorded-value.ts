/* oxlint-disable typescript/no-unnecessary-type-parameters -- a type parameter with a bound is what decides, see Bound */
import { DecorationError } from '../foundation/errors.js';
import { isUnexpectedPromise } from '../foundation/unexpected-promise.js';
import type { SegmentHandle } from '../model/segment-handle.js';
import { readPlace, type ClassPlace, type MethodPlace, type ParameterPlace } from './dialect.js';
import { describeGiven } from './given.js';
import { carryOut, carryOutLater, ownMethods, planFor, type MethodPlan } from './method-plan.js';
import { parametersOf } from './parameter-names.js';
import type {
  AnyFunction,
  Argument,
  AtOnce,
  Bound,
  ClassLike,
  FitsClass,
  FitsMethod,
  MethodContext,
  Misfit,
  MisfitOfParameter,
  OfClass,
  RightForMethod,
  Whole,
} from './selector.js';

/**
 * What `@Annotate` and `@Metadata` return: a decorator for a method or a class, in either dialect, or for a parameter (legacy
 * dialect), if what they were given fits it.
 */
export interface ValueDecorator<Value, Accepted> {
  <Class extends ClassLike>(target: Class & OfClass<Class, FitsClass<Value, Accepted>>): void;
  <
    Target,
    Context extends { readonly kind: 'method' | 'class' },
    Fitting extends Bound<Context, RightForContext<Value, Accepted, Context>> = Value,
  >(
    target: Target,
    context: Context &
      (Context extends { readonly kind: 'class' }
        ? FitsClass<Value, Accepted>
        : [Value] extends [Fitting]
          ? unknown
          : Context extends MethodContext<infer This, infer M extends AnyFunction>
            ? FitsMethod<Value, Accepted, This, M>
            : never),
  ): Context extends { readonly kind: 'class' } ? void : Target;
  <
    Owner,
    Key extends PropertyKey,
    Place,
    Fitting extends Bound<Owner, RightForPlace<Value, Accepted, Owner, Key, Place>> = GivenForPlace<
      Value,
      Owner,
      Key,
      Place
    >,
  >(
    target: Owner,
    key: Key,
    place: Place &
      ([GivenForPlace<Value, Owner, Key, Place>] extends [Fitting]
        ? unknown
        : FitsPlace<Value, Accepted, Owner, Key, Place>),
  ): Place extends number ? void : Place;
}

type RightForContext<Value, Accepted, Context> =
  Context extends MethodContext<infer This, infer M extends AnyFunction>
    ? RightForMethod<Value, Accepted, This, M>
    : unknown;

type RightForPlace<Value, Accepted, Owner, Key, Place> = Place extends number
  ? [Value] extends [undefined]
    ? Whole<Accepted>
    : AtOnce<Value extends AnyFunction ? ReturnType<Value> : never, (value: Argument<Owner, Key, Place>) => Accepted>
  : Place extends TypedPropertyDescriptor<infer M extends AnyFunction>
    ? RightForMethod<Value, Accepted, Owner, M>
    : Misfit<'a method'>;

/** What is held against it: the value, or where there is none, the parameter itself. */
type GivenForPlace<Value, Owner, Key, Place> = Place extends number
  ? [Value] extends [undefined]
    ? Whole<Argument<Owner, Key, Place>>
    : Value
  : Value;

type FitsPlace<Value, Accepted, Owner, Key, Place> = Place extends number
  ? MisfitOfParameter<Value, Argument<Owner, Key, Place>>
  : Place extends TypedPropertyDescriptor<infer M extends AnyFunction>
    ? FitsMethod<Value, Accepted, Owner, M>
    : Misfit<'It stands on a method, a parameter or a class'>;

type Write = (entity: SegmentHandle, value: unknown) => void;

/**
 * A decorator that puts a value into the subsegment of each call: on a parameter, the argument or what a selector makes of it;
 * on a method, a constant, what a selector makes of all arguments, or what `{ result: selector }` makes of the result; on a class,
 * a constant into those of all its methods.
 *
 * @param decorator its name, for messages
 * @param value a constant or a selector; `undefined` for the argument itself
 * @param isRecordable whether a constant can be recorded at all
 */
export function recordedValue<Value, Accepted>(
  decorator: string,
  key: string,
  value: unknown,
  write: Write,
  isRecordable: (value: unknown) => boolean = () => true,
): ValueDecorator<Value, Accepted> {
  checkKey(decorator, key);
  checkValue(decorator, value, isRecordable);
  const decorate = (...args: unknown[]): unknown => {
    const place = readPlace(decorator, args, ['method', 'parameter', 'class']);
    switch (place.kind) {
      case 'class':
        return recordOnClass(place, decorator, value, write);
      case 'parameter':
        return recordParameter(place, decorator, value, write);
      case 'method':
        return recordOnMethod(place, decorator, value, write);
    }
  };
  return decorate;
}

function checkKey(decorator: string, key: unknown): void {
  if (typeof key !== 'string' || key === '') {
    const message = `@${decorator} takes a key, a text that is not empty, first; it was given ${describeGiven(key)}.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
}

function checkValue(decorator: string, value: unknown, isRecordable: (value: unknown) => boolean): void {
  if (value === undefined || typeof value === 'function' || isResultSelector(value)) return;
  if (typeof value === 'object' && value !== null && typeof ownResult(value) === 'function') {
    const others = Object.keys(value).filter((key) => key !== 'result');
    const message = `@${decorator}: { result: selector } has no other members; it was given ${others.join(', ')}.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  if (isRecordable(value)) return;
  const message =
    `@${decorator} takes a text, a number, a boolean, a bigint or a Date, a selector of one, or { result: selector }; ` +
    `it was given ${describeGiven(value)}.`;
  throw new DecorationError('DECORATION_ARGUMENT', message);
}

function ownResult(value: object): unknown {
  return Object.entries(value).find(([key]) => key === 'result')?.[1];
}

/** @throws DecorationError DECORATION_ARGUMENT where a decorator is given more arguments than it takes */
export function refuseMore(decorator: string, takes: string, more: readonly unknown[]): void {
  if (more.length === 0) return;
  const message = `@${decorator} takes ${takes}, and nothing more; it was given ${more.map(describeGiven).join(', ')} as well.`;
  throw new DecorationError('DECORATION_ARGUMENT', message);
}

function recordOnClass({ prototype }: ClassPlace, decorator: string, value: unknown, write: Write): void {
  if (value === undefined || typeof value === 'function' || isResultSelector(value)) {
    const message = `@${decorator} on a class takes a constant, for all its methods; it was given ${describeGiven(value)}.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  for (const method of ownMethods(prototype)) {
    if (method.plan.isUntraced) continue;
    recordBefore(method.plan, (entity) => {
      write(entity, value);
    });
    method.carryOut();
  }
}

function recordParameter(place: ParameterPlace, decorator: string, value: unknown, write: Write): void {
  if (value !== undefined && typeof value !== 'function') {
    const message = `@${decorator} on a parameter takes a key and perhaps a selector; it was given ${describeGiven(value)}.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  const plan = planFor(place);
  const { index } = place;
  const isRest = parametersOf(plan.original).rest === index;
  recordBefore(plan, (entity, args) => {
    const argument: unknown = isRest ? Array.from(args).slice(index) : args[index];
    write(entity, value === undefined ? argument : atOnce(decorator, value(argument)));
  });
  carryOutLater(plan, place.owner);
}

function recordOnMethod(place: MethodPlace, decorator: string, value: unknown, write: Write): unknown {
  if (value === undefined) {
    const message =
      `@${decorator} on the method "${String(place.name)}" needs a value, a selector of its arguments, or ` +
      '{ result: selector }; it was given nothing.';
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  const plan = planFor(place);
  if (isResultSelector(value)) {
    const { result: select } = value;
    plan.after.unshift((entity, result) => {
      write(entity, atOnce(decorator, select(result as never)));
    });
  } else if (typeof value === 'function') {
    recordBefore(plan, (entity, args, self) => {
      write(entity, atOnce(decorator, Reflect.apply(value, self, args)));
    });
  } else {
    recordBefore(plan, (entity) => {
      write(entity, value);
    });
  }
  return place.answer(carryOut(plan, place.method));
}

/** Decorators run from the last to the first; what they record should come in the order in which they are written. */
function recordBefore(plan: MethodPlan, record: MethodPlan['before'][number]): void {
  plan.before.unshift(record);
}

/** What a selector answered. A promise would be recorded as an empty object, and its rejection end the process. */
export function atOnce(what: string, answer: unknown): unknown {
  if (isUnexpectedPromise(answer, () => undefined)) {
    throw new TypeError(`a selector of ${what} answered a promise; it has to answer at once`);
  }
  return answer;
}

/** `{ result: selector }`; any other object is a constant. */
function isResultSelector(value: unknown): value is { readonly result: (result: never) => unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === 'result' && typeof (value as { result: unknown }).result === 'function';
}
