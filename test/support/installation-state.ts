import { NEW_PARTITION, parsePartitionRecord } from '../../services/core/partition/partition-record.ts';
import type { PartitionCounts, PartitionRecord } from '../../services/core/partition/partition-record.ts';
import { decodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import { partitionKeys } from '../../services/platform/redis/partition-keys.ts';
import type { Installation } from './installation.ts';
import { scanKeys } from './scan-keys.ts';
import { PATIENCE_MS, until } from './until.ts';

const MGET_CHUNK = 500;

/** Each partition's control record as of its last commit. */
export async function partitionRecordsOf({ store, partitions }: Installation): Promise<PartitionRecord[]> {
  const positions = await Promise.all(
    Array.from({ length: partitions }, (_, partition) => store.readPosition(partition)),
  );
  return positions.map(({ record }) => (record === undefined ? NEW_PARTITION : parsePartitionRecord(record)));
}

/** The books of all partitions together. */
export async function countsOf(installation: Installation): Promise<PartitionCounts> {
  const totals: Record<keyof PartitionCounts, number> = { ...NEW_PARTITION.counts };
  for (const { counts } of await partitionRecordsOf(installation)) {
    for (const name of Object.keys(totals) as (keyof PartitionCounts)[]) totals[name] += counts[name];
  }
  return totals;
}

/** Subscriber events that have been dealt with, whatever became of them. */
export function settledEvents({ folded, duplicates, late, parked }: PartitionCounts): number {
  return folded + duplicates + late + parked;
}

/** Records of the input log that are not committed yet. */
export async function lagOf({ store, offsets, topics, partitions }: Installation): Promise<number> {
  const bounds = await offsets.allBoundsOf(topics.input);
  let lag = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const { lowOffset = 0n, endOffset = 0n } = bounds.get(partition) ?? {};
    lag += Number(endOffset - ((await store.readPosition(partition)).nextOffset ?? lowOffset));
  }
  return lag;
}

/** Waits until everything in the log is committed, and what it brought is published. */
export async function untilSettled(installation: Installation, withinMs = PATIENCE_MS): Promise<void> {
  const { store, partitions } = installation;
  const waiting = async (): Promise<number> => {
    const heads = Array.from({ length: partitions }, (_, partition) => store.readOutbox(partition, 1));
    return (await Promise.all(heads)).flat().length;
  };
  await until(
    'the log is committed and published',
    async () => (await lagOf(installation)) === 0 && (await waiting()) === 0,
    { withinMs, state: async () => `${await lagOf(installation)} records are left` },
  );
}

/** Every subscriber's stored bytes in hex, by id. */
export async function storedStatesOf(installation: Installation): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (let partition = 0; partition < installation.partitions; partition++) {
    const prefix = partitionKeys('', partition).state('');
    const keys = await scanKeys(installation.redis, `${prefix}*`);
    const ids = [...keys].map((key) => key.slice(prefix.length));
    for (let from = 0; from < ids.length; from += MGET_CHUNK) {
      const chunk = ids.slice(from, from + MGET_CHUNK);
      const values = await installation.store.readStates(partition, chunk);
      chunk.forEach((id, i) => {
        if (states.has(id)) throw new Error(`${id} lives in two partitions`);
        states.set(id, Buffer.from(values[i] ?? []).toString('hex'));
      });
    }
  }
  return new Map([...states].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every subscriber's state, by id. */
export async function subscribersOf(installation: Installation): Promise<Map<string, SubscriberState>> {
  const stored = await storedStatesOf(installation);
  return new Map([...stored].map(([id, hex]) => [id, decodeSubscriber(Buffer.from(hex, 'hex'))]));
}
