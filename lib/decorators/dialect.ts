import { DecorationError } from '../foundation/errors.js';
import { describeGiven } from './given.js';

export type Method = (this: unknown, ...args: never[]) => unknown;

/** A class that wears a decorator. */
export interface ClassPlace {
  readonly kind: 'class';
  readonly prototype: object;
}

/** A method that wears a decorator. */
export interface MethodPlace {
  readonly kind: 'method';
  readonly method: Method;
  readonly role: Role;
  readonly name: PropertyKey;
  /** The prototype, or for a static method the class; standard decorators are not told. */
  readonly owner: object | undefined;
  readonly isStatic: boolean;
  /** What the decorator has to answer so that `method` takes the method's place. */
  answer(method: Method): unknown;
}

/** As what a function stands on its class. */
export type Role = 'method' | 'getter' | 'setter';

/** An accessor that wears a decorator: in the legacy dialect its getter and its setter at once. */
export interface AccessorPlace {
  readonly kind: 'accessor';
  readonly name: PropertyKey;
  readonly parts: readonly Omit<MethodPlace, 'answer'>[];
  /** @param methods what takes the place of each of the parts */
  answer(methods: readonly Method[]): unknown;
}

/** A field that wears a decorator; the standard dialect alone lets its value be replaced. */
export interface FieldPlace {
  readonly kind: 'field';
  readonly name: PropertyKey;
  readonly isStatic: boolean;
  /** @param initialize makes, for one object, the value of the field from the one that it was given */
  answer(initialize: (self: unknown, value: unknown) => unknown): unknown;
}

/** A parameter of a method that wears a decorator; the legacy dialect alone has these. */
export interface ParameterPlace {
  readonly kind: 'parameter';
  readonly owner: object;
  readonly method: Method;
  readonly name: PropertyKey;
  readonly index: number;
}

export type Place = ClassPlace | MethodPlace | AccessorPlace | FieldPlace | ParameterPlace;

/**
 * Tells where a decorator stands and in which dialect: standard decorators (TC39) get a context object as the second argument,
 * legacy ones (`experimentalDecorators`) a key, and with it a descriptor or a parameter's index.
 *
 * @param decorator the decorator's name, for messages
 * @param kinds where it may stand
 * @throws DecorationError DECORATION_TARGET where it stands on something else
 */
export function readPlace<Kind extends Place['kind']>(
  decorator: string,
  args: readonly unknown[],
  kinds: readonly Kind[],
): Extract<Place, { readonly kind: Kind }> {
  const [target, second] = args;
  const place = isStandardContext(second) ? standardPlace(target, second) : legacyPlace(decorator, args, kinds);
  if ((kinds as readonly string[]).includes(place.kind)) return place as Extract<Place, { readonly kind: Kind }>;
  throw misplaced(decorator, nameOf(place), remedyFor(place, kinds));
}

function nameOf(place: Place): string {
  if (place.kind === 'class') return 'a class';
  const name = `"${String(place.name)}"`;
  if (place.kind === 'parameter') return `a parameter of ${name}`;
  return `${place.kind === 'accessor' ? 'an' : 'a'} ${place.kind} ${name}`;
}

function isStandardContext(value: unknown): value is DecoratorContext {
  return typeof value === 'object' && value !== null && typeof (value as Partial<DecoratorContext>).kind === 'string';
}

function standardPlace(target: unknown, context: DecoratorContext): Place {
  switch (context.kind) {
    case 'class':
      return classPlace(target as { readonly prototype: object });
    case 'method':
      return { ...standardPart(target, context, 'method'), answer: (replacement: Method) => replacement };
    case 'getter':
    case 'setter':
      return {
        kind: 'accessor',
        name: context.name,
        parts: [standardPart(target, context, context.kind)],
        answer: ([replacement]) => replacement,
      };
    case 'accessor': {
      const { get, set } = target as { readonly get: unknown; readonly set: unknown };
      const parts = [standardPart(get, context, 'getter'), standardPart(set, context, 'setter')];
      return {
        kind: 'accessor',
        name: context.name,
        parts,
        answer: ([getter, setter]) => ({ get: getter, set: setter }),
      };
    }
    case 'field':
      return {
        kind: 'field',
        name: context.name,
        isStatic: context.static,
        answer: (initialize) =>
          function initial(this: unknown, value: unknown): unknown {
            return initialize(this, value);
          },
      };
  }
}

function standardPart(
  method: unknown,
  context: Exclude<DecoratorContext, ClassDecoratorContext>,
  role: Role,
): Omit<MethodPlace, 'answer'> {
  const { name, static: isStatic } = context;
  return { kind: 'method', method: method as Method, role, name, owner: undefined, isStatic };
}

function legacyPlace(decorator: string, args: readonly unknown[], kinds: readonly string[]): Place {
  const [target, second, third] = args;
  if (args.length <= 1) {
    if (typeof target === 'function' && isObject(target.prototype)) return classPlace(target);
    const given = typeof target === 'function' ? 'a function that is no class' : describeGiven(target);
    throw misplaced(decorator, given, putOn(kinds));
  }
  if (typeof second === 'undefined')
    throw misplaced(decorator, 'a constructor parameter', 'Record it in a method instead.');
  const owner = target as object;
  const name = second as PropertyKey;
  if (typeof third === 'number') {
    const method: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
    if (typeof method !== 'function') {
      throw misplaced(decorator, `the parameter of the setter "${String(name)}"`, 'Record it in a method instead.');
    }
    return { kind: 'parameter', owner, method: method as Method, name, index: third };
  }
  const descriptor =
    typeof third === 'object' && third !== null
      ? (third as PropertyDescriptor)
      : Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor?.get !== undefined || descriptor?.set !== undefined) return legacyAccessor(owner, name, descriptor);
  const method: unknown = descriptor?.value;
  if (typeof method !== 'function') {
    const remedy = kinds.includes('field')
      ? 'Make it a method, or compile with standard decorators, which can stand on a field that holds a function.'
      : 'Make it a method.';
    throw misplaced(decorator, `the field "${String(name)}"`, remedy);
  }
  return {
    kind: 'method',
    method: method as Method,
    role: 'method',
    name,
    owner,
    isStatic: typeof owner === 'function',
    answer: (replacement) => ({ ...descriptor, value: replacement }),
  };
}

function legacyAccessor(owner: object, name: PropertyKey, descriptor: PropertyDescriptor): AccessorPlace {
  const isStatic = typeof owner === 'function';
  const part = (role: Role, slot: 'get' | 'set'): Omit<MethodPlace, 'answer'>[] =>
    descriptor[slot] === undefined
      ? []
      : [{ kind: 'method', method: descriptor[slot] as Method, role, name, owner, isStatic }];
  const parts = [...part('getter', 'get'), ...part('setter', 'set')];
  return {
    kind: 'accessor',
    name,
    parts,
    answer: (methods) => {
      const replaced = { ...descriptor };
      for (const [index, { role }] of parts.entries()) {
        if (role === 'getter') replaced.get = methods[index] as () => unknown;
        else replaced.set = methods[index] as (value: unknown) => void;
      }
      return replaced;
    },
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function classPlace(target: { readonly prototype: object }): ClassPlace {
  return { kind: 'class', prototype: target.prototype };
}

function remedyFor({ kind }: Place, kinds: readonly Place['kind'][]): string {
  if (kind === 'accessor' || kind === 'field') return 'Make it a method.';
  return putOn(kinds);
}

function putOn(kinds: readonly string[]): string {
  const places = kinds.filter((each) => each === 'class' || each === 'method' || each === 'parameter');
  return `Put it on a ${places.join(' or a ')}.`;
}

function misplaced(decorator: string, what: string, remedy: string): DecorationError {
  return new DecorationError('DECORATION_TARGET', `@${decorator} stands on ${what}, where it cannot work. ${remedy}`);
}
