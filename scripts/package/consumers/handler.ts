// A decorated Lambda handler: what it weighs as one minified file is held by scripts/package/project.mjs and measured by bench/load.
import { Traced, TracingModule } from 'radiograph';

const { recorder } = TracingModule.forRoot({ service: 'package-shop' });

class Orders {
  @Traced('Orders.place')
  async place(id: string): Promise<{ id: string }> {
    return { id };
  }
}

const orders = new Orders();

export const handler = (event: { id: string }): Promise<{ id: string }> =>
  recorder.trace('POST /orders', () => orders.place(event.id));
