import { builtIn } from '../foundation/built-in.js';
import type { ConfigurationProblem } from '../foundation/errors.js';
import { checkAdaptiveSampling } from './adaptive-options.js';
import { printGiven, RefusedText } from './option.js';
import { readYaml, YAML_FORMS, YamlRefusal, type YamlDocument } from './yaml.js';

const FILE_FORMS = 'a file of YAML or JSON in UTF-8 that can be read';

/**
 * What the variable of AWS's distributions says: YAML or JSON, or the path of a file of it, which ends in `.yml`, `.yaml` or `.json`.
 * Problems name the variable, the file, the line and the member.
 */
export function readAdaptiveSampling(text: string, variable: string): unknown {
  const path = pathOf(text);
  const source = path === undefined ? variable : `${variable} (${path})`;
  const content = path === undefined ? text : readFile(path, variable);
  if (content instanceof RefusedText) return content;
  const document = readDocument(content, source);
  if (document instanceof RefusedText) return document;
  const { value, lineOf } = document;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const allowed =
      'a mapping with version, anomalyConditions and anomalyCaptureLimit, or the path of a .yml, .yaml or .json file';
    const remedy = "Write {version: 1.0, anomalyConditions: [{errorCodeRegex: '5..'}]}.";
    return new RefusedText([{ option: source, given: printGiven(value), allowed, remedy }]);
  }
  const problems = checkAdaptiveSampling(value, OPTION).map(
    ({ option, given, allowed, remedy }): ConfigurationProblem => {
      const member = withoutOption(option);
      return { option: `${source}, line ${lineOf(member)}: ${member}`, given, allowed, remedy: withoutOption(remedy) };
    },
  );
  return problems.length === 0 ? value : new RefusedText(problems);
}

const OPTION = 'adaptiveSampling';

function withoutOption(text: string): string {
  return text.replace(`${OPTION}.`, '');
}

/** One line that ends as the name of a file does and has nothing of YAML. */
function pathOf(text: string): string | undefined {
  const path = text.trim();
  return /\.(?:ya?ml|json)$/i.test(path) && !/^[{[#]|\n|:\s/.test(path) ? path : undefined;
}

function readFile(path: string, variable: string): string | RefusedText {
  const refuse = (why: string, remedy: string): RefusedText =>
    new RefusedText([{ option: variable, given: `${printGiven(path)} (${why})`, allowed: FILE_FORMS, remedy }]);
  let bytes: Uint8Array;
  try {
    bytes = builtIn('node:fs').readFileSync(path);
  } catch (error) {
    const { message } = error as Error;
    return refuse(message.split(',', 1)[0] as string, 'Write the path from / on, and let this process read the file.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('not UTF-8', 'Save it as UTF-8.');
  }
}

function readDocument(text: string, source: string): YamlDocument | RefusedText {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlRefusal)) throw error;
    const { line, column, what, remedy } = error;
    const given = `${what}: ${printGiven(text.split(/\r?\n/, line)[line - 1])}`;
    return new RefusedText([
      { option: `${source}, line ${line}, column ${column}`, given, allowed: YAML_FORMS, remedy },
    ]);
  }
}
