import type { AssembledTrace, TraceNode } from '../assembly/assembled-trace.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';

/** What is still to be written: finished text, a value, or one or several nodes of the trace. */
type Step =
  | { readonly text: string }
  | { readonly value: JsonValue }
  | { readonly node: TraceNode }
  | { readonly nodes: readonly TraceNode[] };

type Members = readonly (readonly [name: string, step: Step])[];

/**
 * Writes a trace as one line of JSON, without a newline at its end. `docs/reference/daemon-json.md` describes the
 * members.
 *
 * Written with a stack of its own: `JSON.stringify` recurses, and neither a trace nor the metadata in it has a limit
 * to its depth.
 */
export function writeJsonLine(trace: AssembledTrace): string {
  const written: string[] = [];
  const pending: Step[] = objectSteps([
    ['trace_id', { value: trace.traceId }],
    ['start_time', { value: trace.startTime }],
    ['duration', { value: microseconds(trace.endTime - trace.startTime) }],
    ['partial', { value: trace.isPartial }],
    ['update', { value: trace.isUpdate }],
    ['segments', { nodes: trace.segments }],
    ['orphans', { nodes: trace.orphans }],
  ]).toReversed();
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    if ('text' in step) {
      written.push(step.text);
      continue;
    }
    const parts = partsOf(step);
    for (let index = parts.length - 1; index >= 0; index -= 1) {
      const part = parts[index];
      if (part !== undefined) {
        pending.push(part);
      }
    }
  }
  return written.join('');
}

/** Times are doubles of epoch seconds: their difference says nothing below a microsecond. */
function microseconds(seconds: number): number {
  const rounded = Math.round(seconds * 1e6) / 1e6;
  return Number.isFinite(rounded) ? rounded : Math.min(seconds, Number.MAX_VALUE);
}

function partsOf(step: Exclude<Step, { readonly text: string }>): Step[] {
  if ('nodes' in step) {
    return arraySteps(step.nodes.map((node) => ({ node })));
  }
  if ('node' in step) {
    return objectSteps(membersOf(step.node));
  }
  const { value } = step;
  if (isJsonArray(value)) {
    return arraySteps(value.map((item) => ({ value: item })));
  }
  return isJsonObject(value) ? objectSteps(valueMembers(value)) : [{ text: JSON.stringify(value) }];
}

/** What was received, then what is below it: subsegments of its own and segments of the services it called. */
function membersOf({ entity, children }: TraceNode): Members {
  const received = valueMembers(entity.members).filter(([name]) => name !== 'subsegments' && name !== 'segments');
  const subsegments = children.filter((child) => child.entity.kind === 'subsegment');
  const segments = children.filter((child) => child.entity.kind === 'segment');
  return [
    ...received,
    ...(subsegments.length === 0 ? [] : [['subsegments', { nodes: subsegments }] as const]),
    ...(segments.length === 0 ? [] : [['segments', { nodes: segments }] as const]),
  ];
}

function valueMembers(object: JsonObject): [string, Step][] {
  return Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value }]]));
}

function arraySteps(items: readonly Step[]): Step[] {
  const inner = items.flatMap((item, index) => (index === 0 ? [item] : [{ text: ',' }, item]));
  return [{ text: '[' }, ...inner, { text: ']' }];
}

function objectSteps(members: Members): Step[] {
  const inner = members.flatMap(([name, step], index) => [
    { text: `${index === 0 ? '' : ','}${JSON.stringify(name)}:` },
    step,
  ]);
  return [{ text: '{' }, ...inner, { text: '}' }];
}
