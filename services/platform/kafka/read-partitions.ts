import type { KafkaSettings } from './client.ts';
import { openOffsetReader } from './offsets.ts';
import type { LogBounds } from './offsets.ts';
import { readInOwnGroup } from './read-in-own-group.ts';
import type { IncomingRecord } from './record.ts';
import { partitionCountOf } from './topics.ts';

export interface PartitionReader {
  /** Some records of the partition, in order. */
  onRecords(records: readonly IncomingRecord[]): void;
  /** All that the partition held have been handed over. */
  onEnd(): void;
}

/**
 * Hands over every record that a topic holds at the time of the call, one partition after the other, each in order, so
 * that a reader needs memory for one partition only. For exports and checks, not for services: it reads from the
 * beginning, in a group of its own that is deleted afterwards, come what may, and gives up where Kafka stays away.
 *
 * @param open called for each partition in turn, also for an empty one.
 * @throws where the topic is not there or cannot be read to its end, and what a reader throws.
 */
export async function readPartitions(
  settings: KafkaSettings,
  topic: string,
  open: (partition: number, bounds: LogBounds, partitionCount: number) => PartitionReader,
): Promise<void> {
  // Asked for its offsets, a broker that does not have the topic is asked for half a minute.
  await partitionCountOf(settings, topic);
  const bounds = await boundsOf(settings, topic);
  const partitions = [...bounds.keys()].sort((a, b) => a - b);
  /** Partitions whose turn has not come, with what makes them be fetched again. */
  const resumes = new Map<number, () => void>();
  let current: { readonly partition: number; readonly endOffset: bigint; readonly reader: PartitionReader } | undefined;
  let nextOffset = 0n;

  /** Opens partitions until one has something to read. @returns whether one has. */
  function openNext(): boolean {
    current = undefined;
    for (let next = partitions.shift(); next !== undefined; next = partitions.shift()) {
      const found = bounds.get(next) ?? { lowOffset: 0n, endOffset: 0n };
      const reader = open(next, found, bounds.size);
      nextOffset = found.lowOffset;
      if (found.endOffset > found.lowOffset) {
        current = { partition: next, endOffset: found.endOffset, reader };
        resumes.get(next)?.();
        return true;
      }
      reader.onEnd();
    }
    return false;
  }

  if (!openNext()) return;
  const name = `read-partitions-${settings.clientId}`;
  await readInOwnGroup(settings, topic, { name }, ({ finish }) => {
    // A new membership begins with the first offsets; what was handed over before is passed over.
    function passTo(offset: bigint): void {
      if (offset > nextOffset) nextOffset = offset;
      if (current === undefined || nextOffset < current.endOffset) return;
      current.reader.onEnd();
      if (!openNext()) finish();
    }

    return {
      onEmptyFetch(partition, next) {
        if (partition === current?.partition) passTo(next);
      },
      onBatch(payload) {
        const { batch } = payload;
        if (batch.partition !== current?.partition) {
          // Nothing is resolved: the same records come again when it is resumed.
          resumes.set(batch.partition, payload.pause());
          return;
        }
        const { endOffset, reader } = current;
        const from = nextOffset;
        reader.onRecords(
          batch.messages
            .filter(({ offset }) => BigInt(offset) >= from && BigInt(offset) < endOffset)
            .map(({ offset, key, value, timestamp }) => ({
              offset: BigInt(offset),
              key,
              value,
              headers: {},
              timestampMs: Number(timestamp),
            })),
        );
        payload.resolveOffset(batch.lastOffset());
        passTo(BigInt(batch.lastOffset()) + 1n);
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
