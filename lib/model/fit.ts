/** A member of a JSON object: its value as JSON text. */
export interface Member {
  readonly key: string;
  readonly text: string;
}

/** Room that is kept for saying that members were left out. */
const REMARK_BYTES = 100;

/**
 * The members, cut until they take `room` bytes at most: the largest values first are replaced by a note of their size; where
 * that is not enough, members are left out, the largest first again. The order of what is kept stays.
 */
export function fit<Kept extends Member>(members: readonly Kept[], room: number): { kept: Kept[]; leftOut: number } {
  const drafts = members.map((member) => ({ member, bytes: bytesOf(member), isKept: true }));
  let over = drafts.reduce((sum, { bytes }) => sum + bytes, 0) - room;
  if (over <= 0) return { kept: [...members], leftOut: 0 };
  const bySize = drafts.toSorted((one, other) => other.bytes - one.bytes);
  for (const draft of bySize) {
    if (over <= 0) break;
    const note = { ...draft.member, text: noteOf(draft.member) };
    const saved = draft.bytes - bytesOf(note);
    if (saved <= 0) continue;
    over -= saved;
    Object.assign(draft, { member: note, bytes: draft.bytes - saved });
  }
  if (over > 0) over += REMARK_BYTES;
  for (const draft of bySize.toSorted((one, other) => other.bytes - one.bytes)) {
    if (over <= 0) break;
    over -= draft.bytes;
    draft.isKept = false;
  }
  const kept = drafts.filter(({ isKept }) => isKept).map(({ member }) => member);
  return { kept, leftOut: drafts.length - kept.length };
}

function noteOf({ text }: Member): string {
  return JSON.stringify(`[cut: ${Buffer.byteLength(text)} bytes, more than fits into the document]`);
}

/** With the colon and the comma. */
function bytesOf({ key, text }: Member): number {
  return Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(text) + 2;
}

/** The members as a JSON object. */
export function printObject(members: readonly Member[]): string {
  return `{${members.map(({ key, text }) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}
