import { DecorationError } from '../foundation/errors.js';
import { readPlace } from './dialect.js';
import { describeGiven } from './given.js';
import { carryOut, planFor } from './method-plan.js';
import { refuseMore } from './recorded-value.js';
import type { AnySelf, Selector } from './selector.js';
import { contradiction, type NoOptions, type TracedMethodDecorator } from './traced.js';
import { planOptions, problemOfName, readTracedOptions } from './traced-options.js';

/**
 * Makes each call of the method a trace of its own, as for a job, a timer or a message; called within a trace, a child segment
 * of that one. It needs no open segment. `@Annotate` and `@Metadata` beside it go to that segment.
 *
 * @param operation what is done, kept as the annotation `operation`: text, in which `{class}` and `{method}` stand for the class
 * and the method, or a function of the call. Default `{class}.{method}`.
 * @throws DecorationError on anything but a method, or beside `@Traced` or `@Untraced` on the same one
 */
export function TracedTask(): TracedMethodDecorator<NoOptions>;
export function TracedTask<const Operation extends string | Selector<AnySelf, never[], string>>(
  operation: Operation,
): TracedMethodDecorator<Operation extends string ? NoOptions : { readonly name: Operation }>;
export function TracedTask(operation?: unknown, ...more: unknown[]): TracedMethodDecorator<NoOptions> {
  refuseMore('TracedTask', 'the operation', more);
  if (operation !== undefined && typeof operation !== 'string' && typeof operation !== 'function') {
    const message = `@TracedTask takes the operation, a text or a function of the call; it was given ${describeGiven(operation)}.`;
    throw new DecorationError('DECORATION_ARGUMENT', message);
  }
  const problem = typeof operation === 'string' ? problemOfName(operation) : undefined;
  if (problem !== undefined) {
    throw new DecorationError('DECORATION_ARGUMENT', `@TracedTask: the operation ${problem}`);
  }
  const options = readTracedOptions('TracedTask', { name: operation });
  return ((...args: unknown[]): unknown => {
    const place = readPlace('TracedTask', args, ['method']);
    const plan = planFor(place);
    if (plan.isUntraced) throw contradiction(place.name, '@TracedTask and @Untraced');
    if (plan.isTraced && !plan.isTask) throw contradiction(place.name, '@TracedTask and @Traced');
    plan.isTask = true;
    planOptions(plan, options);
    return place.answer(carryOut(plan, place.method));
  }) as TracedMethodDecorator<NoOptions>;
}
