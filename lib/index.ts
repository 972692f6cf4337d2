import 'reflect-metadata';

export { Annotate } from './decorators/annotate.js';
export { Metadata, type MetadataOptions } from './decorators/metadata.js';
export type { ValueDecorator } from './decorators/recorded-value.js';
export { Traced, type TracedDecorator } from './decorators/traced.js';
export { TracedTask } from './decorators/traced-task.js';
export type { TracedOptions } from './decorators/traced-options.js';
export { Untraced, type UntracedDecorator } from './decorators/untraced.js';

export { Recorder, type TraceOptions } from './recorder/recorder.js';
export type { CaptureOptions } from './recorder/captured-block.js';
export { inject } from './recorder/inject.js';
export type { SegmentOptions } from './recorder/segment-options.js';
export { TracingModule } from './tracing-module.js';
export { TracingOptions, type BeforeSend } from './configuration/tracing-options.js';
export type { IgnoredRequest } from './configuration/ignore-options.js';
export type { MetadataLimits } from './model/data-policy.js';
export type { RedactOptions } from './model/redactor.js';
export type { CentralSampling, FileSampling, RulesSampling, Sampling } from './configuration/sampling-options.js';
export type { MinuteSampling, RateSampling, SamplingRule } from './configuration/sampling-rules.js';
export type { AdaptiveSampling } from './configuration/adaptive-options.js';

export { TRACE_HEADER, TraceHeader, type SamplingMark } from './model/trace-header.js';
export type { AnnotationValue } from './model/annotations.js';
export type { AnnotationRecord, CloseOptions, SegmentHandle } from './model/segment-handle.js';
export type { SegmentDocument } from './model/document.js';
export type { HttpRecord } from './model/http-record.js';
export type { SqlRecord } from './model/sql-record.js';
export type { AwsRecord } from './model/aws-record.js';
export { classifyError, type ErrorClass, type ErrorClassifier } from './model/error-class.js';

export type { ContextMissingStrategy } from './context/context-missing.js';
export type { Emitter } from './emitters/emitter.js';
export type { AnomalyCondition, AnomalyUsage } from './sampling/anomaly-conditions.js';
export type { Sampler, SamplingRequest } from './sampling/sampler.js';
export type { Logger, LogLevel } from './foundation/diagnostics.js';
export {
  ConfigurationError,
  DecorationError,
  EmissionError,
  RadiographError,
  StateError,
  type ConfigurationProblem,
  type ErrorCode,
} from './foundation/errors.js';
