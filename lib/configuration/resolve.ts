import type { ContainerInstance } from 'typedi';
import { Validator } from 'class-validator/cjs/validation/Validator.js';
import type { ContextMissingStrategy } from '../context/context-missing.js';
import type { Emitter } from '../emitters/emitter.js';
import type { Logger, LogLevel } from '../foundation/diagnostics.js';
import { ConfigurationError, type ConfigurationProblem } from '../foundation/errors.js';
import { DEFAULT_LIMITS, type MetadataLimits } from '../model/data-policy.js';
import type { ErrorClassifier } from '../model/error-class.js';
import { defined } from '../model/http-record.js';
import { cleanName } from '../model/name.js';
import type { RedactOptions } from '../model/redactor.js';
import type { SnapshotLimits } from '../model/snapshot.js';
import type { RuleCriteria } from '../sampling/rule-set.js';
import {
  printAdaptiveSampling,
  resolveAdaptiveSampling,
  type AdaptiveSampling,
  type ResolvedAdaptiveSampling,
} from './adaptive-options.js';
import { parseDaemonAddress, printDaemonAddress, type DaemonAddress } from './daemon-address.js';
import { ENVIRONMENT_VARIABLES, isLambda, packageNameOf } from './environment-variables.js';
import { nearest } from '../foundation/nearest.js';
import { ignoredCriteria } from './ignore-options.js';
import { inheritedMembers, printGiven, printWhole, RefusedText, type OptionContext } from './option.js';
import { checkSampling, printSampling, resolveSampling, type ResolvedSampling } from './sampling-options.js';
import { TracingOptions, type BeforeSend } from './tracing-options.js';

/** Every option with the value in force. */
export interface ResolvedValues {
  readonly service: string;
  readonly daemonAddress: DaemonAddress;
  readonly sampling: ResolvedSampling;
  readonly ignore: readonly RuleCriteria[];
  /** `undefined`: nothing is captured. */
  readonly adaptiveSampling: ResolvedAdaptiveSampling | undefined;
  readonly contextMissing: ContextMissingStrategy;
  readonly logLevel: LogLevel;
  readonly logger: Logger;
  readonly enabled: boolean;
  readonly beforeSend: BeforeSend | undefined;
  readonly classifyError: ErrorClassifier | undefined;
  readonly errorDetails: boolean;
  readonly redact: false | RedactOptions;
  readonly metadataLimits: SnapshotLimits;
  readonly streamingThreshold: number;
  readonly emitter: Emitter | undefined;
  readonly container: ContainerInstance | undefined;
}

/** The configuration: one frozen object, resolved once, that remembers where each value came from. */
export interface ResolvedOptions {
  readonly values: ResolvedValues;
  /** `option`, `default`, or the name of an environment variable. */
  readonly origins: Readonly<Record<keyof ResolvedValues, string>>;
}

const OPTION_NAMES = [
  'service',
  'daemonAddress',
  'sampling',
  'ignore',
  'adaptiveSampling',
  'contextMissing',
  'logLevel',
  'logger',
  'enabled',
  'beforeSend',
  'classifyError',
  'errorDetails',
  'redact',
  'metadataLimits',
  'streamingThreshold',
  'emitter',
  'container',
] as const satisfies readonly (keyof ResolvedValues)[];

/**
 * Puts together what the environment, the code and the defaults say.
 *
 * @throws ConfigurationError CONFIGURATION_INVALID naming every option and variable that cannot be right
 */
export function resolveOptions(options: TracingOptions, environment: NodeJS.ProcessEnv): ResolvedOptions {
  const fromEnvironment = readEnvironment(environment);
  const { sampling, problems: inFile } = readSampling(options, environment);
  const problems = [...checkOptions(options), ...inFile, ...checkVariables(fromEnvironment)];
  if (problems.length > 0) throw new ConfigurationError(problems);

  const origins: Record<string, string> = {};
  const chosen: Record<string, unknown> = {};
  const defaults = defaultsFor(environment);
  const own = ownOptions(options);
  for (const option of OPTION_NAMES) {
    const variable = fromEnvironment.get(option);
    const given = own[option];
    chosen[option] = variable?.value ?? given ?? defaults[option];
    origins[option] = variable?.variable ?? (given === undefined ? 'default' : 'option');
  }
  const address = parseDaemonAddress(chosen['daemonAddress'] as string) as DaemonAddress;
  const adaptive = chosen['adaptiveSampling'] as AdaptiveSampling | undefined;
  const values = {
    ...chosen,
    daemonAddress: Object.freeze({ udp: Object.freeze(address.udp), tcp: Object.freeze(address.tcp) }),
    metadataLimits: Object.freeze({ ...DEFAULT_LIMITS, ...defined(chosen['metadataLimits'] as MetadataLimits) }),
    sampling,
    ignore: ignoredCriteria(chosen['ignore'] as NonNullable<TracingOptions['ignore']>),
    adaptiveSampling: adaptive && resolveAdaptiveSampling(adaptive),
  } as unknown as ResolvedValues;
  return Object.freeze({
    values: Object.freeze(values),
    origins: Object.freeze(origins),
  });
}

/** The file that the option may name is read here, so that what is wrong in it is told with all the rest. */
function readSampling(options: unknown, environment: NodeJS.ProcessEnv): ReturnType<typeof resolveSampling> {
  const given =
    isObject(options) && Object.hasOwn(options, 'sampling') ? (options as TracingOptions).sampling : undefined;
  // Lambda decides itself which invocations are traced, and the official SDK asks for no rules there either.
  if (given === undefined) return resolveSampling(isLambda(environment) ? { central: false } : undefined, 'sampling');
  const isRight = checkSampling(given, 'sampling').length === 0;
  return isRight ? resolveSampling(given, 'sampling') : { problems: [] };
}

/** A line for each option: its name, its value, and where it came from. */
export function describeOptions({ values, origins }: ResolvedOptions): string {
  const width = Math.max(...OPTION_NAMES.map((name) => name.length));
  return OPTION_NAMES.map((name) => `${name.padEnd(width)}  ${print(values, name)}  (${origins[name]})`).join('\n');
}

function print(values: ResolvedValues, name: keyof ResolvedValues): string {
  if (name === 'daemonAddress') return printDaemonAddress(values.daemonAddress);
  if (name === 'sampling') return printSampling(values.sampling);
  if (name === 'ignore') return printWhole(values.ignore);
  if (name === 'adaptiveSampling' && values.adaptiveSampling !== undefined) {
    return printAdaptiveSampling(values.adaptiveSampling);
  }
  if (name === 'container' && values.container !== undefined) return `the container ${values.container.id}`;
  const value = values[name];
  if (value === console) return 'console';
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : printGiven(value);
}

function defaultsFor(environment: NodeJS.ProcessEnv): Readonly<Record<string, unknown>> {
  return {
    service: cleanName(packageNameOf(environment) ?? 'unnamed'),
    daemonAddress: '127.0.0.1:2000',
    ignore: [],
    contextMissing: 'LOG_ERROR',
    logLevel: 'warn',
    logger: console,
    enabled: true,
    errorDetails: false,
    redact: Object.freeze({}),
    metadataLimits: DEFAULT_LIMITS,
    streamingThreshold: 100,
  };
}

function readEnvironment(environment: NodeJS.ProcessEnv): Map<string, { variable: string; value: unknown }> {
  const given = ENVIRONMENT_VARIABLES.flatMap(({ name, option, read }) => {
    const untrimmed = environment[name] ?? '';
    const text = untrimmed.trim();
    return text === '' ? [] : [{ name, option, value: () => read(text, untrimmed) }];
  });
  // Who switches tracing off from outside should not have to mend its other variables first.
  const off = given.find(({ option, value }) => option === 'enabled' && value() === false);
  const read = off === undefined ? given : [off];
  return new Map(read.map(({ name, option, value }) => [option, { variable: name, value: value() }]));
}

function checkVariables(variables: ReturnType<typeof readEnvironment>): ConfigurationProblem[] {
  if (variables.size === 0) return [];
  const read = [...variables].map(([option, { value }]) => [option, value] as const);
  const refused = read.flatMap(([, value]) => (value instanceof RefusedText ? value.problems : []));
  const values = Object.fromEntries(read.filter(([, value]) => !(value instanceof RefusedText)));
  const wrong = checkOptions(values).map((problem) => ({
    ...problem,
    option: variables.get(problem.option)?.variable ?? problem.option,
  }));
  return [...refused, ...wrong];
}

function checkOptions(options: unknown): ConfigurationProblem[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const remedy = "Call TracingModule.forRoot({ service: 'shop' }).";
    return [{ option: 'options', given: printGiven(options), allowed: 'an object of options', remedy }];
  }
  const unknown = Object.entries(options).filter(([name]) => !(OPTION_NAMES as readonly string[]).includes(name));
  const inherited = inheritedMembers(options, TracingOptions.prototype);
  if (inherited.length > 0) {
    const remedy = 'Give a plain object: { ...options } of what they answer.';
    const given = `inherited ${inherited.join(', ')}`;
    return [{ option: 'options', given, allowed: 'own members of an object', remedy }];
  }
  const violations = new Validator().validateSync(ownOptions(options));
  return [
    ...unknown.map(([name, value]) => unknownOption(name, value)),
    ...violations.flatMap(({ property, value, contexts }) => {
      const context = contexts?.['option'] as OptionContext | undefined;
      return context?.check(value, property) ?? [];
    }),
  ];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The options that exist, of what was given itself: neither inherited ones nor such as `constructor` get in. */
function ownOptions(options: object): TracingOptions {
  const known = OPTION_NAMES.filter((name) => Object.hasOwn(options, name));
  const given = Object.fromEntries(known.map((name) => [name, (options as TracingOptions)[name]]));
  return Object.assign(new TracingOptions(), given);
}

function unknownOption(option: string, value: unknown): ConfigurationProblem {
  const meant = nearest(option, OPTION_NAMES);
  const remedy = meant === undefined ? 'Remove it.' : `Did you mean ${meant}?`;
  return { option, given: printGiven(value), allowed: `only the options ${OPTION_NAMES.join(', ')}`, remedy };
}
