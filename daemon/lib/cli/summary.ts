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
  const socket = mentioned(counters.socketErrors, 'socket errors').map((text) => `; ${text}`);
  return `received ${received}: ${documents.join(', ')}; traces: ${traces.join(', ')}${socket.join('')}`;
}

function mentioned(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}
