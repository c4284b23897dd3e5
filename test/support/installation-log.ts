import { setTimeout } from 'node:timers/promises';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { decodeRiskAlert } from '../../services/contracts/risk.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import type { RiskAlert } from '../../services/core/risk/risk.ts';
import { readTopic } from '../../services/platform/kafka/read-topic.ts';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import { encodeRecords } from '../../services/simulator/encode-records.ts';
import { writeLog } from '../../services/simulator/write-log.ts';
import type { WriteCounts } from '../../services/simulator/write-log.ts';
import type { Installation } from './installation.ts';

/** Writes records to the input log in their order, marks to every partition; resolves when the broker holds them. */
export function sendRecords(installation: Installation, records: Iterable<LogRecord>): Promise<WriteCounts> {
  const { topics, partitions, producer } = installation;
  return writeLog(encodeRecords(records, { seed: 1, malformedShare: 0, encode: encodeLogRecord }), {
    topic: topics.input,
    partitions,
    send: (batch) => producer.send(batch),
    clock: { nowMs: () => performance.now(), sleep: (durationMs) => setTimeout(durationMs) },
  });
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
