/** What a sampler may decide by. */
export interface SamplingRequest {
  /** The segment's name. */
  readonly service: string;
  /** What is being traced, such as `POST /orders`. */
  readonly operation: string;
}

/** Port: decides whether a trace that begins here is recorded. Must be quick; what it throws counts as yes. */
export interface Sampler {
  isSampled(request: SamplingRequest): boolean;
}
