import { HttpException, Inject, Injectable, NotFoundException, type OnModuleInit } from '@nestjs/common';
import { Recorder } from 'radiograph';
import { Annotate, Metadata, Traced, Untraced } from '../tracing.js';
import type { OrderInput, OrderQuery } from './order-input.js';

export const PRICES = Symbol('prices');
export const CURRENCY = 'CURRENCY';

export class OutOfStock extends Error {
  constructor(readonly article: string) {
    super(`no ${article} left`);
  }
}

export class Query implements PromiseLike<object> {
  #limit = 0;
  #runs = 0;

  limit(limit: number): this {
    this.#limit = limit;
    return this;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
  then<One, Other>(
    answered?: ((answer: object) => One | PromiseLike<One>) | null,
    failed?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<One | Other> {
    this.#runs += 1;
    const answer = Promise.resolve({ limit: this.#limit, runs: this.#runs });
    return answer.then(answered, failed);
  }
}

@Injectable()
export class Stock {
  @Traced({ name: 'take from stock', namespace: 'remote' })
  async take(@Annotate('article') article: string, @Annotate('count') count: number): Promise<number> {
    if (article === 'cocoa') throw new OutOfStock(article);
    return 100 - count;
  }
}

@Injectable()
@Traced()
export class Orders implements OnModuleInit {
  readonly #hooks: string[] = [];

  constructor(
    private readonly stock: Stock,
    private readonly recorder: Recorder,
    @Inject(PRICES) private readonly prices: ReadonlyMap<string, number>,
    @Inject(CURRENCY) private readonly currency: string,
  ) {}

  @Untraced()
  onModuleInit(): void {
    this.#hooks.push('onModuleInit');
  }

  onApplicationBootstrap(): void {
    this.#hooks.push('onApplicationBootstrap');
  }

  list({ limit, status = 'open' }: OrderQuery): object {
    return { limit, status, types: [typeof limit, typeof status], hooks: this.#hooks };
  }

  async find(@Annotate('order') id: number): Promise<object> {
    await new Promise(setImmediate);
    if (id === 404) throw new NotFoundException(`there is no order ${id}`);
    return { id, paid: id % 2 === 0 };
  }

  @Annotate('lines', ({ lines }: OrderInput) => lines.length)
  async place(@Metadata('input') input: OrderInput): Promise<object> {
    let sum = 0;
    for (const line of input.lines) {
      await this.stock.take(line.article, line.count);
      sum += line.price(this.priceOf(line.article));
    }
    this.recorder.annotate('sum', sum);
    const receipt = this.recorder.capture('print receipt', () => `${sum} ${this.currency}`);
    return { receipt, channel: input.channel, kind: input.constructor.name };
  }

  @Untraced()
  priceOf(article: string): number {
    return this.prices.get(article) ?? 5;
  }

  /** Asks nothing before it is awaited, as the query builders of databases do. */
  query(): Query {
    return new Query();
  }

  refuse(id: number): never {
    throw new HttpException({ order: id, reason: 'teapot' }, 418);
  }

  async limit(): Promise<never> {
    throw new HttpException('too many orders', 429, { cause: new Error('rate') });
  }
}
