import { parsePartitionRecord } from '../core/partition/partition-record.ts';
import type { LogBounds } from '../platform/kafka/offsets.ts';
import { partitionKeys } from '../platform/redis/partition-keys.ts';
import { feedsInWork } from './intake-state.ts';
import { membersStill } from './members-still.ts';
import type { GroupsDeps } from './members-still.ts';
import { createOrderKeys } from '../platform/redis/order-keys.ts';

export type BoundsByPartition = ReadonlyMap<number, LogBounds>;

export interface AtRestDeps extends GroupsDeps {
  readonly partitions: number;
  readonly alertTopic: string;
  readonly boundsOfInput: () => Promise<BoundsByPartition>;
  readonly boundsOfAlerts: () => Promise<BoundsByPartition>;
  /** In which of some ranges a record stands: at the end of a log there may be ends of transactions only. */
  readonly withRecords: (log: 'input' | 'alerts', ranges: BoundsByPartition) => Promise<ReadonlySet<number>>;
}

/**
 * What still has to come to rest before names can change, in words; empty where nothing moves. What has been read but
 * not written, or written but not published, would come under the old names afterwards.
 */
export async function whatStillMoves(deps: AtRestDeps): Promise<string[]> {
  const { redis, keyspace } = deps;
  const feeds = await feedsInWork(redis, keyspace);
  return [
    ...feeds.map((feed) => `intake still reads feed ${feed}: stop it, and wait 12 s`),
    ...(await membersStill(deps)),
    ...(await unreadEvents(deps)),
    ...(await unfinishedDesk(deps)),
  ];
}

async function unreadEvents(deps: AtRestDeps): Promise<string[]> {
  const { redis, keyspace, partitions, boundsOfInput } = deps;
  const bounds = await boundsOfInput();
  const found: string[] = [];
  const unread = new Map<number, LogBounds>();
  for (let partition = 0; partition < partitions; partition++) {
    const keys = partitionKeys(keyspace, partition);
    const [next, record] = await redis.hmget(keys.control, 'next', 'record');
    const { lowOffset, endOffset } = boundsIn(bounds, partition);
    const nextOffset = next == null ? lowOffset : BigInt(next);
    if (nextOffset < endOffset) unread.set(partition, { lowOffset: nextOffset, endOffset });
    if (nextOffset > endOffset) found.push(`partition ${partition}: Redis is ahead of the log: is it another log?`);
    const waiting = await redis.llen(keys.outbox);
    if (waiting > 0)
      found.push(`partition ${partition}: ${waiting} entries wait in the outbox: let a scorer publish them`);
    const { sweep } = record == null ? { sweep: undefined } : parsePartitionRecord(record);
    if (sweep !== undefined && sweep.index !== 0) found.push(`partition ${partition}: a sweep is under way`);
  }
  const withRecords = await deps.withRecords('input', unread);
  for (const [partition, range] of unread) {
    if (!withRecords.has(partition)) continue;
    found.push(`partition ${partition}: ${lengthOf(range)} records of the log are not scored yet: let scorers finish`);
  }
  return found;
}

/** An alert that the desk has not read would open an order under the old name, beside that of the new one. */
async function unfinishedDesk(deps: AtRestDeps): Promise<string[]> {
  const { redis, keyspace, alertTopic, boundsOfAlerts } = deps;
  const { outbox, positions, bodies } = createOrderKeys(keyspace);
  const found: string[] = [];
  const waiting = await redis.xlen(outbox);
  if (waiting > 0) found.push(`${waiting} notices of orders wait in the outbox: let retention publish them`);
  const bounds = await boundsOfAlerts();
  const read = await redis.hgetall(positions);
  const isDeskInUse = (await redis.hlen(bodies)) > 0 || Object.keys(read).length > 0;
  if (!isDeskInUse) return found;
  const unread = new Map<number, LogBounds>();
  for (const [partition, { lowOffset, endOffset }] of bounds) {
    const next = read[`${alertTopic}/${partition}`];
    const nextOffset = next === undefined ? lowOffset : BigInt(next);
    if (nextOffset < endOffset) unread.set(partition, { lowOffset: nextOffset, endOffset });
  }
  const withRecords = await deps.withRecords('alerts', unread);
  for (const [partition, range] of unread) {
    if (!withRecords.has(partition)) continue;
    found.push(
      `${alertTopic}, partition ${partition}: ${lengthOf(range)} alerts are no orders yet: let retention finish`,
    );
  }
  return found;
}

function lengthOf({ lowOffset, endOffset }: LogBounds): bigint {
  return endOffset - lowOffset;
}

export function boundsIn(bounds: BoundsByPartition, partition: number): LogBounds {
  const found = bounds.get(partition);
  if (found === undefined) throw new Error(`the input topic has no partition ${partition}`);
  return found;
}
