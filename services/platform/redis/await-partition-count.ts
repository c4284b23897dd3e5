import { awaitPart } from '../process/await-part.ts';
import type { Part } from '../process/part-board.ts';
import { StartRefusal } from '../process/start-refusal.ts';
import { PartitionCountError, requirePartitionCount } from './partition-store.ts';
import type { RedisClient } from './redis-client.ts';
import { redisTrouble } from './redis-trouble.ts';

/**
 * Holds the state to the topic's number of partitions, waiting where Redis goes away meanwhile.
 *
 * @throws StartRefusal where any of the state was made with another number.
 */
export async function awaitPartitionCount(options: {
  readonly redis: RedisClient;
  readonly keyspace: string;
  readonly partitionCount: number;
  readonly part: Part;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { redis, keyspace, partitionCount, part, signal } = options;
  await awaitPart({
    part,
    async open() {
      try {
        await requirePartitionCount(redis, keyspace, partitionCount);
      } catch (error) {
        if (!(error instanceof PartitionCountError)) throw error;
        throw new StartRefusal('Redis holds the state of another topic', [error.message]);
      }
    },
    causeOf: redisTrouble,
    signal,
  });
}
