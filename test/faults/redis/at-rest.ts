import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import type { Installation } from '../../support/installation.ts';
import { lagOf } from '../../support/installation-state.ts';
import { until } from '../../support/until.ts';

/** Alerts that the desk has not made orders of yet, by the position that it keeps. */
export async function deskLagOf({ redis, offsets, topics, partitions }: Installation): Promise<number> {
  const { positions } = createOrderKeys('');
  const bounds = await offsets.allBoundsOf(topics.alert);
  let lag = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const { lowOffset = 0n, endOffset = 0n } = bounds.get(partition) ?? {};
    const position = await redis.hget(positions, `${topics.alert}/${partition}`);
    lag += Number(endOffset - (position === null ? lowOffset : BigInt(position)));
  }
  return lag;
}

/**
 * Waits until nothing is left to do: the log is committed, its alerts are orders, and all outboxes are empty. Outcomes
 * go back into the log, so all of it has to hold at once.
 */
export async function untilAtRest(shop: Installation, withinMs = 180_000): Promise<void> {
  const { store, partitions, redis } = shop;
  const left = async (): Promise<Record<string, number>> => {
    const heads = await Promise.all(
      Array.from({ length: partitions }, (_, partition) => store.readOutbox(partition, 1)),
    );
    return {
      'entries in outboxes': heads.flat().length,
      'records of the log': await lagOf(shop),
      alerts: await deskLagOf(shop),
      notices: await redis.xlen(createOrderKeys('').outbox),
      // Again, for an outcome may have been written meanwhile.
      'records of the log at last': await lagOf(shop),
    };
  };
  // A connection that was cut comes back by itself: until then it cannot be said.
  const known = async (): Promise<Record<string, number> | undefined> => left().catch(() => undefined);
  await until(
    'all is done',
    async () => {
      const found = await known();
      return found !== undefined && Object.values(found).every((count) => count === 0);
    },
    { withinMs, state: async () => JSON.stringify(await known()) },
  );
}
