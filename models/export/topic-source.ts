import { refused } from '../../services/core/outcome.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { KafkaSettings } from '../../services/platform/kafka/client.ts';
import { createPartitionOf } from '../../services/platform/kafka/partition.ts';
import { readPartitions } from '../../services/platform/kafka/read-partitions.ts';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import { readRecord } from '../../services/scorer/read-record.ts';
import { recordedAtOf } from './source-record.ts';
import type { KnownBy, LogSource, SourceRecord } from './source-record.ts';

const NOTHING = new Uint8Array();

/**
 * The input log as it stands in Kafka, up to where it ends at the start; records are judged as scorers judge them.
 *
 * @param onTruncated told of a partition whose beginning Kafka no longer holds.
 */
export function createTopicSource(
  settings: KafkaSettings,
  topic: string,
  knownBy: KnownBy,
  onTruncated: (partition: number) => void,
): LogSource {
  return {
    name: `topic ${topic}`,
    knownBy,
    read: (open) =>
      readPartitions(settings, topic, (partition, { lowOffset }, partitionCount) => {
        if (lowOffset > 0n) onTruncated(partition);
        const partitionOf = createPartitionOf(partitionCount);
        const sink = open(partition);
        return {
          onRecords(records) {
            for (const record of records) sink.take(toSourceRecord(record, knownBy, partition, partitionOf));
          },
          onEnd: () => {
            sink.end();
          },
        };
      }),
  };
}

function toSourceRecord(
  input: IncomingRecord,
  knownBy: KnownBy,
  partition: number,
  partitionOf: (key: string) => number,
): SourceRecord {
  const read = readRecord(input, input.key?.toString() ?? null);
  const bytes = input.value ?? NOTHING;
  const recordedAtMs = read.ok ? recordedAtOf(read.value) : undefined;
  const knownAtMs = knownBy === 'log' ? input.timestampMs : recordedAtMs;
  if (!read.ok || isPartitionMark(read.value) || read.value.body.type === 'order_outcome') {
    return { knownAtMs, read, bytes };
  }
  if (partitionOf(read.value.subscriberId) === partition) return { knownAtMs, read, bytes };
  return { knownAtMs, read: refused('wrong_partition', 'the key belongs to another partition'), bytes };
}
