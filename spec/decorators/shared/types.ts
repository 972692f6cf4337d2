// Uses of the decorators that have to compile, and after `@ts-expect-error` uses that must not. Compiled in both dialects with the
// other specs, and against the packed package by every TypeScript version that is supported. Nothing here runs.
import { Annotate, Metadata, Traced, TracedTask, Untraced, type TracedOptions } from 'radiograph';

interface Order {
  readonly id: string;
  readonly total: number;
  readonly customer?: { readonly tier: string };
}
interface Receipt {
  readonly number: number;
}
interface Query extends PromiseLike<Receipt> {
  readonly sql: string;
}

declare const order: Order;
declare const receipt: Receipt;

/** What has to compile. */
export class Compiles {
  readonly region: string = 'eu';

  @Traced()
  bare(): void {}

  @Traced('name')
  named(): void {}

  @Traced('{class} {method}')
  template(): void {}

  @Traced({})
  empty(): void {}

  @Traced({ name: 'x', namespace: 'remote', captureArguments: true, captureResult: false })
  constants(): void {}

  @Traced({ name: (given: Order) => given.id })
  nameOfArgument(given: Order): string {
    return given.id;
  }

  @Traced({ name: (id: string, count: number) => id + count })
  nameOfBoth(_id: string, _count: number): void {}

  @Traced({ name: (id: string) => id })
  nameOfTheFirst(_id: string, _count: number): void {}

  @Traced({ name: (given: { readonly id: string }) => given.id })
  nameOfWiderArgument(_given: Order): void {}

  @Traced({
    name(this: Compiles) {
      return this.region;
    },
  })
  nameOfThis(): void {}

  @Traced({
    name(this: { readonly region: string }, given: Order) {
      return this.region + given.id;
    },
  })
  nameOfWiderThis(_given: Order): void {}

  @Traced({
    annotations: { id: (given: Order) => given.id, channel: 'web', count: 1, big: 1n, at: new Date(), none: null },
  })
  annotations(_given: Order): void {}

  @Traced({ annotations: { tier: (given: Order) => given.customer?.tier } })
  absentAnnotation(_given: Order): void {}

  @Traced({ metadata: { given: (given: Order) => given, constant: { any: [1] }, nothing: undefined } })
  metadata(_given: Order): void {}

  @Traced({ captureArguments: (given: Order) => [given.id] })
  captureArguments(_given: Order): void {}

  @Traced({ captureResult: (result: Receipt) => result.number })
  captureResult(): Receipt {
    return receipt;
  }

  @Traced({ captureResult: (result: Receipt) => result.number })
  async captureResolved(): Promise<Receipt> {
    return receipt;
  }

  @Traced({ captureResult: (result: Receipt | undefined) => result?.number })
  async captureWider(): Promise<Receipt> {
    return receipt;
  }

  @Traced({ captureResult: (result: Receipt | string) => result })
  captureOneOrTheOther(): Promise<Receipt> | string {
    return '';
  }

  @Traced({ captureResult: (last: string) => last })
  *captureReturned(): Generator<number, string, void> {
    yield 1;
    return 'last';
  }

  @Traced({ captureResult: (last: string) => last })
  async *captureReturnedLater(): AsyncGenerator<number, string, void> {
    yield 1;
    return 'last';
  }

  @Traced({ captureResult: (query: Query) => query.sql })
  captureLazy(): Query {
    return order as unknown as Query;
  }

  @Traced({ when: (given: Order) => given.total > 0 })
  when(_given: Order): void {}

  @Traced({ classifyError: (thrown) => (thrown instanceof RangeError ? 'error' : undefined) })
  classifyError(): void {}

  @Traced({ classifyError: () => 'none' })
  classifyAll(): void {}

  @Traced({ name: (first: string, ...others: string[]) => first + others.join('') })
  rest(_first: string, ..._others: string[]): void {}

  @Traced({ name: (id?: string) => id ?? 'none' })
  optional(_id?: string): void {}

  @Traced({ captureArguments: (value: unknown) => value, captureResult: (value: unknown) => value })
  generic<Value>(value: Value): Value {
    return value;
  }

  overloaded(id: string): void;
  overloaded(id: number | string): void;
  @Traced({ name: (id: number | string) => String(id) })
  overloaded(_id: number | string): void {}

  @Traced(OPTIONS)
  fromVariable(_given: Order): Receipt {
    return receipt;
  }

  @Traced({ captureResult: (result: number) => result })
  get size(): number {
    return 1;
  }

  @Traced({ captureArguments: (id: string) => id })
  static create(_id: string): void {}

  @Traced({
    name(this: typeof Compiles) {
      return this.label;
    },
  })
  static ofClass(): void {}

  static readonly label: string = 'label';

  @Traced()
  private hidden(): void {}

  @Traced()
  protected guarded(): void {}

  @Traced()
  ['computed'](): void {}

  @Traced()
  [Symbol.iterator](): Iterator<number> {
    this.hidden();
    return [].values();
  }

  @Untraced()
  untraced(): void {}

  @TracedTask()
  task(): void {}

  @TracedTask('nightly {method}')
  namedTask(): void {}

  @TracedTask((queue: string) => `drain ${queue}`)
  async selectedTask(_queue: string): Promise<void> {}

  @Annotate('channel', 'web')
  annotate(): void {}

  @Annotate('id', (given: Order) => given.id)
  annotateArgument(_given: Order): void {}

  @Annotate('tier', (given: Order) => given.customer?.tier)
  annotateAbsent(_given: Order): void {}

  @Annotate('at', () => new Date())
  annotateDate(): void {}

  @Annotate('region', function select(this: Compiles) {
    return this.region;
  })
  annotateThis(): void {}

  @Annotate('number', { result: (result: Receipt) => result.number })
  async annotateResult(): Promise<Receipt> {
    return receipt;
  }

  @Annotate('last', { result: (last: string) => last })
  *annotateReturned(): Generator<number, string, void> {
    yield 1;
    return 'last';
  }

  @Metadata('build', { number: 7 })
  metadataConstant(): void {}

  @Metadata('order', (given: Order) => given, { namespace: 'orders' })
  metadataArgument(_given: Order): void {}

  @Metadata('receipt', { result: (result: Receipt) => result })
  metadataResult(): Receipt {
    return receipt;
  }

  @Annotate('a', 1)
  @Metadata('b', 2)
  @Traced()
  @Annotate('c', (id: string) => id)
  stacked(_id: string): void {}
}

declare const OPTIONS: TracedOptions<Compiles, [given: Order], Receipt>;

@Traced()
export class TracedClass {
  method(): void {}
}

@Traced({
  name: '{method}',
  only: ['method'],
  except: /^_/,
  annotations: { count: (...args: unknown[]) => args.length },
})
@Annotate('team', 'billing')
@Metadata('build', { number: 7 })
export class DescribedClass {
  method(): void {}
}

@Traced({
  name(this: OwnName) {
    return this.label;
  },
  only: (name) => name !== 'label',
})
export class OwnName {
  readonly label: string = 'label';
}

declare const NAME: string;

@Traced(NAME)
export class NamedByVariable {}

@Traced('{class}#{method}')
export class NamedByTemplate {}

@Traced()
export class Private {
  private constructor(readonly value: number) {}

  static make(): Private {
    return new Private(1);
  }
}

@Traced()
export abstract class Abstract<Value> {
  abstract read(): Value;
  abstract write(value: Value): void;
}

/** What has to compile where a class, or a method, has type parameters. */
export class Generic<Item extends { readonly id: string }, Text extends string, Open> {
  @Traced({ annotations: { id: (item: { readonly id: string }) => item.id } })
  save(_item: Item): void {}

  @Traced({ captureArguments: (items: readonly { readonly id: string }[]) => items.length })
  saveAll(_items: Item[]): void {}

  @Traced({ name: (item: { readonly id: string }, _open: unknown) => item.id })
  pair(_item: Item, _open: Open): void {}

  @Traced({ captureResult: (item: { readonly id: string }) => item.id })
  first(items: Item[]): Item {
    return items[0]!;
  }

  @Traced({ captureResult: (item: { readonly id: string } | undefined) => item?.id })
  async maybe(items: Item[]): Promise<Item | undefined> {
    return items[0];
  }

  @Traced({ captureResult: (item: { readonly id: string }) => item.id })
  async *each(items: Item[]): AsyncGenerator<Item, Item, void> {
    for (const item of items) yield item;
    return items[0]!;
  }

  @Traced({
    name(this: { readonly label: string }) {
      return this.label;
    },
  })
  labelled(_open: Open): void {}

  readonly label: string = 'label';

  @Traced({ captureArguments: (open: unknown) => open, captureResult: (open: unknown) => open })
  open(open: Open): Open {
    return open;
  }

  @Annotate('id', { result: (item: { readonly id: string }) => item.id })
  async find(items: Item[]): Promise<Item> {
    return items[0]!;
  }

  @Annotate('id', (item: { readonly id: string }) => item.id)
  @Metadata('item', (item: { readonly id: string }) => item)
  @Metadata('items', { result: (items: readonly unknown[]) => items.length })
  put(item: Item): Item[] {
    return [item];
  }

  @Annotate('text', (text: string) => text)
  @Annotate('length', { result: (text: string) => text.length })
  text(text: Text): Text {
    return text;
  }

  @Traced({ captureArguments: (item: { readonly id: string }) => item.id })
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it is what is compiled here
  tag<Kind extends Item>(_kind: Kind): void {}

  @TracedTask((item: { readonly id: string }) => item.id)
  task(_item: Item): void {}

  @Untraced()
  untraced(_item: Item): Item[] {
    return [];
  }

  @Traced()
  get size(): Open | undefined {
    return undefined;
  }
}

/** What has to compile where nothing can be given, or where what is given is `undefined`. */
export class Impossible {
  @Traced()
  traced(_value: never): void {}

  @Untraced()
  untraced(_value: never): void {}

  @TracedTask()
  task(_value: never): void {}

  @Annotate('x', 1)
  @Metadata('y', 2)
  annotated(_value: never): void {}

  @Traced({ name: 'x', when: undefined, namespace: undefined, captureResult: undefined, classifyError: undefined })
  absent(): void {}

  @Metadata('x', 1, { namespace: undefined })
  @Metadata('x', undefined as string | undefined)
  nowhere(): void {}
}

/** What must not compile where a class has type parameters. */
export class GenericRefused<Item extends { readonly id: string }> {
  // @ts-expect-error -- another argument
  @Traced({ annotations: { id: (given: Receipt) => given.number } })
  save(_item: Item): void {}

  // @ts-expect-error -- narrower than the parameter
  @Annotate('total', (given: Order) => given.total)
  put(_item: Item): void {}

  // @ts-expect-error -- another result
  @Annotate('number', { result: (given: Receipt) => given.number })
  async find(items: Item[]): Promise<Item> {
    return items[0]!;
  }

  // @ts-expect-error -- no annotation
  @Annotate('item', (item: { readonly id: string }) => item)
  whole(_item: Item): void {}
}

/** What must not compile. */
export class Refused {
  readonly region: string = 'eu';

  // @ts-expect-error -- no such option
  @Traced({ nmae: 'x' })
  unknownOption(): void {}

  // @ts-expect-error -- no such namespace
  @Traced({ namespace: 'local' })
  unknownNamespace(): void {}

  // @ts-expect-error -- a name is a text
  @Traced({ name: 7 })
  nameOfNumber(): void {}

  // @ts-expect-error -- a name is a text
  @Traced({ name: (given: Order) => given.total })
  nameOfNumberSelected(_given: Order): void {}

  // @ts-expect-error -- a name is there at once
  @Traced({ name: async () => 'later' })
  nameOfPromise(): void {}

  // @ts-expect-error -- another argument
  @Traced({ name: (given: Receipt) => String(given.number) })
  nameOfOtherArgument(_given: Order): void {}

  // @ts-expect-error -- a narrower argument
  @Traced({ name: (id: string) => id })
  nameOfNarrowerArgument(_id: string | undefined): void {}

  // @ts-expect-error -- more arguments
  @Traced({ name: (id: string, count: number) => id + count })
  nameOfMoreArguments(_id: string): void {}

  // @ts-expect-error -- no such argument
  @Traced({ name: (id: string) => id })
  nameOfNoArgument(): void {}

  // @ts-expect-error -- may be absent
  @Traced({ name: (id: string) => id })
  nameOfOptional(_id?: string): void {}

  // @ts-expect-error -- the type of an argument is to be written
  @Traced({ name: (given) => given.id })
  nameOfUntyped(_given: Order): void {}

  // @ts-expect-error -- another this
  @Traced({
    name(this: { readonly country: string }) {
      return this.country;
    },
  })
  nameOfOtherThis(): void {}

  // @ts-expect-error -- no annotation
  @Traced({ annotations: { whole: (given: Order) => given } })
  annotationOfObject(_given: Order): void {}

  // @ts-expect-error -- no annotation
  @Traced({ annotations: { list: [1] } })
  annotationConstant(): void {}

  // @ts-expect-error -- another argument
  @Traced({ annotations: { right: 1, wrong: (given: Receipt) => given.number } })
  annotationOfOther(_given: Order): void {}

  // @ts-expect-error -- an annotation is there at once
  @Traced({ annotations: { later: async () => 1 } })
  annotationOfPromise(): void {}

  // @ts-expect-error -- another argument
  @Traced({ metadata: { wrong: (given: Receipt) => given } })
  metadataOfOther(_given: Order): void {}

  // @ts-expect-error -- another argument
  @Traced({ captureArguments: (given: Receipt) => given })
  argumentsOfOther(_given: Order): void {}

  // @ts-expect-error -- neither true nor false nor a function
  @Traced({ captureArguments: 'all' })
  argumentsByName(): void {}

  // @ts-expect-error -- another result
  @Traced({ captureResult: (result: Order) => result.id })
  resultOfOther(): Receipt {
    return receipt;
  }

  // @ts-expect-error -- another result
  @Traced({ captureResult: (result: Order) => result.id })
  async resolvedOfOther(): Promise<Receipt> {
    return receipt;
  }

  // @ts-expect-error -- the resolved result, not the promise
  @Traced({ captureResult: (result: Promise<Receipt>) => result })
  async promiseOfResult(): Promise<Receipt> {
    return receipt;
  }

  // @ts-expect-error -- a narrower result
  @Traced({ captureResult: (result: Receipt) => result.number })
  async resultOfMaybe(): Promise<Receipt | undefined> {
    return receipt;
  }

  // @ts-expect-error -- no result
  @Traced({ captureResult: (result: string) => result })
  resultOfNone(): void {}

  // @ts-expect-error -- what it returns, not what it yields
  @Traced({ captureResult: (result: number) => result })
  *resultOfYielded(): Generator<number, string, void> {
    yield 1;
    return '';
  }

  // @ts-expect-error -- a promise is always true
  @Traced({ when: async () => false })
  whenLater(): void {}

  // @ts-expect-error -- true or false
  @Traced({ when: (given: Order) => given.id })
  whenText(_given: Order): void {}

  // @ts-expect-error -- a function of the call
  @Traced({ when: true })
  whenConstant(): void {}

  // @ts-expect-error -- no such class of errors
  @Traced({ classifyError: () => 'warning' })
  unknownClass(): void {}

  // @ts-expect-error -- chooses among the methods of a class
  @Traced({ only: ['method'] })
  only(): void {}

  // @ts-expect-error -- chooses among the methods of a class
  @Traced({ except: /x/ })
  except(): void {}

  // @ts-expect-error -- options for another method
  @Traced(OPTIONS)
  fromVariable(_given: Receipt): Receipt {
    return receipt;
  }

  // @ts-expect-error -- another result
  @Traced({ captureResult: (result: string) => result })
  get size(): number {
    return 1;
  }

  // @ts-expect-error -- this is the class
  @Traced({
    name(this: Refused) {
      return this.region;
    },
  })
  static ofInstance(): void {}

  // @ts-expect-error -- an operation is a text
  @TracedTask(7)
  taskOfNumber(): void {}

  // @ts-expect-error -- another argument
  @TracedTask((given: Receipt) => String(given.number))
  taskOfOther(_given: Order): void {}

  // @ts-expect-error -- a method needs a value
  @Annotate('key')
  annotateNothing(): void {}

  // @ts-expect-error -- no annotation
  @Annotate('key', { any: 'object' })
  annotateObject(): void {}

  // @ts-expect-error -- no annotation
  @Annotate('key', (given: Order) => given)
  annotateOrder(_given: Order): void {}

  // @ts-expect-error -- an annotation is there at once
  @Annotate('key', async () => 1)
  annotateLater(): void {}

  // @ts-expect-error -- another argument
  @Annotate('key', (given: Receipt) => given.number)
  annotateOther(_given: Order): void {}

  // @ts-expect-error -- another this
  @Annotate('key', function select(this: Receipt) {
    return this.number;
  })
  annotateOtherThis(): void {}

  // @ts-expect-error -- another result
  @Annotate('key', { result: (result: Order) => result.id })
  annotateOtherResult(): Receipt {
    return receipt;
  }

  // @ts-expect-error -- no annotation
  @Annotate('key', { result: (result: Receipt) => result })
  annotateReceipt(): Receipt {
    return receipt;
  }

  // @ts-expect-error -- a key is a text
  @Annotate(7, 1)
  annotateByNumber(): void {}

  // @ts-expect-error -- a method needs a value
  @Metadata('key')
  metadataNothing(): void {}

  // @ts-expect-error -- another argument
  @Metadata('key', (given: Receipt) => given)
  metadataOther(_given: Order): void {}

  // @ts-expect-error -- metadata is there at once
  @Metadata('key', async (text: string) => text)
  metadataLater(_text: string): void {}

  // @ts-expect-error -- metadata is there at once
  @Metadata('key', { result: async (text: string) => text })
  metadataResultLater(): string {
    return '';
  }

  // @ts-expect-error -- metadata is there at once
  @Traced({ metadata: { later: async (text: string) => text } })
  metadataOptionLater(_text: string): void {}

  // @ts-expect-error -- a selector of the result stands alone
  @Metadata('key', { result: (text: string) => text, other: 1 })
  metadataResultAndMore(): string {
    return '';
  }

  // @ts-expect-error -- another result
  @Metadata('key', { result: (result: Order) => result })
  metadataOtherResult(): Receipt {
    return receipt;
  }

  // @ts-expect-error -- no such option
  @Metadata('key', 1, { namespce: 'x' })
  metadataUnknownOption(): void {}

  // @ts-expect-error -- it stands on a method
  @Annotate('key', 1)
  readonly field: number = 1;

  // @ts-expect-error -- it stands on a method
  @Untraced()
  readonly untraced: number = 1;

  // @ts-expect-error -- it stands on a method
  @TracedTask()
  readonly task: number = 1;
}

// @ts-expect-error -- a class has many methods, whose arguments are anything
@Traced({ annotations: { id: (given: Order) => given.id } })
export class SelectorOfOne {}

// @ts-expect-error -- names, a pattern or a function
@Traced({ only: 7 })
export class ChosenByNumber {}

// @ts-expect-error -- a constant for all methods
@Annotate('key', () => 1)
export class AnnotatedBySelector {}

// @ts-expect-error -- one name for all methods
@Traced('fixed')
export class NamedOnce {}

// @ts-expect-error -- one name for all methods
@Traced({ name: 'fixed {class}' })
export class NamedOnceInOptions {}

// @ts-expect-error -- a value for all methods
@Metadata('key')
export class MetadataOfNothing {}

// @ts-expect-error -- it stands on a method
@TracedTask()
export class TaskClass {}

// @ts-expect-error -- it stands on a method
@Untraced()
export class UntracedClass {}
