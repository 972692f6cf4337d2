// As ../shared/types.ts, of what the legacy dialect alone has: parameters. Nothing here runs.
import { Annotate, Metadata, Traced } from 'radiograph';

interface Order {
  readonly id: string;
  readonly total: number;
}

export class Compiles {
  text(@Annotate('id') _id: string): void {}

  number(@Annotate('count') _count: number, @Annotate('big') _big: bigint): void {}

  date(@Annotate('at') _at: Date): void {}

  optional(@Annotate('id') _id?: string): void {}

  nullable(@Annotate('id') _id: string | null): void {}

  unknown(@Annotate('id') _id: unknown): void {}

  selected(@Annotate('id', (given: Order) => given.id) _given: Order): void {}

  widerSelected(@Annotate('id', (given: { readonly id: string } | undefined) => given?.id) _given: Order): void {}

  second(_first: number, @Annotate('id', (given: Order) => given.id) _given: Order): void {}

  rest(@Annotate('count', (ids: readonly string[]) => ids.length) ..._ids: string[]): void {}

  restAfter(
    @Annotate('first') _first: number,
    @Annotate('count', (ids: readonly string[]) => ids.length) ..._ids: string[]
  ): void {}

  anything(@Metadata('order') _given: Order): void {}

  part(@Metadata('order', (given: Order) => given.id, { namespace: 'orders' }) _given: Order): void {}

  inNamespace(@Metadata('order', undefined, { namespace: 'orders' }) _given: Order): void {}

  async several(@Annotate('id') @Metadata('id') _id: string): Promise<void> {}

  private hidden(@Annotate('id') _id: string): void {}

  static make(@Annotate('size') _size: number): void {}

  use(): void {
    this.hidden('');
  }
}

export class Generic<Item extends { readonly id: string }, Text extends string, Open> {
  @Traced({ name: (item: { readonly id: string }) => item.id })
  freeze(_item: Readonly<Item>): void {}

  put(@Metadata('x') _item: Item): void {}

  any(@Metadata('x') _open: Open, @Annotate('x', (open: unknown) => typeof open) _other: Open): void {}

  text(@Annotate('x') _text: Text, @Annotate('y', (text: string) => text) _other: Text): void {}

  save(@Annotate('id', (item: { readonly id: string }) => item.id) _item: Item): void {}

  all(@Annotate('id', (items: readonly { readonly id: string }[]) => items.length) _items: readonly Item[]): void {}

  rest(@Metadata('x', (items: readonly { readonly id: string }[]) => items.length) ..._items: Item[]): void {}

  frozen(@Annotate('id', (item: { readonly id: string }) => item.id) _item: Readonly<Item>): void {}

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it is what is compiled here
  tag<Kind extends Item>(@Annotate('id', (item: { readonly id: string }) => item.id) _kind: Kind): void {}

  nothing(@Metadata('x') _nothing: never): void {}
}

export class GenericRefused<Item extends { readonly id: string }> {
  // @ts-expect-error -- no annotation: a selector is needed
  whole(@Annotate('x') _item: Item): void {}

  // @ts-expect-error -- another parameter
  other(@Annotate('x', (text: string) => text) _item: Item): void {}
}

export class Refused {
  // @ts-expect-error -- no annotation: a selector is needed
  object(@Annotate('order') _given: Order): void {}

  // @ts-expect-error -- no annotation: a selector is needed
  list(@Annotate('ids') _ids: string[]): void {}

  // @ts-expect-error -- another parameter
  other(@Annotate('id', (given: Order) => given.id) _given: string): void {}

  // @ts-expect-error -- that is the second one
  position(@Annotate('id', (given: Order) => given.id) _first: number, _given: Order): void {}

  // @ts-expect-error -- may be absent
  absent(@Annotate('id', (given: Order) => given.id) _given?: Order): void {}

  // @ts-expect-error -- no annotation
  whole(@Annotate('order', (given: Order) => given) _given: Order): void {}

  // @ts-expect-error -- a selector, no constant
  constant(@Annotate('id', 'constant') _given: Order): void {}

  // @ts-expect-error -- results are the method's
  result(@Annotate('id', { result: (given: Order) => given.id }) _given: Order): void {}

  // @ts-expect-error -- the array
  rest(@Annotate('first', (id: string) => id) ..._ids: string[]): void {}

  // @ts-expect-error -- another parameter
  metadata(@Metadata('id', (given: string) => given) _given: Order): void {}

  // @ts-expect-error -- it stands on the method
  traced(@Traced() _given: Order): void {}

  // @ts-expect-error -- of a constructor there is nothing to record
  constructor(@Annotate('id') _id: string) {}

  // @ts-expect-error -- fields cannot be traced in this dialect
  @Traced()
  readonly field = (): void => undefined;

  // @ts-expect-error -- the static side
  static make(@Annotate('size', (size: string) => size) _size: number): void {}
}
