import type { KafkaSettings } from './client.ts';
import { openOffsetReader } from './offsets.ts';
import { readInOwnGroup } from './read-in-own-group.ts';
import type { IncomingRecord } from './record.ts';
import { toIncomingRecord } from './to-incoming-record.ts';

/**
 * Hands over the records at some places of a topic, as far as it still holds them, and reads no more around them than
 * it has to. For tools, not for services: in a group of its own that is deleted afterwards.
 *
 * @param places offsets by partition.
 */
export async function readAt(
  settings: KafkaSettings,
  topic: string,
  places: ReadonlyMap<number, readonly bigint[]>,
  onRecord: (record: IncomingRecord, partition: number) => void,
): Promise<void> {
  const open = await openPlaces(settings, topic, places);
  if (open.size === 0) return;
  await readInOwnGroup(settings, topic, { name: 'read-at', maxBytesPerPartition: 262_144 }, ({ seek, finish }) => {
    function goOn(partition: number): void {
      const [next] = open.get(partition) ?? [];
      if (next === undefined) open.delete(partition);
      else seek(partition, next);
      if (open.size === 0) finish();
    }

    return {
      onBegin() {
        for (const partition of [...open.keys()]) goOn(partition);
      },
      onBatch(payload) {
        const { batch } = payload;
        const { partition } = batch;
        const wanted = open.get(partition);
        if (wanted === undefined) {
          payload.pause();
          return;
        }
        for (const message of batch.messages) {
          if (wanted.includes(BigInt(message.offset))) onRecord(toIncomingRecord(message), partition);
        }
        // What lies before the end of a fetch and was not in it is not there any more.
        const last = BigInt(batch.lastOffset());
        open.set(
          partition,
          wanted.filter((offset) => offset > last),
        );
        goOn(partition);
      },
    };
  });
}

/** Those that the topic has not let go, in order. */
async function openPlaces(
  settings: KafkaSettings,
  topic: string,
  places: ReadonlyMap<number, readonly bigint[]>,
): Promise<Map<number, readonly bigint[]>> {
  const reader = await openOffsetReader(settings);
  try {
    const bounds = await reader.allBoundsOf(topic);
    const held = Array.from(places, ([partition, offsets]): [number, readonly bigint[]] => {
      const { lowOffset = 0n, endOffset = 0n } = bounds.get(partition) ?? {};
      const own = [...new Set(offsets)].filter((offset) => offset >= lowOffset && offset < endOffset);
      return [partition, own.toSorted((a, b) => (a < b ? -1 : 1))];
    });
    return new Map(held.filter(([, offsets]) => offsets.length > 0));
  } finally {
    await reader.close();
  }
}
