import { randomUUID } from 'node:crypto';
import type { KafkaSettings } from './client.ts';
import { runConsumer } from './consumer.ts';
import { deleteGroup } from './delete-group.ts';
import { isMissingKafkaRight } from './kafka-trouble.ts';
import { openOffsetReader } from './offsets.ts';
import type { IncomingRecord } from './record.ts';

/**
 * Hands over every record that a topic holds at the time of the call, partition by partition in order, and resolves
 * when all have been. For counts and checks, not for services: it reads from the beginning, in a group of its own that
 * is deleted afterwards.
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

/** The same by batches of a partition; more is read only when one is done. One may come again, with what came before it. */
export async function readTopicInBatches(
  settings: KafkaSettings,
  topic: string,
  onBatch: (records: readonly IncomingRecord[], partition: number) => Promise<void>,
): Promise<void> {
  const ends = await endOffsets(settings, topic);
  const open = new Map([...ends].filter(([, { lowOffset, endOffset }]) => endOffset > lowOffset));
  if (open.size === 0) return;
  const groupId = `read-topic-${randomUUID()}`;
  const done = Promise.withResolvers<undefined>();
  const consumer = runConsumer({
    ...settings,
    groupId,
    topic,
    async handleBatch({ partition, records }) {
      const end = open.get(partition)?.endOffset;
      if (end !== undefined) {
        await onBatch(
          records.filter(({ offset }) => offset < end),
          partition,
        );
      }
      const next = (records.at(-1)?.offset ?? -1n) + 1n;
      if (end !== undefined && next >= end) open.delete(partition);
      if (open.size === 0) done.resolve(undefined);
    },
    onStateChange(state, detail) {
      const error = new Error(detail);
      // It would join again for ever.
      if (state === 'crashed' && isMissingKafkaRight(error)) done.reject(error);
    },
  });
  try {
    await done.promise;
  } finally {
    await consumer.stop();
    await deleteGroup(settings, groupId);
  }
}

async function endOffsets(
  settings: KafkaSettings,
  topic: string,
): Promise<Map<number, { readonly lowOffset: bigint; readonly endOffset: bigint }>> {
  const reader = await openOffsetReader(settings);
  try {
    return await reader.allBoundsOf(topic);
  } finally {
    await reader.close();
  }
}
