import type { CallSite } from '../recorder/call-site.js';
import { queueMicrotask } from '../foundation/timers.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';
import { wrap } from '../recorder/wrap.js';
import type { Method, MethodPlace, ParameterPlace } from './dialect.js';

/** What all decorators of one method say together, in whichever order they stand. */
export class MethodPlan implements CallSite {
  readonly before: CallSite['before'][number][] = [];
  readonly after: CallSite['after'][number][] = [];
  /** By `@Traced` on the method or its class; otherwise the method's annotations go to whatever is current. */
  isTraced = false;
  isUntraced = false;
  name: string | undefined;
  namespace: SubsegmentNamespace | undefined;
  owner: object | undefined;
  entry: CallSite['entry'];
  readonly key: PropertyKey;
  readonly #isStatic: boolean;
  #derivedName: string | undefined;

  constructor(key: PropertyKey, isStatic: boolean, owner: object | undefined) {
    this.key = key;
    this.#isStatic = isStatic;
    this.owner = owner;
  }

  get isSilent(): boolean {
    return !this.isTraced;
  }

  nameFor(self: unknown): string {
    return this.name ?? this.#derivedName ?? this.#deriveName(self);
  }

  #deriveName(self: unknown): string {
    const method = typeof this.key === 'symbol' ? (this.key.description ?? 'symbol') : String(this.key);
    const owner = this.owner ?? this.#findOwner(self);
    const className = owner === undefined ? undefined : nameOfClass(owner, this.#isStatic);
    const name = className ? `${className}.${method}` : method;
    if (owner !== undefined) this.#derivedName = name;
    return name;
  }

  /** Standard decorators are not told the class: it is the one on whose prototype the wrapped method stands. */
  #findOwner(self: unknown): object | undefined {
    let first: object | undefined;
    for (let holder: unknown = self; isObject(holder); holder = Object.getPrototypeOf(holder)) {
      if (Object.getOwnPropertyDescriptor(holder, this.key)?.value === this.entry) return holder;
      if (first === undefined && (this.#isStatic || holder !== self)) first = holder;
    }
    return first;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function nameOfClass(owner: object, isStatic: boolean): string | undefined {
  return isStatic ? (owner as { name?: string }).name : owner.constructor?.name;
}

const byMethod = new WeakMap<Method, MethodPlan>();
const byOwner = new WeakMap<object, Map<PropertyKey, MethodPlan>>();

/** The method's plan; a new one where no decorator has made one yet. */
export function planFor(place: MethodPlace | ParameterPlace): MethodPlan {
  const { method, name, owner } = place;
  const isStatic = place.kind === 'method' ? place.isStatic : typeof owner === 'function';
  // By its place first: another library's decorator may stand between two of ours.
  const plan = (owner && byOwner.get(owner)?.get(name)) ?? planOf(place) ?? new MethodPlan(name, isStatic, owner);
  plan.owner ??= owner;
  byMethod.set(method, plan);
  if (owner !== undefined) {
    const plans = byOwner.get(owner) ?? new Map<PropertyKey, MethodPlan>();
    byOwner.set(owner, plans.set(name, plan));
  }
  return plan;
}

/** The plan that the function itself is known by, unless it is the same function in another place: a mixin, an alias. */
function planOf({ method, name, owner }: MethodPlace | ParameterPlace): MethodPlan | undefined {
  const plan = byMethod.get(method);
  if (plan === undefined || plan.key !== name) return undefined;
  return plan.owner === undefined || owner === undefined || plan.owner === owner ? plan : undefined;
}

/** The method that carries the plan out; wrapped once, however many decorators it wears. */
export function carryOut(plan: MethodPlan, method: Method): Method {
  if (plan.entry !== undefined) return method;
  const wrapped = wrap(method, plan);
  byMethod.set(wrapped, plan);
  return wrapped;
}

/**
 * Carries the plan out a moment later if no other decorator does: a decorator of a parameter cannot replace its method, since
 * the compiler puts back the one that it read before.
 */
export function carryOutLater(plan: MethodPlan, owner: object): void {
  queueMicrotask(() => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, plan.key);
    if (plan.entry !== undefined || descriptor?.configurable !== true || typeof descriptor.value !== 'function') return;
    Object.defineProperty(owner, plan.key, { ...descriptor, value: carryOut(plan, descriptor.value as Method) });
  });
}
