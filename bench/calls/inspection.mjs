// Whether what arrived is what was to be recorded. Each inspector answers of how many requests it is, eleven entities each.
import { requirePeer } from '../peers/install.mjs';
import { validateDatagram } from '../../build/spec/support/wire-validator/index.js';

/** A root and ten calls. */
const ENTITIES = 11;
/** The last 9,000 requests' ids are remembered, and as many before. */
const IDS_REMEMBERED = 100_000;
let ids = new Set();
let olderIds = new Set();

export const inspectors = { documents: inspectDatagram, otlp: inspectOtlp, datadog: inspectDatadog };

/**
 * @param expects.hasOwnIds no id is there twice
 * @param expects.faults how many calls of a request failed
 * @param expects.namespace of the metadata
 * @param expects.tolerates a member that no document should have
 */
function inspectDatagram(bytes, expects = {}, problems) {
  const { hasOwnIds = false, faults = 0, tolerates } = expects;
  for (const { path, rule, given } of validateDatagram(bytes)) {
    const isTolerated = rule === 'unknown-member' && path.endsWith(`.${tolerates}`);
    if (!isTolerated) problems.push(`${path}: ${rule}, given ${given}`);
  }
  const end = bytes.indexOf(0x0a);
  const header = JSON.parse(bytes.subarray(0, end));
  if (header.format !== 'json' || header.version !== 1) problems.push(`the header ${JSON.stringify(header)}`);
  const document = JSON.parse(bytes.subarray(end + 1));
  if (!/^1-[\da-f]{8}-[\da-f]{24}$/.test(document.trace_id)) problems.push(`the trace id ${document.trace_id}`);
  if (hasOwnIds) remember(document.trace_id, problems);
  const count = { entities: 0, faults: 0 };
  inspectEntity(document, document.type !== 'subsegment', expects, count, problems);
  if (count.faults !== faults) problems.push(`${count.faults} calls failed instead of ${faults}`);
  return count.entities / ENTITIES;
}

function inspectEntity(entity, isRoot, expects, count, problems) {
  const { hasOwnIds = false, namespace = 'default' } = expects;
  count.entities += 1;
  if (hasOwnIds) remember(entity.id, problems);
  if (!/^[\da-f]{16}$/.test(entity.id)) problems.push(`${entity.name} has the id ${entity.id}`);
  if (!(entity.start_time > 1e9 && entity.end_time >= entity.start_time)) problems.push(`${entity.name} has no times`);
  if (entity.in_progress) problems.push(`${entity.name} has not ended`);
  if (!isRoot) {
    if (entity.fault) count.faults += 1;
    if (entity.fault && entity.cause === undefined) problems.push(`${entity.name} failed and has no cause`);
    if (!Number.isInteger(entity.annotations?.index)) problems.push(`${entity.name} has no annotation "index"`);
    checkDetail(entity.name, entity.metadata?.[namespace]?.detail, entity.annotations?.index, problems);
  }
  for (const child of entity.subsegments ?? []) inspectEntity(child, false, expects, count, problems);
}

function checkDetail(name, given, index, problems) {
  const isRight = given?.index === index && given.kind === 'bench' && given.tags?.join() === 'a,b';
  if (!isRight) problems.push(`${name} has the metadata ${JSON.stringify(given)}`);
}

function remember(id, problems) {
  if (ids.has(id) || olderIds.has(id)) problems.push(`${id} is there twice`);
  ids.add(id);
  if (ids.size > IDS_REMEMBERED) [ids, olderIds] = [new Set(), ids];
}

/** Field numbers of ExportTraceServiceRequest and below. Source: opentelemetry-proto, trace/v1/trace.proto. */
function inspectOtlp(bytes, _expects, problems) {
  let spans = 0;
  for (const resource of fields(bytes, 1)) {
    for (const scope of fields(resource, 2)) {
      for (const span of fields(scope, 2)) {
        spans += 1;
        const name = String(fields(span, 5)[0]);
        const keys = fields(span, 9).map((attribute) => String(fields(attribute, 1)[0]));
        checkKeys(name, keys, ['index', 'detail.index', 'detail.kind', 'detail.tags'], problems);
      }
    }
  }
  return spans / ENTITIES;
}

/** The members of a protobuf message that have the number and are of variable length: texts, bytes and messages. */
function fields(message, wanted) {
  const found = [];
  for (let at = 0; at < message.length;) {
    const [tag, body] = readVarint(message, at);
    const kind = tag % 8;
    if (kind === 0) at = readVarint(message, body)[1];
    else if (kind === 1) at = body + 8;
    else if (kind === 5) at = body + 4;
    else if (kind === 2) {
      const [length, from] = readVarint(message, body);
      at = from + length;
      if (Math.floor(tag / 8) === wanted) found.push(message.subarray(from, at));
    } else throw new Error(`a protobuf field of kind ${kind}`);
  }
  return found;
}

/** A number of seven bits per byte, the lowest first, and where it ends. */
function readVarint(bytes, from) {
  let value = 0;
  for (let at = from; ; at += 1) {
    value += (bytes[at] % 128) * 2 ** (7 * (at - from));
    if (bytes[at] < 128) return [value, at + 1];
  }
}

function inspectDatadog(bytes, _expects, problems) {
  let spans = 0;
  for (const trace of requirePeer('@msgpack/msgpack').decode(bytes, { useBigInt64: true })) {
    for (const { name, meta, metrics } of trace) {
      spans += 1;
      const keys = [...Object.keys(meta), ...Object.keys(metrics)];
      checkKeys(name, keys, ['index', 'detail.index', 'detail.kind', 'detail.tags'], problems);
    }
  }
  return spans / ENTITIES;
}

/** The root has none of its own. */
function checkKeys(name, keys, wanted, problems) {
  if (!name.startsWith('Workload.')) return;
  const missing = wanted.filter((key) => !keys.includes(key));
  if (missing.length > 0) problems.push(`${name} has ${keys.join(', ')} and no ${missing.join(', ')}`);
}
