import { Tracer } from '@aws-lambda-powertools/tracer';

const tracer = new Tracer({ serviceName: 'shop' });

class Orders {
  async place(id) {
    return { id };
  }
}

// What a compiler makes of `@tracer.captureMethod()`.
const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'place');
Object.defineProperty(
  Orders.prototype,
  'place',
  tracer.captureMethod()(Orders.prototype, 'place', descriptor) ?? descriptor,
);

const orders = new Orders();

export const handler = (event) => orders.place(event.id);
