import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { simulatedOperator } from '../simulated-worker.ts';
import type { WorkloadRecord } from './zipf-workload.ts';

/** The simulated operator's log, in good order: a mark comes once for each partition. */
export function* simulatedRecords(options: {
  readonly simulatedSubscribers: number;
  readonly days: number;
  readonly partitions: number;
}): Generator<Pick<WorkloadRecord, 'kind' | 'partition' | 'key' | 'value'>> {
  const { simulatedSubscribers, days, partitions } = options;
  const partitionOf = createPartitionOf(partitions);
  for (const record of simulatedOperator(String(simulatedSubscribers), String(days)).records()) {
    const value = encodeLogRecord(record);
    if (isPartitionMark(record)) {
      for (let partition = 0; partition < partitions; partition++) {
        yield { kind: 'mark', partition, key: `feed:${record.feed}`, value };
      }
    } else {
      const { subscriberId } = record;
      yield { kind: 'usage', partition: partitionOf(subscriberId), key: subscriberId, value };
    }
  }
}
