import { DecorationError } from '../foundation/errors.js';
import type { SegmentHandle } from '../model/segment-handle.js';
import { readPlace, type AnyMethod, type Place } from './dialect.js';
import { carryOut, carryOutLater, planFor } from './method-plan.js';

/** What `@Annotate` and `@Metadata` return: a decorator for a parameter (legacy dialect) or a method (either dialect). */
export interface ValueDecorator {
  <This, M extends AnyMethod<This>>(method: M, context: ClassMethodDecoratorContext<This, M>): M;
  <M extends (...args: never[]) => unknown>(
    target: object,
    key: PropertyKey,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
  (target: object, key: PropertyKey, index: number): void;
}

/**
 * A decorator that puts a value into the subsegment of each call of its method: on a parameter, the argument or what a selector
 * makes of it; on a method, a constant or what a selector makes of all arguments.
 *
 * @param decorator its name, for messages
 * @param value a constant, a function as the selector; `undefined` for the argument itself
 */
export function recordedValue(
  decorator: string,
  key: string,
  value: unknown,
  record: (entity: SegmentHandle, value: unknown) => void,
): ValueDecorator {
  if (typeof key !== 'string' || key === '') {
    throw new DecorationError('DECORATION_ARGUMENT', `@${decorator} takes a key, a text that is not empty, first.`);
  }
  return ((...args: unknown[]): unknown => {
    const place = readPlace(decorator, args);
    if (place.kind === 'class') {
      throw new DecorationError('DECORATION_TARGET', `@${decorator} stands on a class. Put it on a method.`);
    }
    const plan = planFor(place);
    const read = readerFor(place, decorator, value);
    // Decorators run from the last to the first; what they record should come in the order in which they are written.
    plan.before.unshift((entity, callArguments) => record(entity, read(callArguments)));
    if (place.kind === 'method') return place.answer(carryOut(plan, place.method));
    carryOutLater(plan, place.owner);
    return undefined;
  }) as ValueDecorator;
}

function readerFor(place: Exclude<Place, { kind: 'class' }>, decorator: string, value: unknown) {
  if (place.kind === 'parameter') {
    const { index } = place;
    if (typeof value === 'function') return (args: ArrayLike<unknown>): unknown => value(args[index]);
    if (value === undefined) return (args: ArrayLike<unknown>): unknown => args[index];
    const message = `@${decorator} on a parameter takes a key and perhaps a selector; it was given a ${typeof value}.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  if (value === undefined) {
    const message = `@${decorator} on the method "${String(place.name)}" needs a value or a selector of its arguments.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  return typeof value === 'function'
    ? (args: ArrayLike<unknown>): unknown => value(...Array.from(args))
    : (): unknown => value;
}
