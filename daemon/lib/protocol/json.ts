/** Any value that JSON can write. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/**
 * A JSON object. Its member names come from the network, `__proto__` included: read members, spread or use
 * `Object.entries`, but never assign by a received name.
 */
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

/** Tells whether a value is a JSON object: neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells whether a value is a JSON array. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The member as an object, or an empty one. */
export function objectMember(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  return isJsonObject(value) ? value : {};
}

/** The member as a string that says something, or undefined. */
export function textMember(object: JsonObject, member: string): string | undefined {
  const value = object[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The member as a finite number, or undefined. */
export function numberMember(object: JsonObject, member: string): number | undefined {
  const value = object[member];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
