import { DecorationError } from '../foundation/errors.js';

/** What the compiler's own `ClassMethodDecoratorContext` takes for a method; a narrower type it refuses. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyMethod<This> = (this: This, ...args: any) => any;

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
  readonly name: PropertyKey;
  /** The prototype, or for a static method the class; standard decorators are not told. */
  readonly owner: object | undefined;
  readonly isStatic: boolean;
  /** What the decorator has to answer so that `method` takes the method's place. */
  answer(method: Method): unknown;
}

/** A parameter of a method that wears a decorator; the legacy dialect alone has these. */
export interface ParameterPlace {
  readonly kind: 'parameter';
  readonly owner: object;
  readonly method: Method;
  readonly name: PropertyKey;
  readonly index: number;
}

export type Place = ClassPlace | MethodPlace | ParameterPlace;

/**
 * Tells where a decorator stands and in which dialect: standard decorators (TC39) get a context object as the second argument,
 * legacy ones (`experimentalDecorators`) a key, and with it a descriptor or a parameter's index.
 *
 * @param decorator the decorator's name, for messages
 * @throws DecorationError DECORATION_TARGET where it stands on something else
 */
export function readPlace(decorator: string, args: readonly unknown[]): Place {
  const [target, second, third] = args;
  if (isStandardContext(second)) return standardPlace(decorator, target, second);
  if (args.length === 1 && typeof target === 'function') return classPlace(target);
  if (typeof second === 'undefined')
    throw misplaced(decorator, 'a constructor parameter', 'Annotate in a method instead.');
  const owner = target as object;
  const name = second as PropertyKey;
  if (typeof third === 'number') {
    const method = Object.getOwnPropertyDescriptor(owner, name)?.value as Method;
    return { kind: 'parameter', owner, method, name, index: third };
  }
  const descriptor =
    typeof third === 'object' && third !== null
      ? (third as PropertyDescriptor)
      : Object.getOwnPropertyDescriptor(owner, name);
  const method: unknown = descriptor?.value;
  if (typeof method !== 'function') {
    const what = descriptor === undefined ? `the field "${String(name)}"` : `the accessor "${String(name)}"`;
    throw misplaced(decorator, what, 'Make it a method.');
  }
  return {
    kind: 'method',
    method: method as Method,
    name,
    owner,
    isStatic: typeof owner === 'function',
    answer: (replacement) => ({ ...descriptor, value: replacement }),
  };
}

function isStandardContext(value: unknown): value is DecoratorContext {
  return typeof value === 'object' && value !== null && typeof (value as Partial<DecoratorContext>).kind === 'string';
}

function standardPlace(decorator: string, target: unknown, context: DecoratorContext): Place {
  switch (context.kind) {
    case 'class':
      return classPlace(target as { readonly prototype: object });
    case 'method':
      return {
        kind: 'method',
        method: target as Method,
        name: context.name,
        owner: undefined,
        isStatic: context.static,
        answer: (replacement) => replacement,
      };
    case 'getter':
    case 'setter':
    case 'field':
    case 'accessor':
      throw misplaced(decorator, `the ${context.kind} "${String(context.name)}"`, 'Make it a method.');
  }
}

function classPlace(target: { readonly prototype: object }): ClassPlace {
  return { kind: 'class', prototype: target.prototype };
}

function misplaced(decorator: string, what: string, remedy: string): DecorationError {
  return new DecorationError('DECORATION_TARGET', `@${decorator} stands on ${what}, where it cannot work. ${remedy}`);
}
