import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { decodeRiskAlert } from '../../services/contracts/risk.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import type { RiskAlert } from '../../services/core/risk/risk.ts';
import { readTopic } from '../../services/platform/kafka/read-topic.ts';
import type { IncomingRecord, OutgoingRecord } from '../../services/platform/kafka/record.ts';
import type { Installation } from './installation.ts';

const BATCH_RECORDS = 4_000;

/** Writes records to the input log in their order, marks to every partition; resolves when the broker holds them. */
export async function sendRecords(installation: Installation, records: Iterable<LogRecord>): Promise<void> {
  const { topics, partitions, producer } = installation;
  let batch: OutgoingRecord[] = [];
  for (const record of records) {
    const value = encodeLogRecord(record);
    if (isPartitionMark(record)) {
      for (let partition = 0; partition < partitions; partition += 1) {
        batch.push({ topic: topics.input, partition, key: `feed:${record.feed}`, value });
      }
    } else {
      batch.push({ topic: topics.input, key: record.subscriberId, value });
    }
    if (batch.length < BATCH_RECORDS) continue;
    await producer.send(batch);
    batch = [];
  }
  await producer.send(batch);
}

export interface PlacedRecord extends IncomingRecord {
  readonly partition: number;
}

/** All records of a topic, each partition's in order. */
export async function recordsOf(installation: Installation, topic: string): Promise<PlacedRecord[]> {
  const records: PlacedRecord[] = [];
  await readTopic(installation.kafka, topic, (record, partition) => {
    records.push({ ...record, partition });
  });
  return records;
}

/** Alerts as they stand on the topic, repetitions and all. */
export async function alertsOf(installation: Installation): Promise<RiskAlert[]> {
  const records = await recordsOf(installation, installation.topics.alert);
  return records.map(({ value }) => {
    const alert = value === null ? undefined : decodeRiskAlert(value);
    if (alert?.ok !== true) throw new Error('a record of the alert topic is no alert');
    return alert.value;
  });
}

/**
 * What a topic of the outbox says, by id: key and value in hex. Repetitions are allowed there, but not with another
 * content.
 *
 * @throws where one id stands for two contents.
 */
export async function publishedById(installation: Installation, topic: string): Promise<Map<string, string>> {
  const byId = new Map<string, string>();
  for (const { key, value, headers } of await recordsOf(installation, topic)) {
    const id = headers['ce_id']?.toString() ?? '';
    const content = `${key?.toString() ?? ''} ${value?.toString('hex') ?? ''}`;
    if ((byId.get(id) ?? content) !== content) throw new Error(`${topic}: ${id} stands for two contents`);
    byId.set(id, content);
  }
  return byId;
}
