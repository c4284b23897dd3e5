import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { openRedis } from '../../platform/redis/client.ts';
import { loadScript } from '../../platform/redis/script.ts';
import { parseStored } from './file-positions.ts';
import { intakeKeys } from './intake-keys.ts';

type Redis = Awaited<ReturnType<typeof openRedis>>;

const advanceScript = loadScript(new URL('./scripts/advance-topic-1.lua', import.meta.url));
const raiseScript = loadScript(new URL('./scripts/raise-mark-1.lua', import.meta.url));

const PartitionRecord = Type.Object({
  maxEventMs: Type.Optional(Type.Number()),
  /** Events too far ahead to be believed yet. */
  leaptMs: Type.Optional(Type.Array(Type.Number())),
  rejectsBytes: Type.Integer({ minimum: 0 }),
});
/** What was read of a partition before its next offset. */
export type PartitionRecord = Readonly<Static<typeof PartitionRecord>>;

/** Where the reading of a source topic stands, for all instances that share its partitions. */
export interface TopicPositions {
  read(partition: number): Promise<{ readonly nextOffset: bigint; readonly record: PartitionRecord } | undefined>;
  /** Changes nothing where somebody has read on since. */
  advance(partition: number, nextOffset: bigint, record: PartitionRecord): Promise<void>;
  /** Complete-through of the last mark that was written. */
  readMark(): Promise<number | undefined>;
  raiseMark(completeThroughMs: number): Promise<void>;
}

export function createTopicPositions(redis: Redis, keyspace: string, feed: string, topic: string): TopicPositions {
  const { topic: key } = intakeKeys(keyspace, feed);
  return {
    async read(partition) {
      const [next, record] = await redis.hmget(key, `${topic}/${partition}:next`, `${topic}/${partition}:record`);
      if (next == null) return undefined;
      return { nextOffset: BigInt(next), record: parseStored(PartitionRecord, record ?? null) ?? { rejectsBytes: 0 } };
    },
    async advance(partition, nextOffset, record) {
      await advanceScript(redis, [key], [`${topic}/${partition}`, nextOffset.toString(), JSON.stringify(record)]);
    },
    async readMark() {
      const mark = await redis.hget(key, 'mark');
      return mark === null ? undefined : Number(mark);
    },
    async raiseMark(completeThroughMs) {
      await raiseScript(redis, [key], [completeThroughMs]);
    },
  };
}
