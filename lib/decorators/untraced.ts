import { DecorationError } from '../foundation/errors.js';
import { readPlace } from './dialect.js';
import { describeGiven } from './given.js';
import { planFor } from './method-plan.js';
import type { AnyFunction } from './selector.js';
import { contradiction } from './traced.js';

/** What `@Untraced` returns: a decorator for a method, in either dialect. */
export interface UntracedDecorator {
  (method: AnyFunction, context: { readonly kind: 'method' }): void;
  <M extends AnyFunction>(target: object, key: PropertyKey, descriptor: TypedPropertyDescriptor<M>): void;
}

/**
 * Leaves a method of a `@Traced` class as it is.
 *
 * @throws DecorationError where it stands on anything but a method, or beside `@Traced` or `@TracedTask` on the same one
 */
export function Untraced(...given: readonly []): UntracedDecorator {
  if (given.length > 0) {
    throw new DecorationError(
      'DECORATION_ARGUMENT',
      `@Untraced takes no argument; it was given ${given.map(describeGiven).join(', ')}. Write it with parentheses: @Untraced().`,
    );
  }
  return (...args: unknown[]): void => {
    const place = readPlace('Untraced', args, ['method']);
    const plan = planFor(place);
    if (plan.isTraced) throw contradiction(place.name, `${plan.isTask ? '@TracedTask' : '@Traced'} and @Untraced`);
    plan.isUntraced = true;
  };
}
