// As ../shared/types.ts, of what the standard dialect alone has: #private members, fields and auto-accessors. Nothing here runs.
import { Annotate, Metadata, Traced, TracedTask } from 'radiograph';

interface Order {
  readonly id: string;
}

export class Compiles {
  @Traced({ captureArguments: (given: Order) => given.id })
  #hidden(_given: Order): void {}

  @Annotate('id', (given: Order) => given.id)
  #annotated(_given: Order): void {}

  @TracedTask()
  #task(): void {}

  @Traced()
  static #counted(): number {
    return 1;
  }

  @Traced({ captureResult: (count: number) => count })
  readonly field = (given: Order): number => given.id.length;

  @Traced({
    name(this: Compiles, given: Order) {
      return given.id;
    },
  })
  readonly ofThis = async (_given: Order): Promise<void> => undefined;

  @Traced('make')
  static readonly make = (): Compiles => new Compiles();

  @Traced()
  accessor content = 1;

  @Traced({ captureResult: (content: number) => content })
  get size(): number {
    return 1;
  }

  @Traced({ captureArguments: (size: number) => size })
  set size(_size: number) {}

  use(): void {
    this.#hidden({ id: '' });
    this.#annotated({ id: '' });
    this.#task();
    Compiles.#counted();
  }
}

export class Generic<Item extends { readonly id: string }> {
  @Traced({ captureArguments: (item: { readonly id: string }) => item.id })
  #hidden(_item: Item): void {}

  @Traced({ captureArguments: (item: { readonly id: string }) => item.id })
  readonly field = (_item: Item): void => undefined;

  @Traced({ captureResult: (item: { readonly id: string } | undefined) => item?.id })
  accessor content: Item | undefined = undefined;

  use(item: Item): void {
    this.#hidden(item);
  }
}

export class Refused {
  // @ts-expect-error -- another argument
  @Traced({ captureArguments: (given: string) => given })
  #hidden(_given: Order): void {}

  // @ts-expect-error -- holds no function
  @Traced()
  readonly text = 'text';

  // @ts-expect-error -- another result
  @Traced({ captureResult: (result: string) => result })
  readonly field = (_given: Order): number => 1;

  // @ts-expect-error -- another argument
  @Traced({ when: (given: string) => given === '' })
  readonly chosen = (_given: Order): number => 1;

  // @ts-expect-error -- another value
  @Traced({ captureArguments: (size: string) => size })
  set size(_size: number) {}

  // @ts-expect-error -- another value
  @Traced({ captureResult: (content: string) => content })
  accessor content = 1;

  // @ts-expect-error -- it stands on a method
  @Metadata('key', 1)
  accessor other = 1;

  // @ts-expect-error -- it stands on a method
  @TracedTask()
  get task(): number {
    return 1;
  }

  use(): void {
    this.#hidden({ id: '' });
  }
}
