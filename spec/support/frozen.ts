/** Whether the value and all that is in it can no longer be changed. */
export function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every((member) => isDeepFrozen(member));
}
