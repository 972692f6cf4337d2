/** The member of anything at all; `undefined` where it cannot have one, has none, or throws when it is read. */
export function readMember(holder: unknown, member: string): unknown {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined;
  try {
    return (holder as Record<string, unknown>)[member];
  } catch {
    return undefined;
  }
}
