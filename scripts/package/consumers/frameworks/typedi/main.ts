// Plays scenes with a container, each in a trace of its own, and prints what came of them and what TypeDI reads off the classes.
import 'reflect-metadata';
import { Recorder } from 'radiograph';
import { Container } from 'typedi';
import { describeClass } from '../reflection.js';
import { isUntraced, openTracing } from '../tracing.js';
import * as services from './services.js';

const { CardGateway, Clock, Connection, CURRENCY, Orders, Receipt, RULES, Tariff } = services;

const tracing = openTracing('typedi-shop');
// Traced, the container knows the recorder by the package's own registration.
if (isUntraced) Container.set({ id: Recorder, factory: () => tracing.recorder });
Container.set(CURRENCY, 'EUR');

const SCENES: Readonly<Record<string, () => unknown>> = {
  'by constructor and property': () => Container.get(Orders).place('tea', 50),
  'refused by one of many': () => Container.get(Orders).place('soup', 50),
  'failing below': () => Container.get(Orders).place('tea', 500),
  'the same once more': () => [Container.get(Orders) === Container.get(Orders), Container.get(Orders).count()],
  transient: () => {
    const [one, other] = [Container.get(Receipt).add('one'), Container.get(Receipt)];
    return [one === other, other.number - one.number, String(one), String(other)];
  },
  'by factory': () => [Container.get(Tariff).apply(200), Container.get(Tariff) === Container.get(Tariff)],
  'by token': () => [Container.get(CURRENCY), Container.getMany(RULES).map((rule) => rule.constructor.name)],
  inherited: () => Container.get(CardGateway).charge(7),
  // Services of each container's own, and the one recorder.
  scoped: async () => {
    const [here, there] = [Container.of('here'), Container.of('there')];
    there.set(CURRENCY, 'USD');
    here.set(CURRENCY, 'CHF');
    const answers = await Promise.all([
      here.get(Orders).place('tea', 10),
      there.get(Orders).place('tea', 20),
      there.get(Orders).place('milk', 30),
    ]);
    const orders = [Container, here, there].map((container) => container.get(Orders));
    return {
      answers,
      counts: orders.map((each) => each.count()),
      ids: orders.map((each) => each.receipts.container.id),
      different: new Set(orders).size,
      clocks: new Set([Container, here, there].map((container) => container.get(Clock))).size,
      recorders: new Set([Container, here, there].map((container) => container.get(Recorder))).size,
    };
  },
  // A recorder of the container's own, under a service name of its own.
  tenant: async () => {
    const container = Container.of('tenant');
    const tenant = openTracing('typedi-tenant', container);
    container.set(CURRENCY, 'GBP');
    const own = container.get(Recorder);
    const answer = await own.trace('of the tenant', () => container.get(Orders).place('tea', 40));
    await tenant.close();
    return [answer, own === tenant.recorder, own === Container.get(Recorder)];
  },
  'replaced by a double': async () => {
    const container = Container.of('double');
    container.set(CardGateway, { charge: async () => 'nothing' });
    container.set(CURRENCY, 'XXX');
    return [await container.get(Orders).place('tea', 1), container.get(CardGateway) instanceof CardGateway];
  },
  'reset and destroyed': () => {
    const container = Container.of('reset');
    const opened = container.get(Connection).open('line');
    container.reset();
    return [opened(), Connection.closed, container.has(Connection)];
  },
  'not found': () => Container.of('nowhere').get('nothing'),
};

async function play(name: string, scene: () => unknown): Promise<unknown> {
  try {
    return await (name === '' ? scene() : tracing.recorder.trace(name, scene));
  } catch (thrown) {
    return { thrown: String(thrown) };
  }
}

const outside = await play('', () => Container.get(Orders).place('tea', 1));
const scenes: Record<string, unknown> = {};
for (const [name, scene] of Object.entries(SCENES)) scenes[name] = await play(name, scene);
await tracing.close();
console.log(JSON.stringify({ outside, scenes, classes: Object.values(services).map(describeClass) }, null, 2));
