import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { sampleComplaint, sampleEvent } from '../../support/sample-events.ts';

/**
 * Many complaints at one instant. Each calls for a score at once, and as event time stands still no daily moment comes
 * in between: long stretches of work without a heartbeat.
 */
export function rushOfComplaints(subscriberIds: readonly string[], atMs: number, eachComplains: number): LogRecord[] {
  const records: LogRecord[] = [];
  for (let round = 0; round < eachComplains; round++) {
    for (const subscriberId of subscriberIds) {
      const id = `${subscriberId}-rush-${atMs}-${round}`;
      const complaint = sampleComplaint({ complaintId: id, step: 'received', openedAtMs: atMs });
      records.push(sampleEvent(complaint, atMs, { subscriberId, eventId: id, feed: 'care' }));
    }
  }
  return records;
}
