import type { Outcome } from '../core/outcome.ts';
import { refused } from '../core/outcome.ts';
import type { ReportedOutcome } from '../core/work-orders/reported-outcome.ts';
import { commandsForOutcome } from '../core/work-orders/reported-outcome.ts';
import type { Desk } from './desk.ts';
import type { RecordBatch } from '../platform/kafka/positioned-batches.ts';
import type { ParkRecord } from './park-record.ts';

export type OutcomeResult = 'closed' | 'parked';

/**
 * Closes orders by what a CRM reports. A report that cannot be read, names no order, or contradicts how the order
 * already ended is parked. A report that comes twice counts as closed both times and changes nothing the second time.
 */
export function createOutcomeHandler(deps: {
  readonly desk: Desk;
  readonly decode: (bytes: Uint8Array) => Outcome<ReportedOutcome, 'undecodable'>;
  readonly park: ParkRecord;
  readonly onResult: (result: OutcomeResult) => void;
}): (batch: RecordBatch) => Promise<void> {
  const { desk, decode, park, onResult } = deps;
  return async function handleOutcomes({ partition, records, heartbeat }) {
    for (const record of records) {
      await heartbeat();
      const report = record.value === null ? refused('undecodable', 'no value') : decode(record.value);
      const closed = report.ok ? await close(desk, report.value) : report;
      if (!closed.ok) await park(record, partition, closed.reason, closed.detail);
      onResult(closed.ok ? 'closed' : 'parked');
    }
  };
}

function close(desk: Desk, report: ReportedOutcome): ReturnType<typeof desk.change> {
  return desk.change(report.workOrderId, undefined, (order) => commandsForOutcome(order, report));
}
