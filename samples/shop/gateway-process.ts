// The payment gateway's process: another service, traced for itself. What makes one trace of both is the header.
import 'reflect-metadata';
import { Container } from 'typedi';
import { TracingModule } from 'radiograph';
import { Gateway } from './gateway.js';
import { serveParent } from './stage/parent.js';
import { createTracedServer } from './traced-server.js';

const tracing = TracingModule.forRoot({ service: 'payment-gateway', sampling: 'all' });
const gateway = Container.get(Gateway);

await serveParent(createTracedServer(tracing.recorder, (request) => gateway.answer(request)));
await tracing.close();
