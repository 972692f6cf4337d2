import { walkTrace, type AssembledTrace, type TraceNode } from '../assembly/assembled-trace.js';
import { readAnnotations } from '../protocol/annotations.js';
import { readCall } from '../protocol/call.js';
import { readCause } from '../protocol/cause.js';
import { readMarks } from '../protocol/marks.js';
import { drawBar } from './bar.js';
import { cleanText, flow, padded, shorten, tail, widthOf } from './display-text.js';
import { durationText } from './duration-text.js';
import { exceptionLines, type DetailLine, type ExceptionPlaces } from './exception-lines.js';
import type { Glyphs } from './glyphs.js';
import { markText, type MarkText } from './mark-text.js';
import type { Palette, Style } from './palette.js';
import { listRows, type Row } from './rows.js';

/** How a waterfall is drawn. */
export interface WaterfallOptions {
  /** Cells of a line, none of which is exceeded; less than 24 is taken for 24. */
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly palette: Palette;
}

/** From this width on, marks have a column of their own; below it they stand on a line under the row. */
const roomyWidth = 60;
const narrowestWidth = 24;
/** What names leave to bars at least, of the width. */
const shortestBar = 0.2;
/** What marks may take of the width; only several flags at once ask for more. */
const widestMark = 0.35;

interface FittedRow {
  readonly row: Row;
  readonly name: string;
  readonly duration: string;
  readonly mark: MarkText | undefined;
}

interface Columns {
  readonly gap: number;
  readonly name: number;
  readonly bar: number;
  readonly duration: number;
  /** The most a mark may take. */
  readonly mark: number;
}

/**
 * Draws a trace as text: a heading, then one row per (sub)segment with its name in the tree, a bar on the time axis of
 * the whole trace, its duration and how it ended; below a row what it called, its annotations and its exceptions.
 * Ends with a newline.
 *
 * Names and messages come from the network: none of their control characters reaches the terminal.
 */
export function drawWaterfall(trace: AssembledTrace, options: WaterfallOptions): string {
  const width = Math.max(narrowestWidth, Math.floor(options.width));
  const { glyphs, palette } = options;
  const isRoomy = width >= roomyWidth;
  const indent = isRoomy ? 3 : 2;
  const widestName = Math.floor(width * 0.45);
  const rows = listRows(trace, { maxDepth: Math.floor(widestName / 2 / indent), indent, glyphs });
  const fitted = rows.map((row) => fit(row, glyphs));
  const columns = measure(fitted, { width, isRoomy, widestName });
  const places = findExceptions(trace);

  const lines = headingLines(trace, width, glyphs, palette);
  for (const each of fitted) {
    lines.push(drawRow(each, { trace, columns, isRoomy, width, glyphs, palette }));
    const { node, detailPrefix } = each.row;
    const room = width - widthOf(detailPrefix);
    if (node !== undefined) {
      const mark = isRoomy ? undefined : each.mark;
      for (const { text, style } of detailLines(node, { mark, places, width: room, glyphs })) {
        lines.push(`${palette.paint('faint', detailPrefix)}${palette.paint(style, shorten(text, room, glyphs))}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function headingLines(trace: AssembledTrace, width: number, glyphs: Glyphs, palette: Palette): string[] {
  const counts = { segments: 0, subsegments: 0, faults: 0, errors: 0, throttles: 0 };
  for (const { node } of walkTrace(trace)) {
    const { isFault, isError, isThrottle } = readMarks(node.entity.members);
    counts.segments += node.entity.kind === 'segment' ? 1 : 0;
    counts.subsegments += node.entity.kind === 'subsegment' ? 1 : 0;
    counts.faults += isFault ? 1 : 0;
    counts.throttles += isThrottle ? 1 : 0;
    counts.errors += isError && !isThrottle ? 1 : 0;
  }
  const operation = operationOf(trace);
  const texts = [
    ...(operation === undefined ? [] : [cleanText(operation, glyphs)]),
    durationText(trace.endTime - trace.startTime),
    ...counted(counts.segments, 'segment'),
    ...counted(counts.subsegments, 'subsegment'),
    ...counted(counts.faults, 'fault', `${glyphs.fault} `),
    ...counted(counts.errors, 'error', `${glyphs.error} `),
    ...counted(counts.throttles, 'throttle', `${glyphs.throttle} `),
    ...(trace.isPartial ? [`${glyphs.inProgress} partial`] : []),
    ...(trace.isUpdate ? ['update'] : []),
  ];
  const separator = ` ${glyphs.separator} `;
  const [first = '', ...rest] = flow([trace.traceId, ...texts], separator, width, glyphs);
  return [palette.paint('heading', first.slice(0, trace.traceId.length)) + first.slice(trace.traceId.length), ...rest];
}

function counted(count: number, noun: string, sign = ''): string[] {
  return count === 0 ? [] : [`${sign}${count} ${noun}${count === 1 ? '' : 's'}`];
}

function operationOf({ segments }: AssembledTrace): string | undefined {
  for (const { entity } of segments) {
    const operation = readAnnotations(entity.members).find(([key]) => key === 'operation')?.[1];
    if (operation !== undefined) {
      return String(operation);
    }
  }
  return undefined;
}

function fit(row: Row, glyphs: Glyphs): FittedRow {
  const { node } = row;
  if (node === undefined) {
    return { row, name: row.note, duration: '', mark: undefined };
  }
  const { entity } = node;
  const name = cleanText(entity.name, glyphs);
  const isTimed = entity.startTime !== undefined && entity.endTime !== undefined;
  return {
    row,
    name: entity.kind === 'segment' ? `${glyphs.segment} ${name}` : name,
    duration: isTimed ? durationText((entity.endTime ?? 0) - (entity.startTime ?? 0)) : '',
    mark: markText(readMarks(entity.members), entity.isInProgress, glyphs),
  };
}

function measure(
  rows: readonly FittedRow[],
  { width, isRoomy, widestName }: { readonly width: number; readonly isRoomy: boolean; readonly widestName: number },
): Columns {
  const gap = isRoomy ? 2 : 1;
  let name = 8;
  let duration = 4;
  let mark = 0;
  for (const row of rows) {
    if (row.row.node !== undefined) {
      name = Math.max(name, widthOf(row.row.prefix) + widthOf(row.name));
      duration = Math.max(duration, row.duration.length);
      mark = Math.max(mark, row.mark === undefined ? 0 : widthOf(row.mark.text) + gap);
    }
  }
  const taken = duration + 2 * gap + (isRoomy ? Math.min(mark, Math.floor(width * widestMark)) : 0);
  name = Math.min(name, widestName, width - taken - Math.max(4, Math.floor(width * shortestBar)));
  return { gap, name, duration, bar: width - taken - name, mark: Math.floor(width * widestMark) - gap };
}

interface Drawing extends WaterfallOptions {
  readonly trace: AssembledTrace;
  readonly columns: Columns;
  readonly isRoomy: boolean;
}

function drawRow({ row, name, duration, mark }: FittedRow, drawing: Drawing): string {
  const { columns, isRoomy, width, glyphs, palette } = drawing;
  const { prefix, node } = row;
  if (node === undefined) {
    return palette.paint('faint', shorten(prefix + name, width, glyphs));
  }
  // Of a tree that is wider than its column the end says most: the corner and the depth.
  const tree = tail(prefix, columns.name - 2);
  const { kind } = node.entity;
  const room = columns.name - widthOf(tree);
  const shortName = shorten(name, room, glyphs);
  const parts = [
    palette.paint('faint', tree) +
      palette.paint(kind === 'segment' ? 'segment' : 'plain', shortName) +
      padding(room, shortName),
    palette.paint(barStyle(node, mark), bar(node, drawing)),
    duration.padStart(columns.duration),
    ...(isRoomy && mark !== undefined ? [palette.paint(mark.style, shorten(mark.text, columns.mark, glyphs))] : []),
  ];
  return parts.join(' '.repeat(columns.gap)).trimEnd();
}

function padding(width: number, text: string): string {
  return padded(text, width).slice(text.length);
}

function barStyle({ entity }: TraceNode, mark: MarkText | undefined): Style {
  const own = entity.kind === 'segment' ? 'segment-bar' : 'bar';
  return mark === undefined || mark.style === 'faint' ? own : mark.style;
}

function bar({ entity }: TraceNode, { trace, columns, glyphs }: Drawing): string {
  const whole = trace.endTime - trace.startTime;
  const fraction = (time: number): number => (whole > 0 ? (time - trace.startTime) / whole : 0);
  if (entity.startTime === undefined) {
    return ' '.repeat(columns.bar);
  }
  const to = entity.endTime === undefined ? undefined : fraction(entity.endTime);
  return drawBar({ from: fraction(entity.startTime), to }, columns.bar, glyphs);
}

/** Where exceptions were recorded, so that one that only passed through can say where. */
function findExceptions(trace: AssembledTrace): ExceptionPlaces {
  const places = new Map<string, { name: string; type: string | undefined }>();
  for (const { node } of walkTrace(trace)) {
    const { key, name, members } = node.entity;
    for (const [index, { id, type }] of (readCause(members)?.exceptions ?? []).entries()) {
      const place = { name, type };
      if (index === 0) {
        places.set(key, place);
      }
      if (id !== undefined) {
        places.set(id, place);
      }
    }
  }
  return places;
}

interface DetailOptions {
  /** The mark, where it has no column of its own. */
  readonly mark: MarkText | undefined;
  readonly places: ExceptionPlaces;
  readonly width: number;
  readonly glyphs: Glyphs;
}

function detailLines({ entity }: TraceNode, { mark, places, width, glyphs }: DetailOptions): DetailLine[] {
  const call = readCall(entity.members);
  const { user } = entity.members;
  const annotations = [
    ...(typeof user === 'string' && user !== '' ? [`user ${cleanText(user, glyphs)}`] : []),
    ...readAnnotations(entity.members).map(
      ([key, value]) => `${cleanText(key, glyphs)}=${annotationText(value, glyphs)}`,
    ),
  ];
  const isPlainStatus = mark !== undefined && mark.style === 'faint';
  const called = [...(isPlainStatus ? [mark.text] : []), ...(call === undefined ? [] : [cleanText(call, glyphs)])];
  return [
    ...(mark === undefined || isPlainStatus ? [] : [mark]),
    ...(called.length === 0 ? [] : [{ text: called.join(' '), style: 'faint' as const }]),
    ...flow(annotations, '  ', width, glyphs).map((text) => ({ text, style: 'faint' as const })),
    ...exceptionLines(entity.members, { places, width, glyphs }),
  ];
}

function annotationText(value: string | number | boolean, glyphs: Glyphs): string {
  const text = cleanText(String(value), glyphs);
  return typeof value === 'string' && /^$|[\s="]/.test(text) ? JSON.stringify(text) : text;
}
