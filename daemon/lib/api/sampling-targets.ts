import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { describeValue, maxInteger, Members } from '../protocol/members.js';
import { reportIntervalSeconds } from '../sampling/reservoir.js';
import type { BoostReport, SamplingService, SamplingTarget, StatisticsReport } from '../sampling/service.js';
import { refuseFor, type Operation } from './operation.js';

/**
 * What clients count, and what they are told to do until they report again, by path. One report that cannot be taken
 * is no reason to refuse the others.
 *
 * @see https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingTargets.html
 */
export function samplingTargets(service: SamplingService): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([['/SamplingTargets', (request) => answerTargets(service, request)]]);
}

function answerTargets(service: SamplingService, request: JsonObject): JsonObject {
  const members = new Members(request);
  const reports = members.list('SamplingStatisticsDocuments', { min: 0, max: 25 });
  const boostReports = members.optionalList('SamplingBoostStatisticsDocuments', { min: 0, max: 25 }) ?? [];
  refuseFor(members.problems);

  // Anomalies first: what they lead to is part of the targets of the same answer.
  const unprocessedBoosts = boostReports.flatMap((value) => {
    const problem = take(value, readBoostReport, (report) => service.noteAnomalies(report), service);
    return problem === undefined ? [] : [unprocessed(value, problem)];
  });
  const targets: JsonObject[] = [];
  const unprocessedReports: JsonObject[] = [];
  for (const value of reports) {
    const answer = take(value, readReport, (report) => service.target(report), service);
    if (typeof answer === 'string') {
      unprocessedReports.push(unprocessed(value, answer));
    } else {
      targets.push(writeTarget(answer));
    }
  }
  return {
    SamplingTargetDocuments: targets,
    LastRuleModification: service.rulesModifiedAtSeconds,
    UnprocessedStatistics: unprocessedReports,
    UnprocessedBoostStatistics: unprocessedBoosts,
  };
}

function take<Report, Result>(
  value: JsonValue,
  read: (members: Members) => Report,
  process: (report: Report) => Result,
  service: SamplingService,
): Result | string {
  const members = new Members(isJsonObject(value) ? value : {});
  const report = read(members);
  const [problem] = isJsonObject(value)
    ? members.problems
    : [`The document was ${describeValue(value)}; it takes an object.`];
  if (problem === undefined) {
    return process(report);
  }
  service.noteUnreadable();
  return isJsonObject(value) ? members.problems.join(' ') : problem;
}

/**
 * X-Ray's own SDKs leave borrowed requests out of `SampledCount`, OpenTelemetry's samplers count them in: both fit.
 *
 * A part that is larger than its whole counts as the whole, and so in a report of anomalies. Samplers count one after the
 * other while requests go on, so one may be a few ahead; to refuse the report would lose what is right in it.
 */
function readReport(members: Members): StatisticsReport {
  const requests = members.integer('RequestCount', limits.count);
  return {
    ruleName: members.text('RuleName', limits.name),
    clientId: members.text('ClientID', limits.client),
    atSeconds: members.time('Timestamp'),
    requests,
    sampled: Math.min(requests, members.integer('SampledCount', limits.count)),
    borrowed: Math.min(requests, members.optionalInteger('BorrowCount', limits.count) ?? 0),
  };
}

function readBoostReport(members: Members): BoostReport {
  members.text('ServiceName', limits.service);
  const total = members.integer('TotalCount', limits.count);
  const anomalies = Math.min(total, members.integer('AnomalyCount', limits.count));
  return {
    ruleName: members.text('RuleName', limits.name),
    atSeconds: members.time('Timestamp'),
    anomalies,
    total,
    sampledAnomalies: Math.min(anomalies, members.integer('SampledAnomalyCount', limits.count)),
  };
}

const limits = {
  name: { min: 1, max: 32 },
  client: { min: 24, max: 24 },
  service: { max: 64 },
  count: { min: 0, max: maxInteger },
};

/** Times are numbers: the Node SDK takes nothing else. */
function writeTarget({ ruleName, fixedRate, quota, boost }: SamplingTarget): JsonObject {
  return {
    RuleName: ruleName,
    FixedRate: fixedRate,
    ReservoirQuota: quota.perSecond,
    ReservoirQuotaTTL: quota.untilSecond,
    Interval: reportIntervalSeconds,
    ...(boost && { SamplingBoost: { BoostRate: boost.rate, BoostRateTTL: boost.untilSecond } }),
  };
}

/** The code begins with 4, by which the SDK for Go knows that it should fetch the rules again. */
function unprocessed(value: JsonValue, message: string): JsonObject {
  const name = isJsonObject(value) ? value['RuleName'] : undefined;
  return { ...(typeof name === 'string' && { RuleName: name.slice(0, 100) }), ErrorCode: '400', Message: message };
}
