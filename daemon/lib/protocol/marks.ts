import { numberMember, objectMember, type JsonObject } from './json.js';

/** How a (sub)segment ended. The flags are independent of each other: an AWS call answered 404 may carry two. */
export interface Marks {
  /** The other side or this side failed: HTTP 5xx, or an exception. */
  readonly isFault: boolean;
  /** The caller's mistake: HTTP 4xx. */
  readonly isError: boolean;
  /** Too many requests: HTTP 429, which sets the error flag as well. */
  readonly isThrottle: boolean;
  /** The HTTP status; undefined when there was none, or an unusable one such as `""`. */
  readonly status: number | undefined;
}

/** Reads the flags and the HTTP status of a (sub)segment's members. */
export function readMarks(members: JsonObject): Marks {
  return {
    isFault: members['fault'] === true,
    isError: members['error'] === true,
    isThrottle: members['throttle'] === true,
    status: numberMember(objectMember(objectMember(members, 'http'), 'response'), 'status'),
  };
}
