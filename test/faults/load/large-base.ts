import { createHash } from 'node:crypto';
import { formatPartitionRecord, parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { PartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { dailySlotOf } from '../../../services/core/time/daily-moment.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';
import { PARTITION, inputLog, openBench, simulatedOperator } from '../../bench/simulated-worker.ts';

const SLICE = 2_000;
const MEMBERS_AT_ONCE = 500;
const STATES_AT_ONCE = 500;

/** What a partition holds after some weeks of a simulated operator, to be multiplied. */
export interface Pattern {
  readonly states: readonly Buffer[];
  /** By the place of the state. */
  readonly bands: readonly ('high' | 'medium' | undefined)[];
  readonly record: PartitionRecord;
  readonly meanBytes: number;
}

/** Runs the scorer's own code over a simulated operator, and takes what it would have written. */
export async function makePattern(subscribers: number, days: number): Promise<Pattern> {
  const bench = await openBench();
  try {
    const { store, worker } = await bench.openWorker();
    const log = [...inputLog(simulatedOperator(String(subscribers), String(days)))];
    for (let from = 0; from < log.length; from += SLICE) await worker.process(log.slice(from, from + SLICE));
    const { states, bands, record } = store.dump(PARTITION);
    const [high, medium] = [new Set(bands.high), new Set(bands.medium)];
    const found = Object.entries(states).map(([id, hex]) => ({ id, state: Buffer.from(hex, 'hex') }));
    return {
      states: found.map(({ state }) => state),
      bands: found.map(({ id }) => (high.has(id) ? 'high' : medium.has(id) ? 'medium' : undefined)),
      record: parsePartitionRecord(record ?? ''),
      meanBytes: found.reduce((sum, { state }) => sum + state.length, 0) / found.length,
    };
  } finally {
    await bench.close();
  }
}

/** Looks like a pseudonym of intake, and is as long. */
export function memberId(index: number): string {
  return `demo-${createHash('sha256').update(`member ${index}`).digest().toString('base64url', 0, 16)}`;
}

/**
 * Writes so many subscribers into an empty Redis as scorers would have left them: states, daily wheel, bands and control
 * records, all of it as of the same moment, with the log's first record to be read next.
 */
export async function loadBase(
  redis: RedisClient,
  pattern: Pattern,
  { subscribers, partitions }: { readonly subscribers: number; readonly partitions: number },
  progress: (loaded: number) => void,
): Promise<void> {
  const partitionOf = createPartitionOf(partitions);
  const keys = Array.from({ length: partitions }, (_, partition) => partitionKeys('', partition));
  const counts = Array.from({ length: partitions }, () => 0);
  const lists = new Map<string, string[]>();
  const bands = new Map<string, string[]>();
  let pairs: (string | Buffer)[] = [];
  let writes: Promise<unknown>[] = [];

  for (let index = 0; index < subscribers; index++) {
    const id = memberId(index);
    const partition = partitionOf(id);
    const own = keys[partition];
    const place = index % pattern.states.length;
    const state = pattern.states[place];
    if (own === undefined || state === undefined) throw new Error('there is no such partition or pattern');
    counts[partition] = (counts[partition] ?? 0) + 1;
    pairs.push(own.state(id), state);
    writes.push(...gather(lists, own.wheelSlot(dailySlotOf(id)), id, (slot, ids) => redis.rpush(slot, ...ids)));
    const band = pattern.bands[place];
    if (band !== undefined) writes.push(...gather(bands, own.band(band), id, (key, ids) => addToBand(redis, key, ids)));
    if (pairs.length < 2 * STATES_AT_ONCE) continue;
    await Promise.all(writes);
    writes = [redis.mset(pairs)];
    pairs = [];
    if (index % 50_000 < STATES_AT_ONCE) progress(index);
  }
  await Promise.all(writes);
  if (pairs.length > 0) await redis.mset(pairs);
  for (const [slot, members] of lists) await redis.rpush(slot, ...members);
  for (const [key, members] of bands) await addToBand(redis, key, members);
  for (const [partition, { control }] of keys.entries()) {
    const record = recordOf(pattern, counts[partition] ?? 0);
    await redis.hset(control, {
      owner: 'loader',
      partitions,
      seq: 1,
      next: '0',
      record: formatPartitionRecord(record),
    });
  }
}

/** Adds a member to those of a key, and writes them once there are many. */
function gather(
  byKey: Map<string, string[]>,
  key: string,
  member: string,
  write: (key: string, members: readonly string[]) => Promise<unknown>,
): Promise<unknown>[] {
  const members = byKey.get(key) ?? [];
  byKey.set(key, members);
  if (members.push(member) < MEMBERS_AT_ONCE) return [];
  byKey.delete(key);
  return [write(key, members)];
}

function addToBand(redis: RedisClient, key: string, members: readonly string[]): Promise<unknown> {
  return redis.zadd(key, ...members.flatMap((member) => [0, member]));
}

/** The pattern's event time; books that count the subscribers alone, so that what is added can be told. */
function recordOf({ record }: Pattern, subscribers: number): PartitionRecord {
  const { time, sweep, counts, rubbish } = record;
  const none = Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));
  return {
    time,
    sweep: sweep === undefined ? undefined : { slot: sweep.slot, index: 0 },
    counts: { ...counts, ...none, subscribers },
    parkedByReason: {},
    rubbish,
    quality: undefined,
  };
}
