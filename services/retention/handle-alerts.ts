import type { Outcome } from '../core/outcome.ts';
import { refused } from '../core/outcome.ts';
import type { RiskAlert } from '../core/risk/risk.ts';
import type { RecordBatch } from '../platform/kafka/positioned-batches.ts';
import type { Desk } from './desk.ts';
import type { ParkRecord } from './park-record.ts';

export type AlertResult = 'created' | 'duplicate' | 'parked';

/**
 * Opens an order per alert. Resolves when every record of the batch is an order, was one before, or is parked; until
 * then the caller must not commit, and handling a batch again does no harm.
 */
export function createAlertHandler(deps: {
  readonly desk: Desk;
  readonly decode: (bytes: Uint8Array) => Outcome<RiskAlert, 'undecodable'>;
  readonly park: ParkRecord;
  readonly onResult: (result: AlertResult) => void;
}): (batch: RecordBatch) => Promise<void> {
  const { desk, decode, park, onResult } = deps;
  return async function handleAlerts({ partition, records, heartbeat }) {
    for (const record of records) {
      await heartbeat();
      const alert = record.value === null ? refused('undecodable', 'no value') : decode(record.value);
      if (alert.ok) {
        onResult((await desk.open(alert.value)) === 'created' ? 'created' : 'duplicate');
      } else {
        await park(record, partition, alert.reason, alert.detail);
        onResult('parked');
      }
    }
  };
}
