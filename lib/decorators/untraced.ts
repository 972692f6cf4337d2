import { DecorationError } from '../foundation/errors.js';
import { readPlace, type AnyMethod } from './dialect.js';
import { planFor } from './method-plan.js';

/** What `@Untraced` returns: a decorator for a method, in either dialect. */
export interface UntracedDecorator {
  <This, M extends AnyMethod<This>>(method: M, context: ClassMethodDecoratorContext<This, M>): void;
  <M extends (...args: never[]) => unknown>(
    target: object,
    key: PropertyKey,
    descriptor: TypedPropertyDescriptor<M>,
  ): void;
}

/**
 * Leaves a method of a `@Traced` class as it is.
 *
 * @throws DecorationError where it stands on anything but a method, or beside `@Traced` on the same one
 */
export function Untraced(): UntracedDecorator {
  return (...args: unknown[]): void => {
    const place = readPlace('Untraced', args);
    if (place.kind !== 'method') {
      throw new DecorationError('DECORATION_TARGET', `@Untraced stands on a ${place.kind}. Put it on a method.`);
    }
    const plan = planFor(place);
    if (plan.isTraced) {
      const message = `"${String(place.name)}" is @Traced and @Untraced at once. Remove one of them.`;
      throw new DecorationError('DECORATION_TARGET', message);
    }
    plan.isUntraced = true;
  };
}
