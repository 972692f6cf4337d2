import {
  array,
  arrayOf,
  flag,
  id,
  integer,
  integerFrom,
  isMembers,
  json,
  mapOf,
  misplaced,
  number,
  oneOf,
  shape,
  text,
  traceId,
  type Check,
  type Members,
} from './checks.js';
import { entitiesOf, type Kind } from './entities.js';
import type { Place } from './place.js';

const NAME_CHARACTERS = 200;
const NAME_ALPHABET = /^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]*$/u;
const ANNOTATION_CHARACTERS = 1000;
const LINKS = 20;
/** September 2001 to November 2286: milliseconds, microseconds and process uptimes all fall outside. */
const EPOCH_SECONDS = { from: 1e9, to: 1e10 };

const name: Check = (value, place) => {
  if (typeof value !== 'string') return place.refuse('string', value);
  if (value.length === 0 || value.length > NAME_CHARACTERS) place.refuse('name-length', value);
  if (!NAME_ALPHABET.test(value)) place.refuse('name-alphabet', value);
};

const instant: Check = (value, place) => {
  number(value, place);
  if (typeof value !== 'number' || !Number.isFinite(value)) return;
  if (value < EPOCH_SECONDS.from || value >= EPOCH_SECONDS.to) place.refuse('epoch-seconds', value);
};

const annotations = mapOf(
  (key, place) => {
    if (!/^\w{1,500}$/.test(key)) place.refuse('annotation-key', key);
  },
  (value, place) => {
    if (typeof value === 'string') {
      if (value.length > ANNOTATION_CHARACTERS) place.refuse('annotation-length', value);
    } else if (typeof value !== 'boolean' && !Number.isFinite(value)) place.refuse('annotation-value', value);
  },
);

const record: Check = (value, place) => (isMembers(value) ? json(value, place) : place.refuse('object', value));

const metadata = mapOf((namespace, place) => {
  if (namespace.startsWith('AWS.')) place.refuse('reserved-namespace', namespace);
}, record);

const frame = shape({}, { path: text, line: integer, label: text });
const exception = shape(
  { id },
  {
    message: text,
    type: text,
    remote: flag,
    truncated: integerFrom(0),
    skipped: integerFrom(0),
    cause: id,
    stack: arrayOf(frame),
  },
);
const causeObject = shape({}, { working_directory: text, paths: arrayOf(text), exceptions: arrayOf(exception) });

const cause: Check = (value, place) => {
  if (typeof value === 'string') id(value, place);
  else if (isMembers(value)) causeObject(value, place);
  else place.refuse('cause', value);
};

const request = { method: text, url: text, user_agent: text, client_ip: text };
const response = shape({}, { status: integer, content_length: integerFrom(-1) });
const segmentHttp = shape(
  {},
  { request: shape({}, { ...request, x_forwarded_for: flag, traced: misplaced('subsegment-only') }), response },
);
const subsegmentHttp = shape(
  {},
  { request: shape({}, { ...request, x_forwarded_for: misplaced('segment-only'), traced: flag }), response },
);

const sql = shape(
  {},
  {
    connection_string: text,
    url: text,
    sanitized_query: text,
    database_type: text,
    database_version: text,
    driver_version: text,
    user: text,
    preparation: oneOf('call', 'statement'),
  },
);

const segmentAws = shape(
  {},
  {
    account_id: text,
    cloudwatch_logs: arrayOf(shape({}, { log_group: text, arn: text })),
    ec2: shape({}, { instance_id: text, instance_size: text, ami_id: text, availability_zone: text }),
    ecs: shape(
      {},
      {
        container: text,
        container_id: text,
        container_arn: text,
        availability_zone: text,
        cluster_arn: text,
        task_arn: text,
        task_family: text,
        launch_type: text,
      },
    ),
    eks: shape({}, { pod: text, cluster_name: text, container_id: text }),
    elastic_beanstalk: shape({}, { environment_name: text, version_label: text, deployment_id: number }),
    xray: shape(
      {},
      {
        sdk: text,
        sdk_version: text,
        package: text,
        rule_name: text,
        sampling_rule_name: text,
        auto_instrumentation: flag,
      },
    ),
    tracing: shape({}, { sdk: text }),
    function_arn: text,
    resource_names: arrayOf(text),
    request_id: text,
  },
);

const service = shape(
  {},
  {
    version: text,
    name: text,
    runtime: text,
    runtime_version: text,
    compiler: text,
    compiler_version: text,
  },
);

const links: Check = (value, place) => {
  arrayOf(shape({ trace_id: traceId, id }, { attributes: record }))(value, place);
  if (Array.isArray(value) && value.length > LINKS) place.refuse('links-per-segment', value);
};

const required = { id, name, start_time: instant };
const optional = {
  end_time: instant,
  in_progress: flag,
  error: flag,
  throttle: flag,
  fault: flag,
  cause,
  annotations,
  metadata,
  // Their elements are judged one by one in `checkDocument`.
  subsegments: array,
};
const elsewhere = misplaced('segment-only');
const subsegment = {
  ...optional,
  namespace: oneOf('aws', 'remote'),
  http: subsegmentHttp,
  aws: record,
  sql,
  precursor_ids: arrayOf(id),
  traced: flag,
  user: elsewhere,
  origin: elsewhere,
  service: elsewhere,
  links: elsewhere,
  resource_arn: elsewhere,
};
const below = misplaced('subsegment-only');
const alone = misplaced('only-when-alone');

const CHECKS: Readonly<Record<Kind, Check>> = {
  segment: shape(
    { ...required, trace_id: traceId },
    {
      ...optional,
      parent_id: id,
      http: segmentHttp,
      aws: segmentAws,
      user: text,
      origin: text,
      service,
      links,
      resource_arn: text,
      type: oneOf('subsegment'),
      namespace: below,
      sql: below,
      precursor_ids: below,
      traced: below,
    },
  ),
  alone: shape({ ...required, trace_id: traceId, parent_id: id, type: oneOf('subsegment') }, subsegment),
  embedded: shape(required, { ...subsegment, trace_id: alone, parent_id: alone, type: alone }),
};

/** Judges one document on its own, every entity in it. */
export function checkDocument(document: unknown, place: Place): void {
  for (const entity of entitiesOf(document, place)) {
    CHECKS[entity.kind](entity.value, entity.place);
    if (!isMembers(entity.value)) continue;
    checkTimes(entity.value, entity.place);
    checkFlags(entity.value, entity.place);
  }
}

function checkTimes(members: Members, place: Place): void {
  const { start_time: start, end_time: end, in_progress: isInProgress } = members;
  if ((end !== undefined) === (isInProgress === true)) place.refuse('end-or-in-progress', end);
  if (typeof start === 'number' && typeof end === 'number' && end < start) {
    place.member('end_time').refuse('end-before-start', end);
  }
}

function checkFlags({ throttle, error, http }: Members, place: Place): void {
  if (throttle === true && error !== true) place.member('throttle').refuse('throttle-without-error', error);
  const answer = isMembers(http) ? http['response'] : undefined;
  if (isMembers(answer) && answer['status'] === 429 && !(throttle === true && error === true)) {
    place.refuse('status-429', throttle);
  }
}
