/** Any function at all; of a narrower type, one with a parameter of type `never` would be none. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyFunction = (...args: any) => any;

/** Any `this`. A `function` takes over the one that is expected of it, which must not be `never` then. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnySelf = any;

/** A class, be its constructor private. */
export interface ClassLike {
  readonly prototype: object;
}

/**
 * The verdict, of a class; a {@link Misfit} of what can be called: standard decorators are resolved with one argument too, and what
 * does not fit a method must not pass as a class.
 */
export type OfClass<Class, Verdict> = Class extends AnyFunction ? Misfit<'It stands on no class'> : Verdict;

/** The member as a call: a method is itself, an accessor is read without an argument and written with one. */
export type Called<Member> = Member extends AnyFunction ? Member : (value?: Member) => Member;

/** The context of a method, as far as it tells its type; the compiler's own type of it refuses a parameter of type `never`. */
export interface MethodContext<This, M> {
  readonly kind: 'method';
  readonly access: { get(object: This): M };
}

/** What a standard decorator stands on, by its context: the object and the call. */
export type CallOf<Context> =
  Context extends MethodContext<infer This, infer M>
    ? { readonly self: This; readonly call: M }
    : Context extends ClassFieldDecoratorContext<infer This, infer Value>
      ? Value extends AnyFunction
        ? { readonly self: This; readonly call: Value }
        : never
      : Context extends ClassGetterDecoratorContext<infer This, infer Value>
        ? { readonly self: This; readonly call: () => Value }
        : Context extends ClassSetterDecoratorContext<infer This, infer Value>
          ? { readonly self: This; readonly call: (value: Value) => void }
          : Context extends ClassAccessorDecoratorContext<infer This, infer Value>
            ? { readonly self: This; readonly call: (value?: Value) => Value }
            : never;

/** Reads something off a call: it gets the arguments, and `this` where it is written as a `function`. */
export type Selector<Self, Args extends readonly unknown[], Value> = (this: Self, ...args: Args) => Value;

/** Reads something off the result of a call. */
export interface ResultSelector<Result, Value> {
  readonly result: (result: Result) => Value;
}

/**
 * What a method comes to, as selectors get it: of a promise what it resolves to, of a generator what it returns. Of any other
 * result, lazy thenables and streams among them, itself.
 */
export type ResultOf<M extends AnyFunction> = Outcome<Settled<ReturnType<M>>>;

type Settled<Result> = Result extends Promise<infer Value> ? Value : Result;
type Outcome<Result> =
  Result extends Generator<unknown, infer Value, never>
    ? Value
    : Result extends AsyncGenerator<unknown, infer Value, never>
      ? Value
      : Result;

declare const misfit: unique symbol;

/** What the compiler names where a decorator does not fit what it stands on. */
export interface Misfit<Message extends string> {
  readonly [misfit]: Message;
}

/**
 * The bound of a type parameter whose default is what was given: where that fits, the compiler keeps it, and where it does not, it
 * takes the bound instead, which can be told apart. Other than a conditional type, this decides about the type parameters of a class,
 * too. Where the
 * signature itself is checked, `Place` is open and the bound is nothing: what fits is not known there.
 */
export type Bound<Place, Right> = ([Place] extends [never] ? 'open' : 'known') extends 'known' ? Right : unknown;

/** What would fit a method. */
export type RightForMethod<Value, Accepted, Self, M extends AnyFunction> = [Value] extends [undefined]
  ? Misfit<'a value'>
  : Value extends AnyFunction
    ? AtOnce<ReturnType<Value>, Selector<Self, Parameters<M>, Accepted>>
    : Value extends { readonly result: infer Select extends AnyFunction }
      ? [Exclude<keyof Value, 'result'>] extends [never]
        ? AtOnce<ReturnType<Select>, ResultSelector<ResultOf<M>, Accepted>>
        : Misfit<'{ result: selector } alone'>
      : Accepted;

/** The bound of a selector, which has to answer at once: there is none for one that answers a promise. */
export type AtOnce<Answer, Right> = unknown extends Answer
  ? Right
  : [Answer] extends [never]
    ? Right
    : [Answer] extends [Promise<unknown>]
      ? Misfit<'an answer at once'>
      : Right;

/** `unknown` where what was given fits the method, else a {@link Misfit}. */
export type FitsMethod<Value, Accepted, Self, M extends AnyFunction> = [Value] extends [undefined]
  ? Misfit<'On a method it takes a value, a selector of the arguments, or { result: selector }'>
  : Value extends AnyFunction
    ? Value extends AtOnce<ReturnType<Value>, Selector<Self, Parameters<M>, Accepted>>
      ? unknown
      : Misfit<'The selector does not fit the arguments of the method, its this, or what may be recorded'>
    : Value extends { readonly result: infer Select extends AnyFunction }
      ? [Exclude<keyof Value, 'result'>] extends [never]
        ? Value extends AtOnce<ReturnType<Select>, ResultSelector<ResultOf<M>, Accepted>>
          ? unknown
          : Misfit<'The selector does not fit the result of the method, or what may be recorded'>
        : Misfit<'{ result: selector } has no other members'>
      : Value extends Accepted
        ? unknown
        : Misfit<'The value cannot be recorded'>;

/** A parameter that is recorded as it is, as something to compare: a type parameter on its own the compiler would not decide about. */
export interface Whole<Arg> {
  readonly argument: Arg;
}

/** What is wrong with a value that does not fit a parameter. */
export type MisfitOfParameter<Value, Arg> = [Value] extends [undefined]
  ? unknown extends Arg
    ? unknown
    : Misfit<'The parameter is nothing that may be recorded; add a selector'>
  : Misfit<'On a parameter it takes a selector of that parameter'>;

/** `unknown` where what was given is a constant, which is all that a class can say of every method; else a {@link Misfit}. */
export type FitsClass<Value, Accepted> = [Value] extends [undefined]
  ? Misfit<'On a class it takes a value'>
  : Value extends AnyFunction | { readonly result: AnyFunction }
    ? Misfit<'On a class it takes a constant; selectors stand on a method'>
    : Value extends Accepted
      ? unknown
      : Misfit<'The value cannot be recorded'>;

/** The type of one parameter: of a rest parameter the array. What is private the compiler does not tell; it passes. */
export type Argument<Owner, Key, Index extends number> = Key extends keyof Owner
  ? Owner[Key] extends AnyFunction
    ? At<Parameters<Owner[Key]>, Index>
    : never
  : never;

type At<Args extends readonly unknown[], Index extends number> = number extends Args['length']
  ? `${Index}` extends keyof Leading<Args>
    ? Args[Index]
    : Args[Index][]
  : Args[Index];

/** The parameters before a rest parameter. */
type Leading<Args extends readonly unknown[]> = Args extends readonly [infer First, ...infer Others]
  ? [First, ...Leading<Others>]
  : [];
