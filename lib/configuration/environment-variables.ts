import { LOG_LEVELS } from '../foundation/diagnostics.js';
import { readAdaptiveSampling } from './adaptive-variable.js';
import { CONTEXT_MISSING_STRATEGIES, type TracingOptions } from './tracing-options.js';

/** An environment variable that stands for an option, and how its text becomes the option's value. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly option: keyof TracingOptions;
  /**
   * The value, or the text itself where it means nothing: the option's own check then refuses it. A `RefusedText` where the problems
   * are to be named by their places in the text. `untrimmed` is the text with the spaces around it, which mean something to YAML.
   */
  readonly read: (text: string, untrimmed: string) => unknown;
}

const ADAPTIVE_SAMPLING_CONFIG = 'AWS_XRAY_ADAPTIVE_SAMPLING_CONFIG';

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** The variables that X-Ray users know. An empty one counts as absent. */
export const ENVIRONMENT_VARIABLES: readonly EnvironmentVariable[] = [
  { name: 'AWS_XRAY_TRACING_NAME', option: 'service', read: (text) => text },
  { name: 'AWS_XRAY_DAEMON_ADDRESS', option: 'daemonAddress', read: (text) => text },
  {
    name: ADAPTIVE_SAMPLING_CONFIG,
    option: 'adaptiveSampling',
    read: (_, untrimmed) => readAdaptiveSampling(untrimmed, ADAPTIVE_SAMPLING_CONFIG),
  },
  {
    name: 'AWS_XRAY_CONTEXT_MISSING',
    option: 'contextMissing',
    read: (text) => CONTEXT_MISSING_STRATEGIES.find((strategy) => strategy === text.toUpperCase()) ?? text,
  },
  {
    name: 'AWS_XRAY_LOG_LEVEL',
    option: 'logLevel',
    read: (text) => LOG_LEVELS.find((level) => level === text.toLowerCase()) ?? text,
  },
  { name: 'AWS_XRAY_SDK_ENABLED', option: 'enabled', read: (text) => BOOLEANS.get(text.toLowerCase()) ?? text },
];

/** The name of the application that npm runs, where it does. */
export function packageNameOf(environment: NodeJS.ProcessEnv): string | undefined {
  const name = environment['npm_package_name'];
  return name === '' ? undefined : name;
}

/** Whether this process is a function of AWS Lambda. */
export function isLambda(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment['LAMBDA_TASK_ROOT']);
}

/** The environment of this process. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
