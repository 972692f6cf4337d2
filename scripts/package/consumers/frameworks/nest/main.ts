// Answers the requests of the file that the second argument names, one after the other and then all at once, and prints what
// came of them, the description that Swagger makes, and what Nest reads off the classes.
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import 'reflect-metadata';
import { describeClass } from '../reflection.js';
import * as access from './access.js';
import * as drinks from './drinks.js';
import { ShopModule, tracing } from './module.js';
import * as inputs from './order-input.js';
import * as orders from './orders.js';
import * as controllers from './orders-controller.js';

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const logged: string[] = [];
const log = (message: unknown): void => void logged.push(String(message));
const logger: LoggerService = { log: () => undefined, error: log, warn: log };

const application = await NestFactory.create(ShopModule, { logger });
const description = new DocumentBuilder().setTitle('shop').setVersion('1').addBearerAuth().build();
const swagger = SwaggerModule.createDocument(application, description);
SwaggerModule.setup('docs', application, swagger);
await application.listen(0, '127.0.0.1');
const { port } = application.getHttpServer().address() as AddressInfo;

async function send({ path, body, ...options }: Sent): Promise<object> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    ...options,
    body: body ?? null,
    redirect: 'manual',
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return { path, status: response.status, headers, body: await response.text() };
}

const sent = JSON.parse(await readFile(process.argv[3] ?? '', 'utf8')) as Sent[];
const answers: object[] = [];
for (const request of sent) answers.push(await send(request));
const concurrent = await Promise.all(sent.map(send));
const served = await send({ path: '/docs-json' });
await application.close();
await tracing.close();

const classes = [access, drinks, inputs, orders, controllers]
  .flatMap((module) => Object.values(module))
  .map(describeClass);
console.log(JSON.stringify({ answers, concurrent, logged: logged.toSorted(), swagger, served, classes }, null, 2));
