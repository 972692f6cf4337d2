import { readCause, type Cause, type Frame, type RecordedException } from '../protocol/cause.js';
import type { JsonObject } from '../protocol/json.js';
import { cleanText, shorten, wrapText } from './display-text.js';
import type { Glyphs } from './glyphs.js';
import type { Style } from './palette.js';

/** One line below a row. */
export interface DetailLine {
  readonly text: string;
  readonly style: Style;
}

/** Where in the trace an exception was recorded, by its own id and by the id of the (sub)segment it is on. */
export type ExceptionPlaces = ReadonlyMap<string, { readonly name: string; readonly type: string | undefined }>;

const mostExceptions = 4;
const mostFrames = 3;
const mostMessageLines = 3;

/**
 * Says what went wrong on a (sub)segment: each exception of its chain with the first frames of the application's own
 * code, or, when it was recorded further down and only passed through here, where to look.
 */
export function exceptionLines(
  members: JsonObject,
  { places, width, glyphs }: { readonly places: ExceptionPlaces; readonly width: number; readonly glyphs: Glyphs },
): DetailLine[] {
  const cause = readCause(members);
  if (cause === undefined) {
    return [];
  }
  if (cause.reference !== undefined) {
    const text = shorten(referenceText(cause.reference, places, glyphs), width, glyphs);
    return [{ text, style: 'faint' }];
  }
  const shown = cause.exceptions.slice(0, mostExceptions);
  const lines = shown.flatMap((exception, index) => [
    ...messageLines(exception, index > 0 && shown[index - 1]?.causeId === exception.id, width, glyphs),
    ...frameLines(exception, cause, width, glyphs),
  ]);
  const hidden = cause.exceptions.length - shown.length;
  return hidden === 0 ? lines : [...lines, { text: `  and ${hidden} more`, style: 'faint' }];
}

function referenceText(reference: string, places: ExceptionPlaces, glyphs: Glyphs): string {
  const place = places.get(reference);
  if (place === undefined) {
    return `${glyphs.reference} exception recorded elsewhere (${cleanText(reference, glyphs)})`;
  }
  return `${glyphs.reference} ${cleanText(place.type ?? 'exception', glyphs)} recorded at ${cleanText(place.name, glyphs)}`;
}

function messageLines(
  { type, message }: RecordedException,
  isCauseOfPrevious: boolean,
  width: number,
  glyphs: Glyphs,
): DetailLine[] {
  const said = [type, message].filter((part) => part !== undefined).join(': ');
  const text = `${isCauseOfPrevious ? 'caused by ' : ''}${cleanText(said === '' ? 'exception' : said, glyphs)}`;
  return wrapText(text, Math.max(4, width - 2), mostMessageLines, glyphs).map((line, index) => ({
    text: index === 0 ? `${glyphs.fault} ${line}` : `  ${line}`,
    style: 'fault',
  }));
}

function frameLines({ frames }: RecordedException, cause: Cause, width: number, glyphs: Glyphs): DetailLine[] {
  const own = frames.filter(isOwn);
  const shown = own.length > 0 ? own.slice(0, mostFrames) : frames.slice(0, 1);
  return shown.map((frame) => ({
    text: `  ${shorten(frameText(frame, cause, glyphs), Math.max(4, width - 2), glyphs)}`,
    style: 'faint',
  }));
}

/** Frames of the runtime and of installed packages say little about where to look. */
function isOwn({ path }: Frame): boolean {
  return (
    path !== undefined && !/^(?:node:|internal\/)|[/\\](?:node_modules|site-packages)[/\\]|^<anonymous>$/.test(path)
  );
}

function frameText({ label, path, line }: Frame, { workingDirectory }: Cause, glyphs: Glyphs): string {
  const local = path?.replace(/^file:\/\//, '');
  const base = workingDirectory === undefined ? undefined : `${workingDirectory}/`;
  const shortPath = base !== undefined && local?.startsWith(base) ? local.slice(base.length) : local;
  const place = [shortPath ?? '?', ...(line === undefined ? [] : [line])].join(':');
  return cleanText(label === undefined ? `at ${place}` : `at ${label} (${place})`, glyphs);
}
