import { queueMicrotask } from '../foundation/timers.js';
import type { ErrorClassifier } from '../model/error-class.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';
import type { CallSite } from '../recorder/call-site.js';
import { wrap } from '../recorder/wrap.js';
import type { Method, MethodPlace, ParameterPlace, Role } from './dialect.js';

/** The name that a method has where it is given no other. */
const DEFAULT_NAME = '{class}.{method}';

/** What all decorators of one method say together, in whichever order they stand. */
export class MethodPlan implements CallSite {
  readonly before: CallSite['before'][number][] = [];
  readonly after: CallSite['after'][number][] = [];
  /** By `@Traced` on the method or its class, or `@TracedTask`; otherwise its annotations go to whatever is current. */
  isTraced = false;
  isUntraced = false;
  isTask = false;
  /** Text in which `{class}` and `{method}` stand for the class that declares the method, and the method. */
  name: string | undefined;
  selectName: CallSite['selectName'];
  when: CallSite['when'];
  namespace: SubsegmentNamespace | undefined;
  classifyError: ErrorClassifier | undefined;
  owner: object | undefined;
  entry: CallSite['entry'];
  /** The function as the first of its decorators found it. */
  readonly original: Method;
  readonly key: PropertyKey;
  readonly role: Role;
  readonly #isStatic: boolean;
  #ownName: string | undefined;

  constructor({ method, name, role, isStatic, owner }: Omit<MethodPlace, 'kind' | 'answer'>) {
    this.original = method;
    this.key = name;
    this.role = role;
    this.#isStatic = isStatic;
    this.owner = owner;
  }

  get isSilent(): boolean {
    return !this.isTraced;
  }

  nameFor(self: unknown): string {
    if (this.#ownName !== undefined) return this.#ownName;
    const owner = this.owner ?? this.#findOwner(self);
    if (owner === undefined) return this.#nameWithin(this.#guessOwner(self));
    return (this.#ownName = this.#nameWithin(owner));
  }

  classNameFor(self: unknown): string | undefined {
    const owner = this.owner ?? this.#findOwner(self) ?? this.#guessOwner(self);
    return owner === undefined ? undefined : nameOfClass(owner, this.#isStatic);
  }

  #nameWithin(owner: object | undefined): string {
    const className = owner === undefined ? undefined : nameOfClass(owner, this.#isStatic);
    return fillIn(this.name ?? DEFAULT_NAME, className, this.methodName);
  }

  get methodName(): string {
    const name = typeof this.key === 'symbol' ? (this.key.description ?? 'symbol') : String(this.key);
    if (this.role === 'method') return name;
    return `${this.role === 'getter' ? 'get' : 'set'} ${name}`;
  }

  /** Standard decorators are not told the class: it is the one on whose prototype the wrapped method stands. */
  #findOwner(self: unknown): object | undefined {
    const slot = this.role === 'method' ? 'value' : this.role === 'getter' ? 'get' : 'set';
    for (let holder: unknown = self; isObject(holder); holder = Object.getPrototypeOf(holder)) {
      if (Object.getOwnPropertyDescriptor(holder, this.key)?.[slot] === this.entry) return holder;
    }
    return undefined;
  }

  /** Where the method is private, or another decorator has wrapped it: the nearest class with that name on it, or of the object. */
  #guessOwner(self: unknown): object | undefined {
    let first: object | undefined;
    for (let holder: unknown = self; isObject(holder); holder = Object.getPrototypeOf(holder)) {
      if (holder === self && !this.#isStatic) continue;
      if (Object.hasOwn(holder, this.key)) return holder;
      first ??= holder;
    }
    return first;
  }

  /** The plan for the function that one object holds in a field: a call may come without the object. */
  forHolder(holder: object): CallSite {
    const { before, after, isTask, isSilent, namespace, classifyError, selectName, when } = this;
    const owner = this.#isStatic ? holder : (Object.getPrototypeOf(holder) as object);
    const name = this.#nameWithin(owner);
    const className = nameOfClass(owner, this.#isStatic);
    return {
      nameFor: () => name,
      classNameFor: () => className,
      methodName: this.methodName,
      selectName: selectName && ((_self, args) => selectName(holder, args)),
      when: when && ((_self, args) => when(holder, args)),
      before: before.map((record) => (entity, args) => record(entity, args, holder)),
      after,
      isTask,
      isSilent,
      namespace,
      classifyError,
    };
  }
}

/** A template without the class, where nobody knows it, loses what stands between it and the method. */
function fillIn(template: string, className: string | undefined, methodName: string): string {
  const known = className ? template.replaceAll('{class}', className) : template.replaceAll(/\{class\}[.:#/ ]?/g, '');
  return known.replaceAll('{method}', methodName);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function nameOfClass(owner: object, isStatic: boolean): string | undefined {
  const made: unknown = isStatic ? owner : owner.constructor;
  // A static member that is called `name` is the user's own code.
  const name: unknown = isObject(made) ? Object.getOwnPropertyDescriptor(made, 'name')?.value : undefined;
  return typeof name === 'string' ? name : undefined;
}

const byMethod = new WeakMap<Method, MethodPlan>();
const byOwner = new WeakMap<object, Map<PropertyKey, MethodPlan>>();

/** The method's plan; a new one where no decorator has made one yet. */
export function planFor(place: Omit<MethodPlace, 'answer'> | ParameterPlace): MethodPlan {
  const { method, name, owner } = place;
  const { role, isStatic } =
    place.kind === 'method' ? place : { role: 'method' as const, isStatic: typeof owner === 'function' };
  // By its place first: another library's decorator may stand between two of ours. An accessor has two functions in one place.
  const inPlace = role === 'method' ? owner && byOwner.get(owner)?.get(name) : undefined;
  const plan = inPlace ?? planOf(method, name, owner) ?? new MethodPlan({ method, name, role, isStatic, owner });
  plan.owner ??= owner;
  byMethod.set(method, plan);
  if (owner !== undefined && role === 'method') {
    const plans = byOwner.get(owner) ?? new Map<PropertyKey, MethodPlan>();
    byOwner.set(owner, plans.set(name, plan));
  }
  return plan;
}

/** The plan that the function itself is known by, unless it is the same function in another place: a mixin, an alias. */
function planOf(method: Method, name: PropertyKey, owner: object | undefined): MethodPlan | undefined {
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

/** A method that stands on a class, with what its decorators have said so far. */
export interface OwnMethod {
  readonly name: string;
  readonly plan: MethodPlan;
  /** Puts the method that carries the plan out in its place. */
  carryOut(): void;
}

/** The methods that the class itself declares under a text for a name: what a decorator on a class is about. */
export function ownMethods(prototype: object): OwnMethod[] {
  const methods: OwnMethod[] = [];
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    const method: unknown = descriptor?.value;
    if (name === 'constructor' || typeof method !== 'function' || descriptor?.configurable !== true) continue;
    if (isClass(method)) continue;
    const place = {
      kind: 'method',
      role: 'method',
      method: method as Method,
      name,
      owner: prototype,
      isStatic: false,
    } as const;
    const plan = planFor(place);
    methods.push({
      name,
      plan,
      carryOut: () => {
        Object.defineProperty(prototype, name, { ...descriptor, value: carryOut(plan, method as Method) });
      },
    });
  }
  return methods;
}

/** A class that stands on a prototype is no method: wrapped, it could not be constructed. */
function isClass(fn: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}
