import { expect } from 'chai';
import { summaryText } from '#lib/cli/summary.js';

const quiet = {
  received: 3,
  accepted: 3,
  rejected: 0,
  rejectedByReason: {},
  ignoredMembers: 0,
  socketErrors: 0,
  callbackErrors: 0,
  replaced: 0,
  handedOver: 2,
  handedOverPartial: 0,
  handedOverAgain: 0,
  evicted: 0,
  openTraces: 0,
  settledTraces: 2,
  api: { requests: 0, refusedByType: {}, failed: 0, badConnections: 0 },
  sampling: { rules: 1, ruleChanges: 0, stateErrors: 0, reports: 0, refusedReports: 0, boosts: 0 },
};

describe('summaryText', () => {
  it('says what came and what went', () => {
    expect(summaryText(quiet, 0)).to.equal('received 3: 3 accepted, 0 rejected; traces: 2 handed over');
  });

  it('mentions trouble by its kind', () => {
    const trouble = {
      ...quiet,
      received: 6,
      rejected: 3,
      rejectedByReason: { 'bad-header': 2, 'not-json': 1 },
      ignoredMembers: 4,
      handedOverPartial: 1,
      evicted: 1,
    } as const;

    expect(summaryText(trouble, 5)).to.equal(
      'received 6: 3 accepted, 3 rejected (bad-header 2, not-json 1), 4 members ignored; ' +
        'traces: 2 handed over, 1 partial, 1 evicted, 5 not written because the reader was too slow',
    );
  });

  it('says what was asked over HTTP, if anything was', () => {
    const asked = {
      ...quiet,
      api: { requests: 9, refusedByType: { InvalidRequestException: 2 }, failed: 0, badConnections: 1 },
      sampling: { rules: 1, ruleChanges: 1, stateErrors: 0, reports: 4, refusedReports: 3, boosts: 0 },
    };

    expect(summaryText(asked, 0)).to.equal(
      'received 3: 3 accepted, 0 rejected; traces: 2 handed over; 9 requests, 4 sampling reports, 1 rule changes, ' +
        'refused: InvalidRequestException 2, 3 reports refused, 1 bad connections',
    );
  });
});
