import type { HttpRecord } from '../model/http-record.js';
import type { SamplingRequest } from '../sampling/sampler.js';
import type { CallSite } from './call-site.js';

/** How a segment is opened. */
export interface SegmentOptions {
  /** Name of the segment, and so of its node in the service map. Default: the service. */
  readonly segmentName?: string | undefined;
  /** The header, carrier or `traceparent` that came in. Default: none, a new trace. */
  readonly header?: string | readonly string[] | undefined;
  /** The request that came in, recorded on the segment; sampling rules and `ignore` look at its method, host, path and user agent. */
  readonly http?: HttpRecord | undefined;
  /** What sampling rules may ask for beside that, such as the tenant; not recorded. */
  readonly attributes?: SamplingRequest['attributes'];
}

/** A call of a decorated method that opens a segment. */
export interface TaskCall {
  readonly site: CallSite;
  readonly self: unknown;
}

/**
 * What sampling may decide by. Without a request that came in, an operation such as `GET /orders` stands for its method and path.
 */
export function samplingRequestOf(
  service: string,
  operation: string,
  options: SegmentOptions,
  task: TaskCall | undefined,
): SamplingRequest {
  const request = readRequest(options);
  const { host, httpMethod, urlPath } = requestOf(operation, request);
  const userAgent = request?.userAgent;
  return {
    service,
    operation,
    host,
    httpMethod,
    urlPath,
    userAgent: typeof userAgent === 'string' ? userAgent : undefined,
    serviceType: undefined,
    resourceArn: undefined,
    className: task?.site.classNameFor?.(task.self),
    methodName: task?.site.methodName,
    attributes: options.attributes,
  };
}

/** A copy: what the user's getters throw is no reason to sample. */
function readRequest({ http }: SegmentOptions): HttpRecord['request'] {
  try {
    return http?.request && { ...http.request };
  } catch {
    return undefined;
  }
}

/** Method, host and path of the request that came in, else those that the operation names. */
export function requestOf(
  operation: string,
  request: HttpRecord['request'],
): Pick<SamplingRequest, 'host' | 'httpMethod' | 'urlPath'> {
  const { method, url } = request ?? NO_REQUEST;
  const named = method === undefined || url === undefined ? requestIn(operation) : NO_REQUEST;
  const { host, path } = partsOf(url ?? named.url);
  const httpMethod = method ?? named.method;
  return { host, httpMethod: typeof httpMethod === 'string' ? httpMethod : undefined, urlPath: path };
}

const NO_REQUEST: NonNullable<HttpRecord['request']> = {};
const NO_PARTS = { host: undefined, path: undefined };

/** `GET /orders` names a request; `/orders`, `place order` and `Orders.place` do not. */
function requestIn(operation: string): NonNullable<HttpRecord['request']> {
  const [, method, url] = /^([A-Z]{3,10}) (\/\S*)$/.exec(operation) ?? [];
  return { method, url };
}

/**
 * Host, with its port, and path of a URL that may lack scheme and host. Never throws: what came in need not be a URL. A path may hold
 * another URL, and whoever sends it does not choose the host by that.
 */
function partsOf(url: unknown): { readonly host: string | undefined; readonly path: string | undefined } {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string') return NO_PARTS;
  const end = text.search(/[?#]/);
  const whole = end === -1 ? text : text.slice(0, end);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(whole)?.[0].length;
  if (scheme === undefined) return { host: undefined, path: whole };
  const slash = whole.indexOf('/', scheme);
  const authority = slash === -1 ? whole.slice(scheme) : whole.slice(scheme, slash);
  return { host: authority.slice(authority.lastIndexOf('@') + 1), path: slash === -1 ? '/' : whole.slice(slash) };
}
