// What a user writes under experimentalDecorators: compiled as an ES module and as CommonJS, run as it is and bundled.
import { setTimeout as pause } from 'node:timers/promises';
import { Annotate, Recorder, Traced, TracingModule } from 'radiograph';
import { Container, Service } from 'typedi';

@Service()
@Traced()
class Prices {
  async quote(@Annotate('item') _item: string): Promise<number> {
    await pause(2);
    return 12;
  }
}

@Service()
@Traced()
class Orders {
  constructor(
    private readonly prices: Prices,
    private readonly recorder: Recorder,
  ) {}

  async place(@Annotate('item') item: string, @Annotate('count') count: number): Promise<number> {
    const price = await this.prices.quote(item);
    try {
      this.recorder.capture('charge', () => this.charge(price * count));
    } catch {
      this.recorder.metadata('paid', false);
    }
    return price * count;
  }

  private charge(cents: number): never {
    throw new RangeError(`no credit for ${cents}`);
  }
}

async function main(): Promise<void> {
  const tracing = TracingModule.forRoot({ service: 'package-shop', sampling: 'all' });
  const orders = Container.get(Orders);
  const sum = await tracing.recorder.trace('POST /orders', () => orders.place('tea', 3));
  if (process.argv[2] !== 'without-close') await tracing.close();
  console.log(`sum ${sum}`);
}

void main();
