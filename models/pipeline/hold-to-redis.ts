import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createPartitionOf } from '../../services/platform/kafka/partition.ts';
import type { PartitionStore } from '../../services/platform/redis/partition-store.ts';
import { compareWithStates } from './compare-with-states.ts';
import type { Comparison } from './compare-with-states.ts';
import type { ExportedVector } from './read-exported-vectors.ts';

const MGET_CHUNK = 500;

/** Holds the vectors of the last as-of to the states that the scorers left in Redis at the log's end. */
export async function holdToRedis(
  exported: readonly ExportedVector[],
  { store, partitions }: { readonly store: Pick<PartitionStore, 'readStates'>; readonly partitions: number },
  calendar: CivilCalendar,
): Promise<Comparison> {
  const lastAsOfMs = exported.reduce((latest, { asOfMs }) => Math.max(latest, asOfMs), -Infinity);
  const partitionOf = createPartitionOf(partitions);
  const last = exported.filter(({ asOfMs }) => asOfMs === lastAsOfMs);
  const byPartition = Map.groupBy(last, ({ subscriberId }) => partitionOf(subscriberId));
  const [rows, states]: [ExportedVector[], (Uint8Array | undefined)[]] = [[], []];
  for (const [partition, own] of byPartition) {
    for (let from = 0; from < own.length; from += MGET_CHUNK) {
      const chunk = own.slice(from, from + MGET_CHUNK);
      rows.push(...chunk);
      const ids = chunk.map(({ subscriberId }) => subscriberId);
      states.push(...(await store.readStates(partition, ids)));
    }
  }
  return compareWithStates(rows, states, calendar);
}
