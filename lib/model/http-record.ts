/** What is known of an HTTP request, received (on a segment) or made (on a subsegment), and of its response. */
export interface HttpRecord {
  readonly request?: {
    readonly method?: string | undefined;
    /** Scheme, host and path. */
    readonly url?: string | undefined;
    readonly userAgent?: string | undefined;
    readonly clientIp?: string | undefined;
    /** The client's address was taken from `X-Forwarded-For` and may be forged. Segments only. */
    readonly xForwardedFor?: boolean | undefined;
    /** The other side is traced as well and will send a segment of its own. Subsegments only. */
    readonly traced?: boolean | undefined;
  };
  readonly response?: {
    /** Sets the flags too: 4xx error, 429 error and throttle, 5xx fault. */
    readonly status?: number | undefined;
    /** Bytes; -1 where unknown. */
    readonly contentLength?: number | undefined;
  };
}

/** The record with the members of `more` laid over it, request and response each for itself; a copy, read here and now. */
export function mergeHttp(record: HttpRecord | undefined, { request, response }: HttpRecord): HttpRecord {
  return {
    ...((record?.request ?? request) && { request: { ...record?.request, ...defined(request) } }),
    ...((record?.response ?? response) && { response: { ...record?.response, ...defined(response) } }),
  };
}

/** The members that are there: one that is `undefined` takes nothing away from what was known. */
export function defined<Members extends object>(members: Members | undefined): Partial<Members> {
  const entries = Object.entries(members ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Members>;
}
