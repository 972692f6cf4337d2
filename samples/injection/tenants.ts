// A recorder for each tenant, in a container of its own.
import { Container, Service } from 'typedi';
import { Recorder, Traced, TracedTask, TracingModule } from 'radiograph';
import { MemoryEmitter, printTrace, RecordedTrace } from 'radiograph/testing';

const documents = new MemoryEmitter();

// #region service
@Service()
class Orders {
  constructor(private readonly recorder: Recorder) {}

  place(id: string): void {
    this.recorder.trace('POST /orders', () => this.store(id));
  }

  @TracedTask()
  expire(): void {
    this.store('expired');
  }

  @Traced()
  store(_id: string): void {}
}
// #endregion

const settings = { sampling: 'all', emitter: documents } as const;

// #region tenants
const shop = TracingModule.forRoot({ ...settings, service: 'shop' });
const tenants = ['acme', 'zenith'].map((tenant) =>
  TracingModule.forRoot({ ...settings, service: tenant, container: Container.of(tenant) }),
);

Container.get(Orders).place('o1');
Container.of('acme').get(Orders).place('o2');
Container.of('zenith').get(Orders).expire();

for (const module of [...tenants, shop]) await module.close();
for (const tenant of ['acme', 'zenith']) Container.reset(tenant);
// #endregion
console.log(printTrace(new RecordedTrace(documents.documents)));
