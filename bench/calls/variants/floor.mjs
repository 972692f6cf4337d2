import { AsyncLocalStorage } from 'node:async_hooks';
import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { detail, Workload, wrapMethods } from '../workload.mjs';

const HEADER = '{"format":"json","version":1}\n';

/** What a request that is not recorded cannot do without: a context around it, and one look at it per call. */
export function unsampledFloor() {
  const storage = new AsyncLocalStorage();
  wrapMethods(
    Workload,
    (_name, original) =>
      function (index) {
        return storage.getStore() === undefined ? undefined : original.call(this, index);
      },
  );
  const workload = new Workload();
  return { run: (index) => storage.run({}, () => workload.top(index)) };
}

/**
 * What a recorded request cannot do without, with nothing recorded: a context and two clock reads per call, one document that was
 * finished before written as text, and one datagram. With `ownTimes` the document has the times of the calls: numbers that have
 * not been written before cost more than those that the engine remembers the text of.
 */
export async function tracedFloor(port, { ownTimes = false } = {}) {
  const storage = new AsyncLocalStorage();
  const socket = await connect(port);
  const { document, entities } = finishedDocument();
  const { timeOrigin } = performance;
  let next = 0;
  const read = () => performance.now();
  const write = (entity, started, ended) => {
    entity.start_time = Math.round((timeOrigin + started) * 1000) / 1e6;
    entity.end_time = Math.round((timeOrigin + ended) * 1000) / 1e6;
  };
  wrapMethods(Workload, (_name, original) => {
    return function (index) {
      const store = { order: (next += 1), started: read(), ended: 0 };
      return storage.run(store, () =>
        original.call(this, index).then((value) => {
          store.ended = read();
          if (ownTimes) write(entities[store.order], store.started, store.ended);
          return value;
        }),
      );
    };
  });
  const workload = new Workload();
  return {
    run: async (index) => {
      next = 0;
      const started = read();
      await storage.run({ index }, () => workload.top(index));
      write(document, started, read());
      socket.send(HEADER + JSON.stringify(document));
    },
    flush: async () => {
      while (socket.getSendQueueCount() > 0) await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => new Promise((resolve) => socket.close(resolve)),
  };
}

async function connect(port) {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.connect(port, '127.0.0.1', resolve));
  return socket;
}

/** A document of the size and shape that Radiograph sends of the workload, and its entities in the order of their calls. */
function finishedDocument() {
  const now = (performance.timeOrigin + performance.now()) / 1000;
  const entities = [];
  const entity = (name, members) => {
    const number = entities.length;
    const made = {
      id: (0x53_99_5c_3f_42 + number).toString(16).padEnd(16, '7'),
      name,
      start_time: Math.round((now + number / 7919) * 1e6) / 1e6,
      end_time: Math.round((now + number / 6007) * 1e6) / 1e6,
      ...members,
    };
    entities.push(made);
    return made;
  };
  const call = (name) => entity(name, { annotations: { index: 1 }, metadata: { default: { detail: detail(1) } } });
  const within = (parent, children) => Object.assign(parent, { subsegments: children() });
  const middle = () => within(call('Workload.middle'), () => [call('Workload.leaf'), call('Workload.leaf')]);
  const root = entity('bench', {
    trace_id: `1-${Math.floor(now).toString(16)}-bd862e3fe1be46a994272793`,
    aws: { xray: { sdk: 'radiograph', sdk_version: '0.1.0' } },
    annotations: { operation: 'op' },
  });
  within(root, () => [within(call('Workload.top'), () => [middle(), middle(), middle()])]);
  return { document: root, entities };
}
