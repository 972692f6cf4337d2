import { Members } from '../protocol/members.js';
import type { JsonObject } from '../protocol/json.js';
import type { SamplingService } from '../sampling/service.js';
import type { StatisticSummary } from '../sampling/statistic-summaries.js';
import { refuseFor, type Operation } from './operation.js';

const pageSize = 1000;

/**
 * What all clients counted, by rule, in steps of ten seconds of the last hour.
 *
 * @see https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingStatisticSummaries.html
 */
export function samplingStatisticSummaries(service: SamplingService): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    [
      '/SamplingStatisticSummaries',
      (request) => {
        const members = new Members(request);
        const token = members.optionalText('NextToken', { max: 2048 }) ?? '';
        const after = token === '' ? undefined : readToken(token);
        if (token !== '' && after === undefined) {
          members.problems.push('NextToken is none that GetSamplingStatisticSummaries has answered.');
        }
        refuseFor(members.problems);
        const rest = service.summaries().filter((summary) => after === undefined || isAfter(summary, after));
        const page = rest.slice(0, pageSize);
        const last = page.at(-1);
        return {
          SamplingStatisticSummaries: page.map(writeSummary),
          ...(last !== undefined && rest.length > page.length && { NextToken: writeToken(last) }),
        };
      },
    ],
  ]);
}

function writeSummary({ ruleName, startSecond, requests, sampled, borrowed }: StatisticSummary): JsonObject {
  return {
    RuleName: ruleName,
    Timestamp: startSecond,
    RequestCount: requests,
    BorrowCount: borrowed,
    SampledCount: sampled,
  };
}

/** The place of a summary: the next page is right however many have come or gone meanwhile. */
interface Place {
  readonly startSecond: number;
  readonly ruleName: string;
}

function isAfter(summary: Place, place: Place): boolean {
  return (
    summary.startSecond > place.startSecond ||
    (summary.startSecond === place.startSecond && summary.ruleName > place.ruleName)
  );
}

function writeToken({ startSecond, ruleName }: Place): string {
  return Buffer.from(`${startSecond} ${ruleName}`).toString('base64url');
}

function readToken(token: string): Place | undefined {
  const [, seconds, ruleName] = /^(-?\d{1,15}) (.+)$/su.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return ruleName === undefined ? undefined : { startSecond: Number(seconds), ruleName };
}
