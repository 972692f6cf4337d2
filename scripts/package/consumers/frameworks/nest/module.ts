import {
  Injectable,
  Module,
  ValidationPipe,
  type MiddlewareConsumer,
  type NestMiddleware,
  type NestModule,
} from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { Recorder } from 'radiograph';
import { openTracing } from '../tracing.js';
import { RolesGuard } from './access.js';
import { Basket, BasketController, CoffeesController, StreamsController, TeasController, Ticket } from './drinks.js';
import { CURRENCY, Orders, PRICES, Stock } from './orders.js';
import { OrdersController, requests } from './orders-controller.js';

export const tracing = openTracing('nest-shop');

/** A segment for each request, until its response is closed; and a store of the application's own. */
@Injectable()
class RequestSegment implements NestMiddleware {
  constructor(private readonly recorder: Recorder) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const operation = `${request.method} ${request.originalUrl}`;
    void this.recorder.resume(request.get('x-amzn-trace-id'), operation, () => {
      const closed = new Promise<void>((resolve) => {
        response.once('close', resolve);
      });
      requests.run(`store of ${operation}`, next);
      return closed;
    });
  }
}

@Module({
  controllers: [OrdersController, TeasController, CoffeesController, BasketController, StreamsController],
  providers: [
    Orders,
    Stock,
    RolesGuard,
    Basket,
    Ticket,
    { provide: Recorder, useFactory: () => tracing.recorder },
    { provide: PRICES, useFactory: async (stock: Stock) => new Map([['tea', stock.take.length + 1]]), inject: [Stock] },
    { provide: CURRENCY, useValue: 'EUR' },
    { provide: APP_PIPE, useFactory: () => new ValidationPipe({ transform: true }) },
  ],
})
export class ShopModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestSegment).forRoutes('{*path}');
  }
}
