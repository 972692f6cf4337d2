import type { SegmentDocument } from '#lib/model/document.js';
import { documentsOf } from '#lib/model/document.js';
import type { Keeper } from '#lib/model/keeper.js';
import { Segment } from '#lib/model/segment.js';
import { Subsegment } from '#lib/model/subsegment.js';

const START_MILLIS = 1_700_000_000_000;

/** An open segment as `keeper` would open it, without a context around it. */
export function makeSegment(keeper: Keeper, opening: Partial<ConstructorParameters<typeof Segment>[0]> = {}): Segment {
  return new Segment({
    id: keeper.nextId(),
    name: 'spec',
    trace: `1-6553f100-${'a'.repeat(24)}`,
    keeper,
    anchor: START_MILLIS,
    startedAt: 0,
    ...opening,
  });
}

/** A closed child. */
export function addChild(parent: Segment | Subsegment, name = 'child'): Subsegment {
  const child = new Subsegment(parent, parent.segment.keeper.nextId(), name, 1);
  child.endedAt = 2;
  return child;
}

/** The documents of the entity, parsed; each is checked to be valid JSON within 64,000 bytes. */
export function parseDocuments(entity: Segment | Subsegment): SegmentDocument[] {
  return documentsOf(entity).map((text) => {
    const bytes = Buffer.byteLength(text);
    if (bytes > 64_000) throw new Error(`A document of ${bytes} bytes.`);
    return JSON.parse(text) as SegmentDocument;
  });
}

/** The only document of the entity. */
export function parseDocument(entity: Segment | Subsegment): SegmentDocument {
  const [document, ...others] = parseDocuments(entity);
  if (document === undefined || others.length > 0) throw new Error(`${others.length + 1} documents instead of one.`);
  return document;
}
