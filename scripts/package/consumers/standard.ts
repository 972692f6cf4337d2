// What a user writes under standard decorators: no parameter decorators, no injected constructor parameters.
import { setTimeout as pause } from 'node:timers/promises';
import { Annotate, Recorder, Traced, TracingModule } from 'radiograph';
import { Container } from 'typedi';

@Traced()
class Prices {
  @Annotate('item', (item: string) => item)
  async quote(_item: string): Promise<number> {
    await pause(2);
    return 12;
  }
}

@Traced()
class Orders {
  readonly #prices = new Prices();
  readonly #recorder = Container.get(Recorder);

  @Annotate('item', (item: string) => item)
  @Annotate('count', (_item: string, count: number) => count)
  async place(item: string, count: number): Promise<number> {
    const price = await this.#prices.quote(item);
    try {
      this.#recorder.capture('charge', () => this.charge(price * count));
    } catch {
      this.#recorder.metadata('paid', false);
    }
    return price * count;
  }

  private charge(cents: number): never {
    throw new RangeError(`no credit for ${cents}`);
  }
}

const tracing = TracingModule.forRoot({ service: 'package-shop', sampling: 'all' });
const orders = new Orders();
const sum = await tracing.recorder.trace('POST /orders', () => orders.place('tea', 3));
if (process.argv[2] !== 'without-close') await tracing.close();
console.log(`sum ${sum}`);
