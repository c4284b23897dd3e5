import { RISK_ALERT_SCHEMA, RISK_SCORE_SCHEMA } from '../contracts/risk.ts';
import type { Producer } from '../platform/kafka/producer.ts';
import type { OutgoingRecord } from '../platform/kafka/record.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import { decodeOutboxEntry } from './outbox-entry.ts';
import type { OutboxEntry } from './outbox-entry.ts';

export interface OutboxDeps {
  readonly store: Pick<PartitionStore, 'readOutbox' | 'trimOutbox'>;
  readonly producer: Pick<Producer, 'send'>;
  readonly topics: { readonly score: string; readonly alert: string };
  readonly onPublished: (kind: OutboxEntry['kind'], count: number) => void;
}

const CHUNK = 500;
const SOURCE = '/churn-warning/scorer';
const DATA_SCHEMA = { score: RISK_SCORE_SCHEMA, alert: RISK_ALERT_SCHEMA };

/**
 * Publishes what waits in a partition's outbox, oldest first, and removes it once all replicas hold it. Cut off in
 * between, the same entries are published again with the same ids: exactly once by id. One owner publishes in order; one that was fenced meanwhile may still repeat
 * older entries, which readers tell by their as-of.
 *
 * @returns false where another owner has the partition, who publishes the rest.
 */
export async function publishOutbox(partition: number, owner: string, deps: OutboxDeps): Promise<boolean> {
  for (;;) {
    const entries = await deps.store.readOutbox(partition, CHUNK);
    if (entries.length === 0) return true;
    const decoded = entries.map(decodeOutboxEntry);
    await deps.producer.send(decoded.map((entry) => toRecord(partition, entry, deps.topics)));
    const trimmed = await deps.store.trimOutbox(partition, owner, entries);
    for (const kind of ['score', 'alert'] as const) {
      deps.onPublished(kind, decoded.filter((entry) => entry.kind === kind).length);
    }
    if (!trimmed) return false;
  }
}

/** CloudEvents in binary mode; the partition is the input's, so that one partition's order stays one order. */
function toRecord(partition: number, entry: OutboxEntry, topics: OutboxDeps['topics']): OutgoingRecord {
  const topic = topics[entry.kind];
  return {
    topic,
    partition,
    key: entry.subscriberId,
    value: entry.value.length === 0 ? null : entry.value,
    headers: {
      ce_specversion: '1.0',
      ce_id: entry.id,
      ce_source: SOURCE,
      ce_type: topic,
      ce_subject: entry.subscriberId,
      ce_time: new Date(entry.eventTimeMs).toISOString(),
      ce_dataschema: `proto:${DATA_SCHEMA[entry.kind]}`,
      'content-type': 'application/protobuf',
    },
  };
}
