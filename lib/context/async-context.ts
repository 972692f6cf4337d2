import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from './trace-context.js';

/** The context over Node's own `AsyncLocalStorage`: promises, timers, event loop callbacks, sockets. */
export class AsyncContext<Value> implements TraceContext<Value> {
  readonly #storage = new AsyncLocalStorage<Value | undefined>();

  current(): Value | undefined {
    return this.#storage.getStore();
  }

  enter(value: Value | undefined): void {
    this.#storage.enterWith(value);
  }
}
