import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { Installation } from '../../support/installation.ts';

/** Where a partition stands. */
export interface Place {
  /** Next offset by its last commit. */
  readonly next: bigint;
  /** Records that are not committed yet. */
  readonly lag: bigint;
  /** Token of who acquired it last. */
  readonly owner: string;
}

/** Of each partition; asks for little, so that it can be asked often. */
export async function placesOf({ redis, offsets, topics, partitions }: Installation): Promise<Place[]> {
  // Ends first: what comes in between is lag that is not seen, never lag that is not there.
  const bounds = await offsets.allBoundsOf(topics.input);
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const { lowOffset = 0n, endOffset = 0n } = bounds.get(partition) ?? {};
      const [found, owner] = await redis.hmget(partitionKeys('', partition).control, 'next', 'owner');
      const next = found == null ? lowOffset : BigInt(found);
      return { next, lag: endOffset > next ? endOffset - next : 0n, owner: owner ?? '' };
    }),
  );
}
