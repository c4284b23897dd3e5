import type { KafkaSettings } from './client.ts';
import type { LogBounds } from './offsets.ts';
import { readInOwnGroup } from './read-in-own-group.ts';

/** An open transaction hides what comes after it for as long as it likes. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * In which of the given ranges of a topic at least one record stands: a range may hold nothing but the ends of
 * transactions, and what was taken back or compacted away. Partitions of which that cannot be seen soon are counted as
 * holding some. For tools, not for services: in a group of its own that is deleted afterwards.
 *
 * @param ranges by partition, from the low offset to before the end.
 */
export async function partitionsWithRecords(
  settings: KafkaSettings,
  topic: string,
  ranges: ReadonlyMap<number, LogBounds>,
): Promise<ReadonlySet<number>> {
  const open = new Map(Array.from(ranges).filter(([, { lowOffset, endOffset }]) => lowOffset < endOffset));
  const found = new Set<number>();
  if (open.size === 0) return found;
  let timer: NodeJS.Timeout | undefined;
  try {
    await readInOwnGroup(settings, topic, { name: 'partitions-with-records' }, ({ seek, finish }) => {
      timer = setTimeout(() => {
        for (const partition of open.keys()) found.add(partition);
        finish();
      }, ANSWER_WITHIN_MS);

      function close(partition: number): void {
        open.delete(partition);
        if (open.size === 0) finish();
      }
      function passTo(partition: number, nextOffset: bigint): void {
        const range = open.get(partition);
        if (range !== undefined && nextOffset >= range.endOffset) close(partition);
      }

      return {
        onBegin() {
          for (const [partition, { lowOffset }] of open) seek(partition, lowOffset);
        },
        onEmptyFetch: passTo,
        onBatch(payload) {
          const { batch } = payload;
          const range = open.get(batch.partition);
          if (range === undefined) {
            payload.pause();
            return;
          }
          payload.resolveOffset(batch.lastOffset());
          const isIn = (offset: bigint): boolean => offset >= range.lowOffset && offset < range.endOffset;
          if (batch.messages.some(({ offset }) => isIn(BigInt(offset)))) {
            found.add(batch.partition);
            close(batch.partition);
          } else {
            passTo(batch.partition, BigInt(batch.lastOffset()) + 1n);
          }
        },
      };
    });
  } finally {
    clearTimeout(timer);
  }
  return found;
}
