import { inspect } from 'node:util';
import type { AnnotationRecord } from '../model/segment-handle.js';
import type { SubsegmentNamespace } from '../model/subsegment.js';
import type { CallSite } from './call-site.js';
import type { Engine } from './engine.js';

/** How a block of work is recorded. */
export interface CaptureOptions {
  /** Name of the subsegment; 1 to 200 characters, see `SegmentHandle.name`. */
  readonly name: string;
  /** `aws` or `remote` for a call downstream. */
  readonly namespace?: SubsegmentNamespace;
  readonly annotations?: AnnotationRecord;
  /** Goes into the namespace `default`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What is known of a block before it runs. */
export function siteOf(engine: Engine, nameOrOptions: string | CaptureOptions, entry: CallSite['entry']): CallSite {
  if (typeof nameOrOptions === 'string') return { nameFor: () => nameOrOptions, before: [], after: [], entry };
  const options = readOptions(engine, nameOrOptions);
  const { name, annotations, metadata } = options;
  const namespace = ['aws', 'remote'].includes(options.namespace ?? '') ? options.namespace : undefined;
  const before: CallSite['before'] = [
    (entity) => {
      if (annotations !== undefined) entity.annotate(annotations);
      if (metadata !== undefined) entity.metadata(metadata);
    },
  ];
  return { nameFor: () => name, namespace, before, after: [], entry };
}

const CAPTURE_OPTIONS = ['name', 'namespace', 'annotations', 'metadata'];

/** The options, with what is wrong in them said once; the block is recorded all the same. */
function readOptions(engine: Engine, options: unknown): CaptureOptions {
  const given = typeof options === 'object' && options !== null ? (options as CaptureOptions) : { name: 'unnamed' };
  const isRight =
    given === options &&
    typeof given.name === 'string' &&
    [undefined, 'aws', 'remote'].includes(given.namespace) &&
    Object.keys(given).every((option) => CAPTURE_OPTIONS.includes(option));
  if (!isRight) {
    const message = `takes a name, or { ${CAPTURE_OPTIONS.join(', ')} } with the namespace 'aws' or 'remote'`;
    engine.refuse('options of a block', `A captured block ${message}; it was given ${inspect(options, { depth: 0 })}.`);
  }
  return typeof given.name === 'string' ? given : { ...given, name: 'unnamed' };
}
