import type { KafkaSettings } from './client.ts';
import { openOffsetReader } from './offsets.ts';
import type { LogBounds } from './offsets.ts';
import { readInOwnGroup } from './read-in-own-group.ts';
import type { IncomingRecord } from './record.ts';
import { toIncomingRecord } from './to-incoming-record.ts';

/**
 * Hands over every record that a topic holds at the time of the call, partition by partition in order, and resolves
 * when all have been. For counts and checks, not for services: it reads from the beginning, in a group of its own that
 * is deleted afterwards, and gives up where Kafka stays away.
 *
 * @throws why the topic could not be read to its end, or what `onRecord` throws.
 */
export async function readTopic(
  settings: KafkaSettings,
  topic: string,
  onRecord: (record: IncomingRecord, partition: number) => void,
): Promise<void> {
  await readTopicInBatches(settings, topic, (records, partition) => {
    for (const record of records) onRecord(record, partition);
    return Promise.resolve();
  });
}

/** The same by batches of a partition; more of it is read only when one is done. None comes twice. */
export async function readTopicInBatches(
  settings: KafkaSettings,
  topic: string,
  onBatch: (records: readonly IncomingRecord[], partition: number) => Promise<void>,
): Promise<void> {
  const bounds = await boundsOf(settings, topic);
  const open = new Map([...bounds].filter(([, { lowOffset, endOffset }]) => endOffset > lowOffset));
  if (open.size === 0) return;
  /** By partition, what comes next: a new membership begins with the first offsets. */
  const nextOffsets = new Map<number, bigint>();
  await readInOwnGroup(settings, topic, { name: 'read-topic' }, ({ finish }) => {
    function closeAt(partition: number, nextOffset: bigint): void {
      if (nextOffset >= (open.get(partition)?.endOffset ?? 0n)) open.delete(partition);
      if (open.size === 0) finish();
    }

    return {
      onEmptyFetch: closeAt,
      async onBatch(payload) {
        const { batch } = payload;
        const { partition } = batch;
        const end = open.get(partition)?.endOffset ?? 0n;
        const from = nextOffsets.get(partition) ?? 0n;
        const next = BigInt(batch.lastOffset()) + 1n;
        const records = batch.messages.map(toIncomingRecord).filter(({ offset }) => offset >= from && offset < end);
        // Before they are worked on: a membership that ends meanwhile would bring them again.
        if (next > from) nextOffsets.set(partition, next);
        if (records.length > 0) await onBatch(records, partition);
        payload.resolveOffset(batch.lastOffset());
        closeAt(partition, next);
      },
    };
  });
}

async function boundsOf(settings: KafkaSettings, topic: string): Promise<Map<number, LogBounds>> {
  const reader = await openOffsetReader(settings);
  try {
    return await reader.allBoundsOf(topic);
  } finally {
    await reader.close();
  }
}
