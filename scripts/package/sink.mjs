import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const HEADER = '{"format":"json","version":1}';

/** A daemon of a few lines: keeps the documents that arrive, and what is wrong with those that are none. */
export async function openSink() {
  const documents = [];
  const problems = [];
  const socket = createSocket('udp4', (datagram) => {
    const text = datagram.toString();
    const end = text.indexOf('\n');
    if (text.slice(0, end) !== HEADER) problems.push(`a datagram begins with ${JSON.stringify(text.slice(0, 40))}`);
    try {
      documents.push(JSON.parse(text.slice(end + 1)));
    } catch (error) {
      problems.push(`a datagram is no JSON: ${error.message}`);
    }
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    /** What is wrong with all that arrived, given the trees that should have; nothing where all is right. */
    async problems(expected) {
      for (let waited = 0; documents.length < expected.length && waited < 2000; waited += 20) await pause(20);
      socket.close();
      const received = documents.map((document) => print(document).join('\n'));
      const wanted = expected.map((lines) => lines.join('\n'));
      const missing = without(wanted, received);
      const surplus = without(received, wanted);
      if (missing.length + surplus.length === 0) return [...problems, ...documents.flatMap(malformations)];
      return [...problems, `expected:\n${joined(missing)}\nreceived:\n${joined(surplus)}`];
    },
  };
}

/** The trees that are left when each of the others has taken away one that is equal: traces arrive in any order. */
function without(trees, others) {
  const left = [...trees];
  for (const other of others) {
    const index = left.indexOf(other);
    if (index !== -1) left.splice(index, 1);
  }
  return left;
}

function joined(trees) {
  return trees.length === 0 ? 'nothing' : trees.toSorted().join('\n');
}

/** A line for each segment and subsegment: name, flags, exception, annotations, metadata; indented below its parent. */
function print(entity, depth = 0) {
  const [exception] = entity.cause?.exceptions ?? [];
  const parts = [
    entity.name,
    ...['error', 'throttle', 'fault', 'in_progress'].filter((flag) => entity[flag]),
    exception && `${exception.type}: ${exception.message}`,
    entity.annotations && JSON.stringify(entity.annotations),
    entity.metadata && JSON.stringify(entity.metadata),
  ];
  const line = '  '.repeat(depth) + parts.filter(Boolean).join(' ');
  return [line, ...(entity.subsegments ?? []).flatMap((child) => print(child, depth + 1))];
}

function malformations(document) {
  const problems = [];
  if (!/^1-[\da-f]{8}-[\da-f]{24}$/u.test(document.trace_id)) problems.push(`trace_id is ${document.trace_id}`);
  const pending = [document];
  for (const entity of pending) {
    if (!/^[\da-f]{16}$/u.test(entity.id)) problems.push(`id of "${entity.name}" is ${entity.id}`);
    if (!(entity.start_time <= entity.end_time)) problems.push(`"${entity.name}" ends before it starts`);
    if (Math.abs(Date.now() / 1000 - entity.start_time) > 60)
      problems.push(`"${entity.name}" starts in another minute`);
    if (entity.subsegments) pending.push(...entity.subsegments);
  }
  return problems;
}
