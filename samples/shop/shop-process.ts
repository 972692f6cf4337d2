// The shop's process. Where the daemon listens it learns from AWS_XRAY_DAEMON_ADDRESS, as any traced application does.
import 'reflect-metadata';
import { Container } from 'typedi';
import { TracingModule } from 'radiograph';
import { GATEWAY_URL } from './payments.js';
import { Receipts } from './receipts.js';
import { Shop } from './shop.js';
import { serveParent } from './stage/parent.js';
import { createTracedServer } from './traced-server.js';

const tracing = TracingModule.forRoot({ service: 'shop', sampling: 'all' });
const [gateway] = process.argv.slice(2);
Container.set(GATEWAY_URL, gateway);
const shop = Container.get(Shop);

await serveParent(createTracedServer(tracing.recorder, (request) => shop.answer(request)));
await Container.get(Receipts).close();
await tracing.close();
