import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { describeValue, maxInteger, Members } from '../protocol/members.js';
import { defaultRuleName, type RateBoost, type RuleChange, type RuleRecord, type SamplingRule } from './rule.js';

/**
 * A rule on the wire and back: the only file that knows how the X-Ray API names its members. The limits are those of
 * the service's model, 2016-04-12. What is wrong is added to `problems`, and what was read is then of no use.
 *
 * @see https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html
 */
export function readRule(object: JsonObject, problems: string[], path = 'SamplingRule.'): SamplingRule {
  const members = new Members(object, { problems, path });
  members.integer('Version', { min: 1, max: 1 });
  const name = readRuleName(object, problems, path) ?? '';
  return {
    name,
    // The place after all others belongs to one rule.
    priority: members.integer('Priority', name === defaultRuleName ? { min: 1, max: 10_000 } : limits.priority),
    fixedRate: members.number('FixedRate', limits.share),
    reservoirSize: members.integer('ReservoirSize', limits.count),
    serviceName: members.text('ServiceName', limits.service),
    serviceType: members.text('ServiceType', limits.service),
    host: members.text('Host', limits.service),
    httpMethod: members.text('HTTPMethod', limits.method),
    urlPath: members.text('URLPath', limits.path),
    resourceArn: members.text('ResourceARN', limits.arn),
    attributes: members.texts('Attributes', limits.attributes),
    ...boostOf(members, problems, path),
  };
}

/** The members of an update that are given, and the name of the rule it is for. */
export function readRuleUpdate(object: JsonObject, problems: string[]): { name: string; change: RuleChange } {
  const path = 'SamplingRuleUpdate.';
  const members = new Members(object, { problems, path });
  const change = {
    // Whoever sends a rule back as it was read sends the Default's own 10000; whether that may be is asked later.
    priority: members.optionalInteger('Priority', { min: 1, max: 10_000 }),
    fixedRate: members.optionalNumber('FixedRate', limits.share),
    reservoirSize: members.optionalInteger('ReservoirSize', limits.count),
    serviceName: members.optionalText('ServiceName', limits.service),
    serviceType: members.optionalText('ServiceType', limits.service),
    host: members.optionalText('Host', limits.service),
    httpMethod: members.optionalText('HTTPMethod', limits.method),
    urlPath: members.optionalText('URLPath', limits.path),
    resourceArn: members.optionalText('ResourceARN', limits.arn),
    attributes: members.optionalObject('Attributes') && members.texts('Attributes', limits.attributes),
    ...boostOf(members, problems, path),
  };
  const name = readRuleName(object, problems, path) ?? '';
  if (name !== defaultRuleName && change.priority === 10_000) {
    problems.push(`${path}Priority was 10000; it takes a whole number from 1 to 9999.`);
  }
  // Every member that is left has the type that a change gives it.
  return { name, change: Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) };
}

/**
 * The name of the rule that `RuleName` or `RuleARN` tells; undefined, with a problem, when neither or each another one
 * does. Of an ARN only the name counts, since a daemon belongs to no region and no account.
 */
export function readRuleName(object: JsonObject, problems: string[], path = ''): string | undefined {
  const members = new Members(object, { problems, path });
  const before = problems.length;
  const name = members.optionalText('RuleName', limits.name);
  const arn = members.optionalText('RuleARN', { max: 2048 });
  if (problems.length > before) {
    return undefined;
  }
  const [, named] =
    arn === undefined ? [] : (/^arn:[^:]*:xray:[^:]*:[^:]*:sampling-rule\/(.{1,32})$/su.exec(arn) ?? []);
  if (arn !== undefined && named === undefined) {
    problems.push(`${path}RuleARN was ${describeValue(arn)}; it takes an ARN such as ${arnOf('name')}.`);
  } else if (name === undefined && named === undefined) {
    problems.push(`${path}RuleName is missing, and so is ${path}RuleARN; one of them has to tell the rule.`);
  } else if (name !== undefined && named !== undefined && name !== named) {
    problems.push(`${path}RuleName was "${name}" and ${path}RuleARN that of "${named}"; give one of them.`);
  } else {
    return name ?? named;
  }
  return undefined;
}

/** A rule as the API answers it. `Attributes` and `RuleARN` are always there: the Node SDK drops rules without. */
export function writeRule(rule: SamplingRule): JsonObject {
  const { boost } = rule;
  return {
    RuleName: rule.name,
    RuleARN: arnOf(rule.name),
    ResourceARN: rule.resourceArn,
    Priority: rule.priority,
    FixedRate: rule.fixedRate,
    ReservoirSize: rule.reservoirSize,
    ServiceName: rule.serviceName,
    ServiceType: rule.serviceType,
    Host: rule.host,
    HTTPMethod: rule.httpMethod,
    URLPath: rule.urlPath,
    Version: 1,
    Attributes: { ...rule.attributes },
    ...(boost && { SamplingRateBoost: { MaxRate: boost.maxRate, CooldownWindowMinutes: boost.cooldownMinutes } }),
  };
}

/** A rule with its times in seconds, as the API answers it and a state file keeps it. */
export function writeRecord({ rule, createdAtMillis, modifiedAtMillis }: RuleRecord): JsonObject {
  return {
    SamplingRule: writeRule(rule),
    CreatedAt: createdAtMillis / 1000,
    ModifiedAt: modifiedAtMillis / 1000,
  };
}

/** The inverse of {@link writeRecord}. */
export function readRecord(value: JsonValue, problems: string[], path: string): RuleRecord {
  if (!isJsonObject(value)) {
    problems.push(`${path} was ${describeValue(value)}; it takes an object.`);
  }
  const object = isJsonObject(value) ? value : {};
  const members = new Members(object, { problems, path: `${path}.` });
  return {
    rule: readRule(members.object('SamplingRule'), problems, `${path}.SamplingRule.`),
    createdAtMillis: Math.round(members.time('CreatedAt') * 1000),
    modifiedAtMillis: Math.round(members.time('ModifiedAt') * 1000),
  };
}

const limits = {
  name: { min: 1, max: 32 },
  priority: { min: 1, max: 9999 },
  share: { min: 0, max: 1 },
  count: { min: 0, max: maxInteger },
  service: { max: 64 },
  method: { max: 10 },
  path: { max: 128 },
  arn: { max: 500 },
  attributes: { max: 5, text: { min: 1, max: 32 } },
};

function boostOf(members: Members, problems: string[], path: string): { boost?: RateBoost } {
  const object = members.optionalObject('SamplingRateBoost');
  if (object === undefined) {
    return {};
  }
  const boost = new Members(object, { problems, path: `${path}SamplingRateBoost.` });
  return {
    boost: {
      maxRate: boost.number('MaxRate', limits.share),
      cooldownMinutes: boost.integer('CooldownWindowMinutes', limits.count),
    },
  };
}

function arnOf(name: string): string {
  return `arn:aws:xray:local:000000000000:sampling-rule/${name}`;
}
