import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Body,
  CallHandler,
  Catch,
  Controller,
  DefaultValuePipe,
  Delete,
  Get,
  Head,
  Header,
  Headers,
  HttpCode,
  Injectable,
  Param,
  ParseArrayPipe,
  ParseIntPipe,
  Patch,
  Post,
  Put,
  Query,
  Redirect,
  Req,
  Res,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
  type ArgumentsHost,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { map, of, throwError, type Observable } from 'rxjs';
import { Annotate, Metadata, Traced, Untraced } from '../tracing.js';
import { CurrentUser, Roles, RolesGuard } from './access.js';
import { OrderInput, OrderLine, OrderQuery } from './order-input.js';
import { Orders, OutOfStock } from './orders.js';

export const requests = new AsyncLocalStorage<string>();

/** Puts what a handler answers into an envelope. */
@Injectable()
@Traced()
export class Envelope implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<object> {
    const { name, length } = context.getHandler();
    return next
      .handle()
      .pipe(map((answer: unknown) => ({ answer, by: `${context.getClass().name}.${name}/${length}` })));
  }
}

@Catch(OutOfStock)
@Traced()
export class OutOfStockFilter implements ExceptionFilter<OutOfStock> {
  catch(error: OutOfStock, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Response>().status(409).json({ missing: error.article, message: error.message });
  }
}

@Injectable()
export class Trim implements PipeTransform<string | undefined, string> {
  @Traced()
  transform(@Annotate('untrimmed') value: string | undefined): string {
    return (value ?? '').trim();
  }
}

@ApiTags('orders')
@ApiBearerAuth()
@ApiExtraModels(OrderLine)
@ApiResponse({ status: 500, description: 'nothing works' })
@Controller('orders')
@UseGuards(RolesGuard)
@UseFilters(OutOfStockFilter)
@Roles('guest', 'clerk', 'admin')
@Traced()
@ApiHeader({ name: 'x-user', required: false })
export class OrdersController {
  constructor(private readonly orders: Orders) {}

  @Traced({ name: 'list orders', captureResult: true })
  @Get()
  @ApiOperation({ summary: 'lists orders', operationId: 'list' })
  list(@Query() query: OrderQuery): object {
    return this.orders.list(query);
  }

  @Get(':id')
  @ApiParam({ name: 'id', type: Number })
  @ApiResponse({ status: 404, description: 'no such order' })
  @Traced()
  async find(@Param('id', ParseIntPipe) @Annotate('id') id: number): Promise<object> {
    return this.orders.find(id);
  }

  @Post()
  @HttpCode(202)
  @Header('x-shop', 'tea')
  @Annotate('channel', ({ channel }: OrderInput) => channel)
  @ApiOperation({ summary: 'places an order' })
  @ApiBody({ type: OrderInput })
  @ApiResponse({ status: 202, type: OrderLine, isArray: true })
  @ApiResponse({ status: 409, description: 'out of stock' })
  async place(
    @Annotate('lines', (input: OrderInput) => input.lines.length) @Body() input: OrderInput,
  ): Promise<object> {
    return this.orders.place(input);
  }

  @Patch(':id')
  @UsePipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }))
  change(@Param('id', ParseIntPipe) id: number, @Body() line: OrderLine): object {
    return { id, kind: line.constructor.name, price: line.price(3) };
  }

  @Roles('admin')
  @Traced('remove order')
  @Delete(':id')
  @HttpCode(204)
  remove(@Annotate('id') @Param('id', ParseIntPipe) _id: number): void {}

  @Put(':id/owner')
  own(
    @Param('id', new ParseIntPipe({ errorHttpStatusCode: 406 })) id: number,
    @CurrentUser('name', Trim) @Annotate('owner') owner: string,
    @CurrentUser('role') role: string,
    @Headers('x-reason') reason: string | undefined,
    @Body('tags', new DefaultValuePipe(['none']), new ParseArrayPipe({ items: String })) tags: string[],
  ): object {
    return { id, owner, role, reason, tags };
  }

  @Get(':id/broken')
  async broken(@Param('id') id: string): Promise<never> {
    await Promise.resolve();
    throw new TypeError(`order ${id} is broken`);
  }

  @Get(':id/teapot')
  refuse(@Param('id', ParseIntPipe) id: number): never {
    try {
      return this.orders.refuse(id);
    } finally {
      this.orders.list({ limit: 1 });
    }
  }

  @Get(':id/limit')
  async limit(): Promise<never> {
    return this.orders.limit();
  }

  @Get(':id/text')
  @Traced()
  @Metadata('kind', 'text')
  throwText(): never {
    // oxlint-disable-next-line no-throw-literal -- what is thrown need not be an error
    throw 'just a text';
  }

  @Get(':id/steps')
  steps(@Param('id') id: string): Observable<string> {
    return of('first', 'second', `last of ${id}`);
  }

  @Get(':id/failing-steps')
  failingSteps(): Observable<never> {
    return throwError(() => new OutOfStock('steps'));
  }

  @Get(':id/lazy')
  lazy(@Param('id', ParseIntPipe) id: number): PromiseLike<object> {
    return this.orders.query().limit(id);
  }

  @UseInterceptors(Envelope)
  @Get(':id/envelope')
  @Traced()
  async envelope(@Param('id') id: string, @Query('a') a?: string, @Query('b') b?: string): Promise<object> {
    return { id, a, b };
  }

  @Get(':id/request')
  async request(@Req() request: Request): Promise<object> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return { store: requests.getStore(), path: request.path };
  }

  @Get(':id/raw')
  raw(@Res() response: Response): void {
    response.cookie('tea', 'green').status(203).type('text/plain').send('raw');
  }

  @Get(':id/passthrough')
  passthrough(@Res({ passthrough: true }) response: Response): string {
    response.setHeader('x-passed', 'through');
    return 'passed';
  }

  @Get(':id/elsewhere')
  @Redirect('/orders/1', 302)
  @Untraced()
  elsewhere(@Param('id') id: string): object {
    return { url: `/orders/${id}1`, statusCode: 307 };
  }

  @Head(':id/head')
  @Header('x-head', 'yes')
  head(): void {}
}
