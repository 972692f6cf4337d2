// A base controller with routes of its own, what it is to its children, and providers of every scope.
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  Scope,
  Sse,
  StreamableFile,
  type MessageEvent,
} from '@nestjs/common';
import { ModuleRef, REQUEST } from '@nestjs/core';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import type { Request } from 'express';
import { from, map, type Observable } from 'rxjs';
import { Annotate, Traced } from '../tracing.js';

export abstract class DrinksController {
  protected abstract readonly kind: string;

  @Traced()
  @Get()
  @ApiOperation({ summary: 'all drinks of a kind' })
  async all(): Promise<string[]> {
    return [this.describe('hot'), this.describe('cold')];
  }

  @Get(':name')
  @ApiOkResponse({ type: String })
  @Traced()
  async one(@Param('name') @Annotate('drink') name: string): Promise<string> {
    return this.describe(name);
  }

  @Traced()
  protected describe(how: string): string {
    return `${how} ${this.kind}`;
  }
}

@Controller('teas')
@Traced()
export class TeasController extends DrinksController {
  protected readonly kind = 'tea';

  @Get(':name')
  override async one(@Param('name') name: string): Promise<string> {
    return `${await super.one(name)}, three minutes`;
  }
}

@Controller('coffees')
export class CoffeesController extends DrinksController {
  protected readonly kind = 'coffee';
}

@Traced()
@Injectable({ scope: Scope.REQUEST })
export class Basket {
  readonly #things: string[] = [];

  constructor(@Inject(REQUEST) private readonly request: Request) {}

  add(@Annotate('thing') thing: string): this {
    this.#things.push(thing);
    return this;
  }

  sum(): object {
    return { path: this.request.path, things: this.#things };
  }
}

@Injectable({ scope: Scope.TRANSIENT })
export class Ticket {
  #number = 0;

  @Traced()
  async next(): Promise<number> {
    return ++this.#number;
  }
}

@Controller('basket')
export class BasketController {
  constructor(
    private readonly basket: Basket,
    private readonly ticket: Ticket,
    private readonly modules: ModuleRef,
  ) {}

  @Get(':thing')
  @Traced()
  async fill(@Param('thing') thing: string): Promise<object> {
    const other = await this.modules.create(Ticket);
    const tickets = [await this.ticket.next(), await this.ticket.next(), await other.next()];
    return { ...this.basket.add(thing).add('spoon').sum(), tickets };
  }

  @Get(':thing/price')
  price(@Param('thing') @Annotate('asked') thing: string): string {
    return `${thing}: ${thing.length}`;
  }
}

@Traced()
@Controller('streams')
export class StreamsController {
  @Sse('events')
  events(): Observable<MessageEvent> {
    return from(['one', 'two']).pipe(map((data, index) => ({ data, id: String(index), type: 'step' })));
  }

  @Get('file')
  @ApiProduces('text/csv')
  file(): StreamableFile {
    return new StreamableFile(Buffer.from('tea;3\n'), {
      type: 'text/csv',
      disposition: 'attachment; filename="orders.csv"',
    });
  }
}
