/** What a sampler may decide by. What is not known is `undefined`. */
export interface SamplingRequest {
  /** The segment's name. */
  readonly service: string;
  /** What is being traced, such as `POST /orders`. */
  readonly operation: string;
  /** The `Host` header of the request that came in, with its port where it has one. */
  readonly host?: string | undefined;
  /** The request's method, such as `POST`. */
  readonly httpMethod?: string | undefined;
  /** Path of the request's URL, without query and fragment. */
  readonly urlPath?: string | undefined;
  readonly userAgent?: string | undefined;
  /** What the service runs on, as `origin` in its documents: `AWS::ECS::Container`. */
  readonly serviceType?: string | undefined;
  readonly resourceArn?: string | undefined;
  /** The class whose method `@TracedTask` decorates. */
  readonly className?: string | undefined;
  /** The method that `@TracedTask` decorates. */
  readonly methodName?: string | undefined;
  /** What the caller of `trace` gave for sampling. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/**
 * Port: decides whether a trace that begins here is recorded; not asked where the header that came in says so. Must be quick; what it
 * throws counts as yes.
 */
export interface Sampler {
  isSampled(request: SamplingRequest): boolean;
}
