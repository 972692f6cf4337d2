import { inspect, types } from 'node:util';
import type { ConfigurationProblem } from '../foundation/errors.js';
import { nearest } from '../foundation/nearest.js';
import type { AnomalyCondition, AnomalyUsage } from '../sampling/anomaly-conditions.js';
import { checkObject } from './data-options.js';
import { accepts, printGiven, type OptionCheck } from './option.js';

/** Which traces are anomalies, and how many of them are captured: the members of the YAML that the distributions of AWS read. */
export interface AdaptiveSampling {
  /** Of the format: 1.0 up to, and without, 2.0. Asked for by AWS, not by us. */
  readonly version?: number | string;
  /** Absent: a status of 500 or more, or a fault without a status. An empty list: nothing is an anomaly. */
  readonly anomalyConditions?: readonly AnomalyCondition[];
  readonly anomalyCaptureLimit?: {
    /** Traces of each second that are sent although they are not sampled. A whole number; default 1. */
    readonly anomalyTracesPerSecond?: number;
  };
}

/** {@link AdaptiveSampling} with its defaults, frozen. */
export interface ResolvedAdaptiveSampling extends AdaptiveSampling {
  readonly anomalyCaptureLimit: { readonly anomalyTracesPerSecond: number };
}

const USAGES = [
  'both',
  'sampling-boost',
  'anomaly-trace-capture',
  'neither',
] as const satisfies readonly AnomalyUsage[];

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

const CONDITION: Readonly<Record<string, OptionCheck>> = {
  errorCodeRegex: checkExpression,
  operations: checkOperations,
  highLatencyMs: accepts(
    (value) => Number.isFinite(value) && Number(value) >= 0,
    'a number of milliseconds from 0',
    'Write 500 for half a second.',
  ),
  usage: accepts(
    (value) => (USAGES as readonly unknown[]).includes(value),
    USAGES.join(', '),
    (value) => {
      const meant = usageMeantBy(String(value).toLowerCase());
      return meant === undefined ? 'Leave it out for both.' : `Did you mean ${meant}?`;
    },
  ),
};

const MEMBERS: Readonly<Record<string, OptionCheck>> = {
  version: accepts(
    (value) => (typeof value === 'number' || isText(value)) && Number(value) >= 1 && Number(value) < 2,
    'a version of the format from 1.0 up to, and without, 2.0',
    'Write 1.0.',
  ),
  anomalyConditions: checkConditions,
  anomalyCaptureLimit: (value, path) =>
    checkObject(value, path, {
      checks: {
        anomalyTracesPerSecond: accepts(
          (given) => Number.isSafeInteger(given) && Number(given) >= 0,
          'a whole number from 0',
          'Write how many traces of each second are sent although they are not sampled.',
        ),
      },
      allowed: 'an object',
      remedy: 'Write { anomalyTracesPerSecond: 1 }.',
    }),
};

/** @see TracingOptions.adaptiveSampling */
export function checkAdaptiveSampling(value: unknown, path: string): ConfigurationProblem[] {
  const remedy = "Write { anomalyConditions: [{ errorCodeRegex: '5..' }] }, or {} for the default anomalies.";
  return checkObject(value, path, { checks: MEMBERS, allowed: 'an object', remedy });
}

function checkConditions(value: unknown, path: string): ConfigurationProblem[] {
  const remedy = 'Write [] where nothing is an anomaly, or leave it out for the default.';
  if (!Array.isArray(value)) {
    return [{ option: path, given: printGiven(value), allowed: 'a list of conditions', remedy }];
  }
  return Array.from(value as unknown[]).flatMap((condition, index) =>
    checkObject(condition, `${path}[${index}]`, {
      checks: CONDITION,
      allowed: 'an object',
      remedy: "Write { errorCodeRegex: '5..', operations: ['GET /orders'], highLatencyMs: 500 }.",
    }),
  );
}

function checkExpression(value: unknown, option: string): ConfigurationProblem[] {
  const refuse = (remedy: string): ConfigurationProblem[] => {
    const allowed = 'a regular expression of JavaScript that matches the whole code, as a text or a RegExp';
    return [{ option, given: printGiven(value), allowed, remedy }];
  };
  if (types.isRegExp(value)) return [];
  if (typeof value === 'number') return refuse(`Write '${value}', in quotes.`);
  if (!isText(value)) return refuse(String.raw`Write '5\\d\\d' for 500 to 599.`);
  try {
    RegExp(value);
    return [];
  } catch (error) {
    const { message } = error as SyntaxError;
    return refuse(`It does not compile: ${message.slice(message.lastIndexOf(': ') + 2)}.`);
  }
}

function checkOperations(value: unknown, option: string): ConfigurationProblem[] {
  const allowed = 'a list of texts, such as GET /orders or POST /orders/*';
  if (!Array.isArray(value)) {
    const remedy = isText(value) ? `Write [${printGiven(value)}].` : 'Leave it out for all operations.';
    return [{ option, given: printGiven(value), allowed, remedy }];
  }
  return Array.from(value as unknown[]).flatMap((item, index) =>
    isText(item)
      ? []
      : [{ option: `${option}[${index}]`, given: printGiven(item), allowed: 'a text', remedy: "Write 'GET /orders'." }],
  );
}

function usageMeantBy(word: string): AnomalyUsage | undefined {
  const part = word === '' ? undefined : USAGES.find((usage) => usage.includes(word));
  return part ?? (nearest(word, USAGES) as AnomalyUsage | undefined);
}

/** The option with its defaults, independent of what was given. `value` has passed {@link checkAdaptiveSampling}. */
export function resolveAdaptiveSampling(value: AdaptiveSampling): ResolvedAdaptiveSampling {
  const conditions = value.anomalyConditions?.map(({ operations, ...condition }) =>
    Object.freeze({
      ...condition,
      ...(operations === undefined ? undefined : { operations: Object.freeze([...operations]) }),
    }),
  );
  return Object.freeze({
    ...(value.version === undefined ? undefined : { version: value.version }),
    ...(conditions === undefined ? undefined : { anomalyConditions: Object.freeze(conditions) }),
    anomalyCaptureLimit: Object.freeze({
      anomalyTracesPerSecond: value.anomalyCaptureLimit?.anomalyTracesPerSecond ?? 1,
    }),
  });
}

/** All of it on one line: who asks why a trace was captured needs every condition. */
export function printAdaptiveSampling(value: ResolvedAdaptiveSampling): string {
  return inspect(value, { depth: 5, breakLength: Number.POSITIVE_INFINITY, compact: true });
}
