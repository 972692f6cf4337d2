import type { Counters } from '../telemetry/counters.js';

/**
 * What the daemon did, in one line of text for its end; kinds of trouble that never occurred are not mentioned.
 *
 * @param unwritten traces lost because the reader of the output was too slow
 */
export function summaryText(counters: Counters, unwritten: number): string {
  const { received, accepted, rejected, rejectedByReason, handedOver, handedOverPartial, handedOverAgain } = counters;
  const reasons = Object.entries(rejectedByReason).map(([reason, count]) => `${reason} ${count}`);
  const documents = [
    `${accepted} accepted`,
    `${rejected} rejected${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`,
    ...mentioned(counters.ignoredMembers, 'members ignored'),
    ...mentioned(counters.replaced, 'replaced by a later copy'),
  ];
  const traces = [
    `${handedOver} handed over`,
    ...mentioned(handedOverPartial, 'partial'),
    ...mentioned(handedOverAgain, 'updates'),
    ...mentioned(counters.evicted, 'evicted'),
    ...mentioned(unwritten, 'not written because the reader was too slow'),
    ...mentioned(counters.callbackErrors, 'not written because of an error'),
  ];
  const rest = [requestsText(counters), ...mentioned(counters.socketErrors, 'socket errors')].filter(
    (text) => text !== '',
  );
  return `received ${received}: ${documents.join(', ')}; traces: ${traces.join(', ')}${rest.map((text) => `; ${text}`).join('')}`;
}

/** What came over HTTP; nothing where nobody asked. */
function requestsText({ api, sampling }: Counters): string {
  const refused = Object.entries(api.refusedByType).map(([type, count]) => `${type} ${count}`);
  const trouble = [
    ...(refused.length === 0 ? [] : [`refused: ${refused.join(', ')}`]),
    ...mentioned(sampling.refusedReports, 'reports refused'),
    ...mentioned(sampling.stateErrors, 'times rules could not be kept or read'),
    ...mentioned(api.badConnections, 'bad connections'),
  ];
  const done = [
    ...mentioned(sampling.reports, 'sampling reports'),
    ...mentioned(sampling.ruleChanges, 'rule changes'),
    ...mentioned(sampling.boosts, 'boosts'),
    ...trouble,
  ];
  return api.requests === 0 && trouble.length === 0 ? '' : [`${api.requests} requests`, ...done].join(', ');
}

function mentioned(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}
