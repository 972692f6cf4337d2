/** What is known of an HTTP request, received (on a segment) or made (on a subsegment), and of its response. */
export interface HttpRecord {
  readonly request?: {
    readonly method?: string;
    /** Scheme, host and path. */
    readonly url?: string;
    readonly userAgent?: string;
    readonly clientIp?: string;
    /** The client's address was taken from `X-Forwarded-For` and may be forged. Segments only. */
    readonly xForwardedFor?: boolean;
    /** The other side is traced as well and will send a segment of its own. Subsegments only. */
    readonly traced?: boolean;
  };
  readonly response?: {
    /** Sets the flags too: 4xx error, 429 error and throttle, 5xx fault. */
    readonly status?: number;
    /** Bytes; -1 where unknown. */
    readonly contentLength?: number;
  };
}

/** The record with the members of `more` laid over it, request and response each for itself; a copy, read here and now. */
export function mergeHttp(record: HttpRecord | undefined, { request, response }: HttpRecord): HttpRecord {
  return {
    ...((record?.request ?? request) && { request: { ...record?.request, ...request } }),
    ...((record?.response ?? response) && { response: { ...record?.response, ...response } }),
  };
}
