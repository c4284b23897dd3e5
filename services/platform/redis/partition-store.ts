import type { RiskBand } from '../../core/risk/risk.ts';
import { partitionKeys } from './partition-keys.ts';
import type { RedisClient } from './redis-client.ts';
import { loadScript } from './script.ts';

const acquireScript = loadScript(new URL('./scripts/acquire-partition-1.lua', import.meta.url));
const commitScript = loadScript(new URL('./scripts/commit-batch-n.lua', import.meta.url));
const trimScript = loadScript(new URL('./scripts/trim-outbox-2.lua', import.meta.url));

/** Where a partition stands. */
export interface PartitionPosition {
  /** Next offset of the log to read; undefined before the first commit. */
  readonly nextOffset: bigint | undefined;
  /** The control record of the last commit, as it was written. */
  readonly record: string | undefined;
}

/** What a new owner finds. */
export interface PartitionHold extends PartitionPosition {
  readonly seq: number;
}

export interface PartitionCommit {
  readonly owner: string;
  readonly expectedSeq: number;
  readonly nextOffset: bigint;
  readonly record: string;
  readonly states: readonly { readonly subscriberId: string; readonly value: Uint8Array }[];
  readonly outbox: readonly Uint8Array[];
  /** Subscribers seen for the first time, with their slot of the day. */
  readonly wheel: readonly { readonly subscriberId: string; readonly slotOfDay: number }[];
  readonly bands: readonly { readonly subscriberId: string; readonly band: RiskBand }[];
  /** Hours of the model's daily scores that are over, each into its place of a ring. */
  readonly qualityHours: readonly { readonly place: number; readonly value: Uint8Array }[];
}

export type CommitResult = 'committed' | 'already-committed' | 'not-owner' | 'out-of-sequence';

/**
 * State of the partitions. `commit` is atomic and fenced: it applies for the current owner at the expected place of
 * its chain, or changes nothing and says so. Whatever throws leaves the outcome unknown: acquire again and see.
 */
export interface PartitionStore {
  /** @throws PartitionCountError if the state was made with another number of partitions. */
  acquire(partition: number, owner: string): Promise<PartitionHold>;
  /** Stored values in the order of the ids; undefined for a subscriber never seen. */
  readStates(partition: number, subscriberIds: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  commit(partition: number, commit: PartitionCommit): Promise<CommitResult>;
  /** Members of slots of the daily wheel, each in order of first sight, from an index on and `count` at most. */
  readWheel(
    partition: number,
    slots: readonly { readonly slotOfDay: number; readonly from: number }[],
    count: number,
  ): Promise<string[][]>;
  /** Oldest entries of the outbox. */
  readOutbox(partition: number, count: number): Promise<Uint8Array[]>;
  /** Removes `entries` from the outbox's head; false where the owner changed or other entries stand there. */
  trimOutbox(partition: number, owner: string, entries: readonly Uint8Array[]): Promise<boolean>;
  /** Next offset and control record of the last commit, for readers that own nothing. */
  readPosition(partition: number): Promise<PartitionPosition>;
  /** Subscribers in a band by id, after a given one. */
  listBand(partition: number, band: 'high' | 'medium', after: string, count: number): Promise<string[]>;
  /** Stored hours in the order of the places; undefined for one never written. */
  readQualityHours(partition: number, places: readonly number[]): Promise<(Uint8Array | undefined)[]>;
  /** Number of subscribers in a band. */
  countBand(partition: number, band: 'high' | 'medium'): Promise<number>;
}

export class PartitionCountError extends Error {
  override readonly name = 'PartitionCountError';
}

/**
 * Holds the whole state to the topic's number of partitions, also those partitions in which nothing new comes.
 *
 * @throws PartitionCountError if any of it was made with another number.
 */
export async function requirePartitionCount(
  redis: RedisClient,
  keyspace: string,
  partitionCount: number,
): Promise<void> {
  for (let partition = 0; partition < partitionCount; partition++) {
    const known = await redis.hget(partitionKeys(keyspace, partition).control, 'partitions');
    if (known !== null && Number(known) !== partitionCount) throw otherCount(partition, known, partitionCount);
  }
}

function otherCount(partition: number, known: string, partitionCount: number): PartitionCountError {
  if (!/^\d+$/.test(known)) return new PartitionCountError(`the state of partition ${partition} is ${known}`);
  return new PartitionCountError(
    `the state of partition ${partition} was made with ${known} partitions, the topic has ${partitionCount}: ` +
      'subscribers live in other partitions now. Replay the log into an empty Redis, or go back to the old number.',
  );
}

export function createPartitionStore(redis: RedisClient, keyspace: string, partitionCount: number): PartitionStore {
  const keysOf = Array.from({ length: partitionCount }, (_, partition) => partitionKeys(keyspace, partition));
  const keys = (partition: number): ReturnType<typeof partitionKeys> => {
    const found = keysOf[partition];
    if (found === undefined) {
      throw new PartitionCountError(
        `the topic has a partition ${partition}, but had ${partitionCount} partitions when this process started`,
      );
    }
    return found;
  };

  return {
    async acquire(partition, owner) {
      const reply = replyList(await acquireScript(redis, [keys(partition).control], [owner, partitionCount]));
      if (reply[0] === 'partition-count') {
        throw otherCount(partition, reply[1] ?? '?', partitionCount);
      }
      const next = reply[2];
      return { seq: Number(reply[1]), nextOffset: next === undefined ? undefined : BigInt(next), record: reply[3] };
    },

    async readStates(partition, subscriberIds) {
      if (subscriberIds.length === 0) return [];
      const { state } = keys(partition);
      const values = await redis.mgetBuffer(subscriberIds.map(state));
      return values.map((value) => value ?? undefined);
    },

    async commit(partition, commit) {
      const { control, outbox, state, wheelSlot, band, qualityHour } = keys(partition);
      const scriptKeys = [control, outbox, band('high'), band('medium')];
      const args: (string | number | Buffer)[] = [
        commit.owner,
        commit.expectedSeq,
        commit.nextOffset.toString(),
        commit.record,
      ];
      args.push(commit.states.length + commit.qualityHours.length);
      for (const { subscriberId, value } of commit.states) {
        scriptKeys.push(state(subscriberId));
        args.push(asBuffer(value));
      }
      // Written like states: the script does not tell them apart.
      for (const { place, value } of commit.qualityHours) {
        scriptKeys.push(qualityHour(place));
        args.push(asBuffer(value));
      }
      args.push(commit.outbox.length, ...commit.outbox.map(asBuffer));
      args.push(commit.wheel.length);
      for (const { subscriberId, slotOfDay } of commit.wheel) {
        scriptKeys.push(wheelSlot(slotOfDay));
        args.push(subscriberId);
      }
      args.push(commit.bands.length);
      for (const entry of commit.bands) args.push(entry.band, entry.subscriberId);
      return toCommitResult(await commitScript(redis, scriptKeys, args));
    },

    readWheel(partition, slots, count) {
      // Sent together: one round trip for all.
      const { wheelSlot } = keys(partition);
      return Promise.all(
        slots.map(({ slotOfDay, from }) => redis.lrange(wheelSlot(slotOfDay), from, from + count - 1)),
      );
    },

    readOutbox: (partition, count) => redis.lrangeBuffer(keys(partition).outbox, 0, count - 1),

    async trimOutbox(partition, owner, entries) {
      const last = entries.at(-1);
      if (last === undefined) return true;
      const { control, outbox } = keys(partition);
      return (await trimScript(redis, [control, outbox], [owner, entries.length, asBuffer(last)])) === 1;
    },

    async readPosition(partition) {
      const [next, record] = await redis.hmget(keys(partition).control, 'next', 'record');
      return { nextOffset: next == null ? undefined : BigInt(next), record: record ?? undefined };
    },

    listBand: (partition, band, after, count) =>
      redis.zrangebylex(keys(partition).band(band), after === '' ? '-' : `(${after}`, '+', 'LIMIT', 0, count),

    async readQualityHours(partition, places) {
      if (places.length === 0) return [];
      const { qualityHour } = keys(partition);
      const values = await redis.mgetBuffer(places.map(qualityHour));
      return values.map((value) => value ?? undefined);
    },

    countBand: (partition, band) => redis.zcard(keys(partition).band(band)),
  };
}

function replyList(reply: unknown): (string | undefined)[] {
  if (!Array.isArray(reply)) throw new TypeError('a script answered something else than a list');
  return reply.map((item: unknown) => (Buffer.isBuffer(item) ? item.toString() : undefined));
}

function toCommitResult(reply: unknown): CommitResult {
  const text = Buffer.isBuffer(reply) ? reply.toString() : '';
  if (text === 'committed' || text === 'already-committed' || text === 'not-owner' || text === 'out-of-sequence') {
    return text;
  }
  throw new TypeError('the commit script answered something unknown');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
